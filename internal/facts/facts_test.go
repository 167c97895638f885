package facts

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modcap/modcap/api/v1alpha1"
)

func key(name string) types.NamespacedName { return types.NamespacedName{Namespace: "ns", Name: name} }

// told notes who was woken.
type told struct {
	mu    sync.Mutex
	names []string
}

func (w *told) wake(k types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names = append(w.names, k.Name)
}

// since gives who was woken since the last time, sorted.
func (w *told) since() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.names
	w.names = nil
	slices.Sort(out)
	return out
}

func TestReadersAreWokenOnChangeOnly(t *testing.T) {
	w := &told{}
	table := NewTable[Staffing](w.wake)
	fact := func(need string) Staffing {
		return Staffing{Target: "emea", Classes: map[string][]v1alpha1.WorkClassStatus{"hate": {{Language: "de", Need: need}}}}
	}
	for _, step := range []struct {
		name  string
		do    func() bool
		moved bool
		woken []string
	}{
		{"put", func() bool { return table.Put(key("a"), fact("3")) }, true, []string{"a"}},
		{"put an equal one", func() bool { return table.Put(key("a"), fact("3")) }, false, nil},
		{"put a changed one", func() bool { return table.Put(key("a"), fact("4")) }, true, []string{"a"}},
		{"put a zero one", func() bool { return table.Put(key("b"), Staffing{}) }, true, []string{"b"}},
		{"put it again", func() bool { return table.Put(key("b"), Staffing{}) }, false, nil},
		{"drop", func() bool { table.Drop(key("a")); return false }, false, []string{"a"}},
		{"drop what is not there", func() bool { table.Drop(key("a")); return false }, false, nil},
		{"put after drop", func() bool { return table.Put(key("a"), fact("4")) }, true, []string{"a"}},
	} {
		if got := step.do(); got != step.moved {
			t.Errorf("%s: changed is %v", step.name, got)
		}
		if d := cmp.Diff(step.woken, w.since()); d != "" {
			t.Errorf("%s: woken (-want +got):\n%s", step.name, d)
		}
	}
}

func TestGet(t *testing.T) {
	table := NewTable[Pool](nil)
	if got, ok := table.Get(key("a")); ok || got != (Pool{}) {
		t.Errorf("an empty table knows %+v", got)
	}
	table.Put(key("a"), Pool{Pool: "big"})
	if got, ok := table.Get(key("a")); !ok || got.Pool != "big" {
		t.Errorf("got %+v, %v", got, ok)
	}
	table.Drop(key("a"))
	table.Keep(func(types.NamespacedName, Pool) bool { return true }, nil)
	if _, ok := table.Get(key("a")); ok {
		t.Error("a dropped fact is known")
	}
}

func TestKeepDropsWhatLeft(t *testing.T) {
	w := &told{}
	table := NewTable[Pool](w.wake)
	for name, pool := range map[string]string{"stays": "big", "left": "big", "gone": "big", "other": "small"} {
		table.Put(key(name), Pool{Pool: pool})
	}
	w.since()
	mine := func(_ types.NamespacedName, f Pool) bool { return f.Pool == "big" }
	table.Keep(mine, map[types.NamespacedName]bool{key("stays"): true})
	if d := cmp.Diff([]string{"gone", "left"}, w.since()); d != "" {
		t.Errorf("woken (-want +got):\n%s", d)
	}
	for name, want := range map[string]bool{"stays": true, "left": false, "gone": false, "other": true} {
		if _, ok := table.Get(key(name)); ok != want {
			t.Errorf("%s is known: %v", name, ok)
		}
	}
	table.Keep(mine, map[types.NamespacedName]bool{key("stays"): true})
	if got := w.since(); got != nil {
		t.Errorf("woken again: %v", got)
	}
}

// A reader that looks while it is woken finds the new fact, and no lock.
func TestReadersMayLookWhenWoken(t *testing.T) {
	var table *Table[int]
	var seen []int
	table = NewTable[int](func(k types.NamespacedName) {
		v, _ := table.Get(k)
		seen = append(seen, v)
	})
	table.Put(key("a"), 1)
	table.Put(key("a"), 2)
	table.Drop(key("a"))
	if d := cmp.Diff([]int{1, 2, 0}, seen); d != "" {
		t.Errorf("seen (-want +got):\n%s", d)
	}
}

// Whatever is done, the table holds what a map would, and wakes once for each difference.
func TestTableIsAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	w := &told{}
	table, model := NewTable[int](w.wake), map[string]int{}
	for i := range 2000 {
		name, v := strconv.Itoa(r.IntN(5)), r.IntN(3)
		old, had := model[name]
		var want []string
		switch r.IntN(4) {
		case 0:
			table.Drop(key(name))
			delete(model, name)
			if had {
				want = []string{name}
			}
		case 1:
			table.Keep(func(k types.NamespacedName, _ int) bool { return k.Name <= name }, map[types.NamespacedName]bool{key(name): true})
			for other := range model {
				if strings.Compare(other, name) < 0 {
					want = append(want, other)
					delete(model, other)
				}
			}
			slices.Sort(want)
		default:
			table.Put(key(name), v)
			model[name] = v
			if !had || old != v {
				want = []string{name}
			}
		}
		got := map[string]int{}
		for n := range 5 {
			if v, ok := table.Get(key(strconv.Itoa(n))); ok {
				got[strconv.Itoa(n)] = v
			}
		}
		if d := cmp.Diff(model, got) + cmp.Diff(want, w.since()); d != "" {
			t.Fatalf("step %d (-want +got):\n%s", i, d)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	w := &told{}
	table := NewTable[int](w.wake)
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 200 {
				table.Put(key(strconv.Itoa(g)), i)
				table.Get(key(strconv.Itoa(i % 8)))
			}
		})
	}
	group.Wait()
	if got := len(w.since()); got != 8*200 {
		t.Errorf("%d changes woke %d times", 8*200, got)
	}
}

func TestBoardWakesTheRightReaders(t *testing.T) {
	queues, policies, teams := &told{}, &told{}, &told{}
	b := NewBoard(Notify{Queue: queues.wake, Policy: policies.wake, Team: teams.wake})
	b.Pools.Put(key("q1"), Pool{})
	b.Staffing.Put(key("q2"), Staffing{})
	b.Routing.Put(key("q3"), Routing{})
	b.Policies.Put(key("p"), Policy{})
	b.Teams.Put(key("t"), Team{})
	want := [][]string{{"q1", "q2", "q3"}, {"p"}, {"t"}}
	if d := cmp.Diff(want, [][]string{queues.since(), policies.since(), teams.since()}); d != "" {
		t.Errorf("woken (-want +got):\n%s", d)
	}
}
