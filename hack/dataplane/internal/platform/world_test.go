package platform

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// steady is a source of the same count every second.
type steady int64

func (s steady) Next() int64 { return int64(s) }

// listed is a source of the counts listed, then none.
type listed struct{ counts []int64 }

func (l *listed) Next() int64 {
	if len(l.counts) == 0 {
		return 0
	}
	n := l.counts[0]
	l.counts = l.counts[1:]
	return n
}

// router is a policy of one label "harm": above 0.5 people decide.
type router struct {
	team     string
	overflow []string
	stream   string
	queue    string // where everything is routed to, if set
	relaxed  []v1.Relaxed
	document *v1.PolicyDocument
}

func (r *router) Relaxed(v1.Class) []v1.Relaxed { return r.relaxed }

func (r *router) Document(string) (*v1.PolicyDocument, bool) { return r.document, r.document != nil }

func (r *router) Route(v1.Item) (v1.Routed, bool) {
	return v1.Routed{Queue: r.queue}, r.queue != ""
}

func (r *router) Decide(queue string, it v1.Item, scores []v1.Score) v1.Verdict {
	v := v1.Verdict{Action: v1.Allow, Class: v1.Class{Queue: queue, Language: it.Language, HarmDomain: "hate"}}
	if len(scores) == 0 || scores[0].PPM > v1.AllPPM/2 {
		v.Action, v.Stream, v.Team, v.Overflow = v1.Review, r.stream, r.team, r.overflow
	}
	return v
}

func human() Stream {
	return Stream{
		Name: "people", HarmDomains: []string{"*"}, HandleTime: 2 * time.Second, Decisions: 1,
		Promise: Promise{900_000, 20 * time.Second},
	}
}

// machine is a queue with classification: a fifth of its items are harmful.
func machine(name string, perSecond int64, within time.Duration) Queue {
	return Queue{
		Name: name, Surface: "live", Pool: "text", Work: 1, Promise: Promise{990_000, within},
		Streams: []Stream{human()}, Languages: []string{"en", "pt-BR"},
		Locales: []Locale{{"BR", "pt-BR", 2}, {"GB", "en-GB", 1}},
		Domains: []Domain{{"", 4}, {"hate", 1}},
		Labels:  []Label{{Name: "harm", Domain: "hate", Harmful: Beta{9, 1}, Harmless: Beta{1, 20}}},

		Arrivals: steady(perSecond),
	}
}

func appeals(perSecond int64) Queue {
	return Queue{
		Name: "appeals", Surface: "appeals", Streams: []Stream{human()},
		Locales: []Locale{{"BR", "pt-BR", 1}}, Domains: []Domain{{"hate", 1}}, Arrivals: steady(perSecond),
	}
}

func world(t *testing.T, queues ...Queue) *World {
	t.Helper()
	w, err := New(Config{Seed: 5, Pools: []Pool{{"text", 10}}, Queues: queues})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func run(w *World, span time.Duration, in Inputs) Report {
	for end := w.Now() + span; w.Now() < end; {
		w.Step(in)
	}
	return w.Report()
}

func workers(n int) map[string]Workers { return map[string]Workers{"text": {Ready: n, Existing: n}} }

// check is the ledger: every item is in one place.
func check(r Report) error {
	var waiting, inHand, teamsWaiting, teamsBusy int64
	for _, q := range r.Queues {
		if q.Machine.Arrivals != q.Machine.Completed+q.Backlog {
			return fmt.Errorf("%s: %d arrived, %d classified, %d wait", q.Name, q.Machine.Arrivals, q.Machine.Completed, q.Backlog)
		}
		var decided, reviewed int64
		for _, n := range q.Decisions {
			decided += n
		}
		if q.Machine.Completed != decided+q.Held {
			return fmt.Errorf("%s: %d classified, %d decided, %d held", q.Name, q.Machine.Completed, decided, q.Held)
		}
		if q.Machine.OnTime > q.Machine.Due || q.Machine.Due > q.Machine.Arrivals {
			return fmt.Errorf("%s: %+v", q.Name, q.Machine)
		}
		for _, s := range q.Streams {
			reviewed += s.Ledger.Arrivals
			for _, c := range s.Classes {
				waiting += c.Backlog
				inHand += c.InProgress
				if c.Ledger.Arrivals != c.Decided+c.Backlog+c.InProgress {
					return fmt.Errorf("%s %s: %+v", q.Name, c.Language, c)
				}
				if c.Ledger.OnTime > c.Ledger.Due || c.Ledger.Due > c.Ledger.Arrivals || c.Ledger.Completed < c.Decided {
					return fmt.Errorf("%s %s: %+v", q.Name, c.Language, c.Ledger)
				}
			}
		}
		if reviewed != q.Decisions["Review"] {
			return fmt.Errorf("%s: %d to review, %d came", q.Name, q.Decisions["Review"], reviewed)
		}
	}
	for _, t := range r.Teams {
		teamsWaiting += t.Waiting
		teamsBusy += t.Busy
	}
	if waiting != teamsWaiting || inHand != teamsBusy {
		return fmt.Errorf("classes have %d waiting and %d in hand, teams %d and %d", waiting, inHand, teamsWaiting, teamsBusy)
	}
	return nil
}

// TestLedgerCloses drives platforms through random surroundings.
func TestLedgerCloses(t *testing.T) {
	routers := []Router{
		nil, &router{team: "day", stream: "people", overflow: []string{"night"}}, &router{team: "night", stream: "people"},
		&router{stream: "people"}, &router{team: "day", stream: "none"}, &router{team: "day", stream: "people", queue: "comments"},
		&router{team: "day", stream: "people", relaxed: []v1.Relaxed{{AfterMillis: 3000, Teams: []string{"night"}}}},
	}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := world(t, machine("live", 20, 2*time.Second), machine("comments", 10, 9*time.Second), appeals(1))
		for second := range 60 {
			in := Inputs{
				Workers: workers(r.IntN(6)), Router: routers[r.IntN(len(routers))],
				Heads: map[string]float64{"day": float64(r.IntN(30)) / 4, "night": float64(r.IntN(2))},
			}
			if err := check(run(w, time.Second, in)); err != nil {
				t.Fatalf("seed %d, second %d: %v", seed, second, err)
			}
		}
	}
}

func TestSameSeedSameRun(t *testing.T) {
	once := func() Report {
		w := world(t, machine("live", 20, 2*time.Second), appeals(1))
		return run(w, 20*time.Second, Inputs{
			Workers: workers(2), Router: &router{team: "day", stream: "people"}, Heads: map[string]float64{"day": 5},
		})
	}
	if diff := cmp.Diff(once(), once()); diff != "" {
		t.Error(diff)
	}
}

func TestWorkersServeAtTheirRate(t *testing.T) {
	cases := map[string]struct {
		workers   int
		work      float64
		completed int64 // of 30 a second in 20 s
	}{
		"none":           {0, 1, 0},
		"too few":        {2, 1, 400},
		"heavier items":  {2, 4, 100},
		"enough":         {4, 1, 600},
		"lighter items":  {2, 0.25, 600},
		"far too many":   {99, 1, 600},
		"just one fifth": {1, 10, 20},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			q := machine("live", 30, 5*time.Second)
			q.Work = c.work
			w := world(t, q)
			r := run(w, 20*time.Second, Inputs{Workers: workers(c.workers)})
			got := r.Queues[0].Machine.Completed
			// A few items of the last moment may be under way.
			if got > c.completed || got < c.completed-4 {
				t.Errorf("completed %d, want %d", got, c.completed)
			}
			if want := time.Duration(c.workers) * 20 * time.Second; r.Pools[0].WorkerTime != want {
				t.Errorf("worker time %s, want %s", r.Pools[0].WorkerTime, want)
			}
		})
	}
}

func TestStartingWorkersCostAndDoNotServe(t *testing.T) {
	w := world(t, machine("live", 30, 5*time.Second))
	r := run(w, 10*time.Second, Inputs{Workers: map[string]Workers{"text": {Ready: 0, Existing: 7}}})
	p := r.Pools[0]
	if p.WorkerTime != 70*time.Second || p.ReadyTime != 0 || p.BusyTime != 0 || p.PeakWorkers != 7 {
		t.Errorf("%+v", p)
	}
}

func TestSharedPoolTakesTheEarliestDeadline(t *testing.T) {
	w := world(t, machine("comments", 20, 60*time.Second), machine("live", 20, 2*time.Second))
	r := run(w, 30*time.Second, Inputs{Workers: workers(3)})
	comments, live := r.Queues[0], r.Queues[1]
	if live.Machine.OnTime != live.Machine.Due || live.Machine.Due != 28*20 {
		t.Errorf("live: %+v, want all in time", live.Machine)
	}
	// 30 a second are done, 20 of them live.
	if n := comments.Machine.Completed; n < 290 || n > 302 {
		t.Errorf("comments: completed %d, want what live leaves: 300", n)
	}
}

func TestPromiseCountsWhatIsDue(t *testing.T) {
	w := world(t, machine("live", 10, 5*time.Second))
	r := run(w, 4*time.Second, Inputs{})
	if l := r.Queues[0].Machine; l.Due != 0 || !l.Kept(Promise{PPM: 990_000}) {
		t.Errorf("before any deadline: %+v", l)
	}
	r = run(w, 6*time.Second, Inputs{})
	if l := r.Queues[0].Machine; l.Due != 50 || l.OnTime != 0 || l.Kept(Promise{PPM: 1}) {
		t.Errorf("undecided items are missed: %+v", l)
	}
	if age := r.Queues[0].OldestAge; age < 9*time.Second || age > 10*time.Second {
		t.Errorf("oldest %s, want that of the first second", age)
	}
}

func TestItemsAreHeldUntilThereAreDocuments(t *testing.T) {
	w := world(t, machine("live", 10, 5*time.Second), appeals(2))
	in := Inputs{Workers: workers(3), Heads: map[string]float64{"day": 40}}
	for _, q := range run(w, 10*time.Second, in).Queues {
		if q.Held != q.Machine.Completed || q.Held == 0 || len(q.Decisions) != 0 {
			t.Errorf("%s: held %d of %d, decided %v", q.Name, q.Held, q.Machine.Completed, q.Decisions)
		}
	}
	in.Router = &router{team: "day", stream: "people"}
	for _, q := range run(w, 15*time.Second, in).Queues {
		if q.Held != 0 || q.Streams[0].Decided == 0 {
			t.Errorf("%s: held %d, decided by people %d", q.Name, q.Held, q.Streams[0].Decided)
		}
		// The clock did not start when the documents came.
		if l := q.Streams[0].Ledger; l.Due == 0 {
			t.Errorf("%s: %+v", q.Name, l)
		}
	}
}

func TestFixedFleet(t *testing.T) {
	cases := map[string]struct {
		counts []int64
		window time.Duration
		want   int
	}{
		"level":              {[]int64{20, 20, 20, 20}, 2 * time.Second, 2},
		"peak within window": {[]int64{10, 50, 10, 10}, 2 * time.Second, 3},
		"peak of a second":   {[]int64{10, 50, 10, 10}, time.Second, 5},
		"whole replicas":     {[]int64{21, 0, 0, 0}, time.Second, 3},
		"short window":       {[]int64{21, 0, 0, 0}, 100 * time.Millisecond, 3},
		"nothing":            {nil, time.Second, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			q := machine("live", 0, time.Second)
			q.Arrivals = &listed{c.counts}
			w, err := New(Config{PeakWindow: c.window, Pools: []Pool{{"text", 10}}, Queues: []Queue{q}})
			if err != nil {
				t.Fatal(err)
			}
			if got := run(w, 8*time.Second, Inputs{}).Pools[0].FixedWorkers; got != c.want {
				t.Errorf("fixed fleet of %d, want %d", got, c.want)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	change := func(f func(*Queue)) Queue {
		q := machine("live", 1, time.Second)
		f(&q)
		return q
	}
	cases := map[string][]Queue{
		"no queues":          nil,
		"no name":            {change(func(q *Queue) { q.Name = "" })},
		"two of a name":      {machine("a", 1, time.Second), machine("a", 1, time.Second)},
		"unknown pool":       {change(func(q *Queue) { q.Pool = "other" })},
		"no traffic":         {change(func(q *Queue) { q.Arrivals = nil })},
		"no locale":          {change(func(q *Queue) { q.Locales = nil })},
		"weight of 0":        {change(func(q *Queue) { q.Locales = []Locale{{}} })},
		"domain weight of 0": {change(func(q *Queue) { q.Domains = []Domain{{}} })},
		"no promise":         {change(func(q *Queue) { q.Promise.Within = 0 })},
		"no work":            {change(func(q *Queue) { q.Work = 0 })},
		"scores":             {change(func(q *Queue) { q.Labels[0].Harmful.A = 0 })},
		"no handle time":     {change(func(q *Queue) { q.Streams[0].HandleTime = 0 })},
	}
	for name, queues := range cases {
		if _, err := New(Config{Pools: []Pool{{"text", 10}}, Queues: queues}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, pools := range map[string][]Pool{"no rate": {{"text", 0}}, "twice": {{"text", 1}, {"text", 1}}} {
		if _, err := New(Config{Pools: pools, Queues: []Queue{machine("a", 1, time.Second)}}); err == nil {
			t.Errorf("pool %s: accepted", name)
		}
	}
}
