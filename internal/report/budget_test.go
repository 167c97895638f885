package report

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

var urgencies = []Urgency{Numbers, Decisions, Conditions}

// spend takes n tokens for conditions, which need no reserve.
func spend(b *Budget, n int, at time.Time) {
	for range n {
		b.Take(Conditions, at)
	}
}

// Of a burst of 21, numbers leave half and decisions a quarter to what is more urgent.
func TestConditionsAreServedFirst(t *testing.T) {
	for name, c := range map[string]struct {
		spent  int
		served map[Urgency]bool
	}{
		"fresh":                {0, map[Urgency]bool{Numbers: true, Decisions: true, Conditions: true}},
		"just enough for all":  {10, map[Urgency]bool{Numbers: true, Decisions: true, Conditions: true}},
		"numbers must wait":    {11, map[Urgency]bool{Decisions: true, Conditions: true}},
		"still for decisions":  {15, map[Urgency]bool{Decisions: true, Conditions: true}},
		"decisions must wait":  {16, map[Urgency]bool{Conditions: true}},
		"the last":             {20, map[Urgency]bool{Conditions: true}},
		"all must wait":        {21, map[Urgency]bool{}},
		"more than there were": {50, map[Urgency]bool{}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, u := range urgencies {
				b := NewBudget(105)
				spend(b, c.spent, now)
				if wait := b.Take(u, now); (wait == 0) != c.served[u] {
					t.Errorf("%v waits for %v", u, wait)
				}
			}
		})
	}
}

// Of 20 a second, 4 may come at once, and 16 come back.
func TestBudgetComesBack(t *testing.T) {
	b := NewBudget(20)
	spend(b, 4, now)
	for u, want := range map[Urgency]time.Duration{
		Conditions: time.Second / 16, Decisions: time.Second * 7 / 4 / 16, Numbers: time.Second * 5 / 2 / 16,
	} {
		if got := b.Take(u, now); got != want {
			t.Errorf("%v waits for %v, want %v", u, got, want)
		}
	}
	if got := b.Take(Conditions, now.Add(time.Second/16)); got != 0 {
		t.Errorf("after its wait a condition waits for %v", got)
	}
	if got := b.Take(Conditions, now.Add(-time.Hour)); got == 0 {
		t.Error("a clock that goes back gives tokens")
	}
}

func TestSmallBudgetServesAll(t *testing.T) {
	for _, u := range urgencies {
		if wait := NewBudget(1).Take(u, now); wait != 0 {
			t.Errorf("%v never has a chance: it waits for %v", u, wait)
		}
	}
}

// Within any second no more is spent than is allowed; the more urgent waits no
// longer; and who waits as told, and 10 ms for rounding, is served if nobody else asks.
func TestBudgetHolds(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		rate := 1 + r.Float64()*99
		b := NewBudget(rate)
		at := now
		var spent []time.Time
		for range 2000 {
			at = at.Add(time.Duration(r.Int64N(int64(40 * time.Millisecond))))
			u := urgencies[r.IntN(3)]
			if u != Conditions {
				less, more := b.copy(), b.copy()
				if w, m := less.Take(u, at), more.Take(u+1, at); m > w {
					t.Fatalf("seed %d: %v waits for %v, %v for %v", seed, u, w, u+1, m)
				}
			}
			wait := b.Take(u, at)
			if wait == 0 {
				spent = append(spent, at)
				if i := len(spent) - int(rate) - 1; i >= 0 && at.Sub(spent[i]) < time.Second {
					t.Fatalf("seed %d: %d writes within %v where %.1f a second are allowed", seed, int(rate)+1, at.Sub(spent[i]), rate)
				}
			} else if again := b.copy().Take(u, at.Add(wait+10*time.Millisecond)); again != 0 {
				t.Fatalf("seed %d: after %v %v waits for another %v", seed, wait, u, again)
			}
		}
		if len(spent) == 0 {
			t.Fatalf("seed %d: nothing was served", seed)
		}
	}
}

func (b *Budget) copy() *Budget {
	return &Budget{rate: b.rate, burst: b.burst, tokens: b.tokens, at: b.at}
}

func TestBudgetIsShared(t *testing.T) {
	b := NewBudget(20)
	var mu sync.Mutex
	served := 0
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if b.Take(Conditions, now) == 0 {
					mu.Lock()
					served++
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	if served != 4 {
		t.Errorf("%d of a burst of 4 were served", served)
	}
}

func TestUrgencyNames(t *testing.T) {
	for u, want := range map[Urgency]string{Nothing: "nothing", Numbers: "numbers", Decisions: "decisions", Conditions: "conditions"} {
		if u.String() != want {
			t.Errorf("%d is %s, want %s", u, u, want)
		}
	}
}
