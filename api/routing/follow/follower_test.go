package follow

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

func TestNewRefuses(t *testing.T) {
	src := Directory(t.TempDir())
	for name, o := range map[string]Options{
		"no source":   {Surfaces: []string{"live"}},
		"no surface":  {Source: src},
		"bad surface": {Source: src, Surfaces: []string{"../live"}},
	} {
		t.Run(name, func(t *testing.T) {
			if f, err := New(o); err == nil || f != nil {
				t.Errorf("accepted: %v", err)
			}
		})
	}
}

func TestFollowsCluster(t *testing.T) {
	c, clk := fake.NewClientset(), start()
	f := follower(t, Options{Source: Kubernetes(c, "trust"), Clock: clk})
	f.read()
	if f.Table() != nil || f.Ready() || f.Err() == nil || f.Age() != math.MaxInt64 {
		t.Fatalf("before anything is published: ready %v, age %v, error %v", f.Ready(), f.Age(), f.Err())
	}
	apply(t, c, "live", publish(t, "live", 2, 900_000))
	f.read()
	if acts(f, "live") != 900_000 || !f.Ready() || f.Err() != nil || f.Age() != 0 {
		t.Fatalf("published: threshold %d, ready %v, age %v, error %v", acts(f, "live"), f.Ready(), f.Age(), f.Err())
	}
	if v := f.Table().Decide("live-0", v1.Item{ID: "1", Language: "en"}, nil); v.Team != "dublin" {
		t.Errorf("team %q: the weights are not in force", v.Team)
	}
	clk.Step(time.Minute)
	if f.Age() != time.Minute {
		t.Errorf("age %v after a minute", f.Age())
	}
	apply(t, c, "live", publish(t, "live", 2, 910_000))
	f.read()
	if acts(f, "live") != 910_000 || f.Age() != 0 {
		t.Errorf("changed: threshold %d, age %v", acts(f, "live"), f.Age())
	}
	first := publish(t, "live", 2, 900_000)
	put(t, c, "live", v1.IndexName("live"), first[v1.IndexName("live")])
	f.read()
	if acts(f, "live") != 900_000 {
		t.Errorf("after an abort the threshold is %d", acts(f, "live"))
	}
}

func TestUnchangedCostsTwoReads(t *testing.T) {
	c := fake.NewClientset()
	changes := 0
	f := follower(t, Options{Source: Kubernetes(c, "trust"), Changed: func(*v1.Table) { changes++ }})
	apply(t, c, "live", publish(t, "live", 20, 900_000))
	f.read()
	listed := 0
	for _, a := range c.Actions() {
		if a.GetVerb() == "list" {
			listed++
		}
	}
	if listed != 1 {
		t.Errorf("20 documents took %d lists, want one", listed)
	}
	c.ClearActions()
	f.read()
	if n := len(c.Actions()); n != 2 || changes != 1 {
		t.Errorf("a reading without news took %d requests and %d changes", n, changes)
	}
	weights := publish(t, "live", 20, 900_000)
	weights[v1.WeightsName("live")] = publish(t, "live", 3, 900_000)[v1.WeightsName("live")]
	put(t, c, "live", v1.WeightsName("live"), weights[v1.WeightsName("live")])
	c.ClearActions()
	f.read()
	if n := len(c.Actions()); n != 2 || changes != 2 {
		t.Errorf("new weights took %d requests and %d changes", n, changes)
	}
}

// Whatever is wrong with what comes next, the last good table stays.
func TestKeepsLastGood(t *testing.T) {
	index, weights := v1.IndexName("live"), v1.WeightsName("live")
	edit := func(r release, name, old, new string) {
		r[name] = [2]string{r[name][0], strings.Replace(r[name][1], old, new, 1)}
	}
	document := func(r release) string {
		for name, kv := range r {
			if kv[0] == v1.DocumentKey {
				return name
			}
		}
		return ""
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, r release)
		want  string
		taken bool // the index is good and is taken
	}{
		"document missing":   {func(_ *testing.T, r release) { delete(r, document(r)) }, "is missing", false},
		"document corrupted": {func(_ *testing.T, r release) { edit(r, document(r), "910000", "910001") }, "do not match their hash", false},
		"document cut":       {func(_ *testing.T, r release) { d := document(r); r[d] = [2]string{v1.DocumentKey, r[d][1][:40]} }, "JSON", false},
		"index corrupted":    {func(_ *testing.T, r release) { edit(r, index, "live-0", "live-9") }, "do not match their hash", false},
		"index gone":         {func(_ *testing.T, r release) { delete(r, index) }, "read index", false},
		"other surface": {func(t *testing.T, r release) {
			r[index] = publish(t, "video", 1, 1)[v1.IndexName("video")]
		}, `it is for surface "video"`, false},
		"weights corrupted": {func(_ *testing.T, r release) { edit(r, weights, "dublin", "berlin") }, "weights: ", true},
		"weights gone":      {func(_ *testing.T, r release) { delete(r, weights) }, "weights: are missing", true},
		"weights of another": {func(t *testing.T, r release) {
			r[weights] = publish(t, "video", 1, 1)[v1.WeightsName("video")]
		}, "weights: they are for surface", true},
		"newer format": {func(t *testing.T, r release) {
			edit(r, index, `"format":1`, `"format":2`)
			h, err := v1.Hash([]byte(r[index][1]))
			if err != nil {
				t.Fatal(err)
			}
			i := strings.LastIndex(r[index][1], `"hash":"`) // the index's own comes after those of its entries
			r[index] = [2]string{v1.IndexKey, r[index][1][:i+8] + h + r[index][1][i+8+64:]}
		}, "needs a newer reader", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir, clk := t.TempDir(), start()
			f := follower(t, Options{Source: Directory(dir), Clock: clk})
			write(t, dir, publish(t, "live", 1, 900_000))
			f.read()
			if f.Err() != nil {
				t.Fatal(f.Err())
			}
			clk.Step(time.Minute)
			next := publish(t, "live", 1, 910_000)
			c.spoil(t, next)
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			write(t, dir, next)
			for range 2 {
				f.read()
			}
			want := v1.PPM(900_000)
			if c.taken {
				want = 910_000
			}
			if got := acts(f, "live"); got != want {
				t.Errorf("threshold %d, want %d", got, want)
			}
			if v := f.Table().Decide("live-0", v1.Item{ID: "1", Language: "en"}, nil); v.Team != "dublin" {
				t.Errorf("team %q: the weights were lost", v.Team)
			}
			if f.Err() == nil || !strings.Contains(f.Err().Error(), c.want) || !f.Ready() || f.Age() != time.Minute {
				t.Errorf("error %v, ready %v, age %v", f.Err(), f.Ready(), f.Age())
			}
			write(t, dir, publish(t, "live", 1, 920_000))
			f.read()
			if acts(f, "live") != 920_000 || f.Err() != nil || f.Age() != 0 {
				t.Errorf("repaired: threshold %d, age %v, error %v", acts(f, "live"), f.Age(), f.Err())
			}
		})
	}
}

func TestSurfacesStandAlone(t *testing.T) {
	dir := t.TempDir()
	f := follower(t, Options{Source: Directory(dir), Surfaces: []string{"live", "video"}})
	write(t, dir, publish(t, "video", 1, 800_000))
	f.read()
	if acts(f, "video") != 800_000 || f.Ready() {
		t.Errorf("threshold %d, ready %v with one surface of two", acts(f, "video"), f.Ready())
	}
	write(t, dir, publish(t, "live", 1, 900_000))
	f.read()
	bad := publish(t, "live", 1, 910_000)
	bad[v1.IndexName("live")] = [2]string{v1.IndexKey, "{}"}
	write(t, dir, bad)
	write(t, dir, publish(t, "video", 1, 810_000))
	f.read()
	if acts(f, "live") != 900_000 || acts(f, "video") != 810_000 || !f.Ready() {
		t.Errorf("thresholds %d and %d", acts(f, "live"), acts(f, "video"))
	}
	if err := f.Err(); err == nil || !strings.Contains(err.Error(), "surface live") || strings.Contains(err.Error(), "surface video") {
		t.Errorf("error %v", err)
	}
}

// down is a client whose every request fails.
func down(c *fake.Clientset) {
	c.PrependReactor("*", "*", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("connection refused")
	})
}

func TestRestartWithoutSourceLoadsTheCopy(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "deep", "copy")
	c := fake.NewClientset()
	f := follower(t, Options{Source: Kubernetes(c, "trust"), Copy: disk})
	apply(t, c, "live", publish(t, "live", 3, 900_000))
	f.read()
	if f.Err() != nil {
		t.Fatal(f.Err())
	}
	down(c)
	again := follower(t, Options{Source: Kubernetes(c, "trust"), Copy: disk})
	if acts(again, "live") != 900_000 || !again.Ready() || again.Err() == nil {
		t.Fatalf("from the copy: threshold %d, ready %v, error %v", acts(again, "live"), again.Ready(), again.Err())
	}
	again.read()
	if acts(again, "live") != 900_000 || again.Table().Len() != 3 || !strings.Contains(again.Err().Error(), "connection refused") {
		t.Errorf("threshold %d, error %v", acts(again, "live"), again.Err())
	}
	if v := again.Table().Decide("live-0", v1.Item{ID: "1", Language: "en"}, nil); v.Team != "dublin" {
		t.Errorf("team %q: the copy has no weights", v.Team)
	}
	// Another follower may follow the copy.
	third := follower(t, Options{Source: Directory(disk)})
	third.read()
	if acts(third, "live") != 900_000 || third.Err() != nil {
		t.Errorf("a follower of the copy: threshold %d, error %v", acts(third, "live"), third.Err())
	}
}

func TestDamagedCopyIsNotUsed(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string, r release){
		"document": func(t *testing.T, dir string, r release) {
			for n, kv := range r {
				if kv[0] == v1.DocumentKey {
					r[n] = [2]string{kv[0], strings.Replace(kv[1], "900000", "1", 1)}
				}
			}
			write(t, dir, r)
		},
		"index": func(t *testing.T, dir string, _ release) {
			write(t, dir, release{v1.IndexName("live"): {v1.IndexKey, "{"}})
		},
		"no index": func(t *testing.T, dir string, _ release) { remove(t, filepath.Join(dir, v1.IndexName("live"))) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, src := t.TempDir(), t.TempDir()
			r := publish(t, "live", 1, 900_000)
			write(t, dir, r)
			spoil(t, dir, r)
			f := follower(t, Options{Source: Directory(src), Copy: dir})
			if f.Table() != nil || f.Ready() || f.Err() == nil {
				t.Fatalf("a damaged copy is in force: %v", f.Err())
			}
			write(t, src, publish(t, "live", 1, 910_000))
			f.read()
			if acts(f, "live") != 910_000 || f.Err() != nil {
				t.Errorf("threshold %d, error %v", acts(f, "live"), f.Err())
			}
			if back := follower(t, Options{Source: Directory(src), Copy: dir}); acts(back, "live") != 910_000 {
				t.Errorf("the copy was not repaired: threshold %d", acts(back, "live"))
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// The copy holds what is in force and nothing else of modcap's.
func TestCopyIsSwept(t *testing.T) {
	dir, src := t.TempDir(), t.TempDir()
	write(t, dir, release{"mine": {"notes.txt", "x"}})
	f := follower(t, Options{Source: Directory(src), Copy: dir, Surfaces: []string{"live", "video"}})
	write(t, src, publish(t, "video", 2, 800_000))
	for _, at := range []v1.PPM{900_000, 910_000, 920_000} {
		write(t, src, publish(t, "live", 3, at))
		f.read()
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
			if strings.HasPrefix(d.Name(), ".new") {
				t.Errorf("%s was left behind", path)
			}
		}
		return err
	})
	if err != nil || files != 1+3+2+4 {
		t.Errorf("the copy has %d files, want ten: %v", files, err)
	}
}

func TestCopyThatCannotBeWrittenIsReported(t *testing.T) {
	src := t.TempDir()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := follower(t, Options{Source: Directory(src), Copy: filepath.Join(file, "copy")})
	write(t, src, publish(t, "live", 1, 900_000))
	f.read()
	if acts(f, "live") != 900_000 || f.Err() == nil || !strings.Contains(f.Err().Error(), "write copy") {
		t.Errorf("threshold %d, error %v", acts(f, "live"), f.Err())
	}
}

// Wherever writing stops, the copy that is there can be used: the index is last.
func TestCopyIsWrittenInOrder(t *testing.T) {
	next := publish(t, "live", 1, 910_000)
	for name, kv := range next {
		if kv[0] == v1.IndexKey {
			continue
		}
		t.Run(kv[0], func(t *testing.T) {
			dir, src := t.TempDir(), t.TempDir()
			f := follower(t, Options{Source: Directory(src), Copy: dir})
			write(t, src, publish(t, "live", 1, 900_000))
			f.read()
			// A file where the ConfigMap's directory should be stops the writing there.
			next[v1.WeightsName("live")] = publish(t, "live", 2, 910_000)[v1.WeightsName("live")]
			remove(t, filepath.Join(dir, name))
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			write(t, src, next)
			f.read()
			if acts(f, "live") != 910_000 || f.Err() == nil || !strings.Contains(f.Err().Error(), "write copy") {
				t.Fatalf("threshold %d, error %v", acts(f, "live"), f.Err())
			}
			empty := Directory(t.TempDir())
			remove(t, filepath.Join(dir, name))
			if g := follower(t, Options{Source: empty, Copy: dir}); acts(g, "live") != 900_000 {
				t.Errorf("the copy cut off gives %d: %v", acts(g, "live"), g.Err())
			}
			f.read()
			if g := follower(t, Options{Source: empty, Copy: dir}); acts(g, "live") != 910_000 || f.Err() != nil {
				t.Errorf("the copy completed gives %d, error %v", acts(g, "live"), f.Err())
			}
		})
	}
}

func TestLogsTransitionsOnly(t *testing.T) {
	var log bytes.Buffer
	dir := t.TempDir()
	f := follower(t, Options{Source: Directory(dir), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for range 5 {
		f.read()
	}
	write(t, dir, publish(t, "live", 1, 900_000))
	for range 5 {
		f.read()
	}
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines, want one for the error and one for its end:\n%s", n, log.String())
	}
}

// await takes the next table, or fails when the test's own deadline comes near.
func await(t *testing.T, changed <-chan *v1.Table) *v1.Table {
	t.Helper()
	select {
	case tab := <-changed:
		return tab
	case <-time.After(30 * time.Second):
		t.Fatal("no new table in 30 s")
		return nil
	}
}

// With the clock standing still, only the watch can bring a change.
func TestWatchBringsChangesAtOnce(t *testing.T) {
	c := fake.NewClientset()
	changed := make(chan *v1.Table, 16)
	watching := make(chan struct{}, 16)
	c.PrependWatchReactor("configmaps", func(a clienttesting.Action) (bool, watch.Interface, error) {
		w, err := c.Tracker().Watch(a.GetResource(), a.GetNamespace())
		watching <- struct{}{}
		return true, w, err
	})
	f := follower(t, Options{Source: Kubernetes(c, "trust"), Changed: func(tab *v1.Table) { changed <- tab }})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	<-watching
	apply(t, c, "live", publish(t, "live", 1, 900_000))
	await(t, changed)
	apply(t, c, "live", publish(t, "live", 1, 910_000))
	await(t, changed)
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run returned %v", err)
	}
	if acts(f, "live") != 910_000 || !f.Ready() {
		t.Errorf("threshold %d, ready %v", acts(f, "live"), f.Ready())
	}
}

// Without a watch, the ticker does.
func TestTickerBringsChanges(t *testing.T) {
	dir, clk := t.TempDir(), start()
	changed := make(chan *v1.Table, 16)
	f := follower(t, Options{Source: Directory(dir), Clock: clk, Interval: time.Second, Changed: func(tab *v1.Table) { changed <- tab }})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	write(t, dir, publish(t, "live", 1, 900_000))
	go func() { done <- f.Run(ctx) }()
	await(t, changed)
	write(t, dir, publish(t, "live", 1, 910_000))
	clk.Step(time.Second)
	await(t, changed)
	cancel()
	if err := <-done; err != nil || acts(f, "live") != 910_000 {
		t.Errorf("Run returned %v, threshold %d", err, acts(f, "live"))
	}
}
