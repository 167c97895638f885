package staffing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

// reliefAt is relief of five steps at a level, at an hour of the day.
func reliefAt(t *testing.T, hour int, level relief.Level, was *v1alpha1.ReliefStatus) *relieving {
	t.Helper()
	p := modtest.MakePolicy("p", "ns", modtest.MakeLabel("spam").Severity(v1alpha1.SeverityLow).ActAt("0.9").ReviewAt("0.8")).
		Relief(modtest.MakeRelief("prom", []v1alpha1.QueueName{"q"}, "spam")).Obj()
	steps, minOn, err := resolve.ReliefSteps(p)
	if err != nil {
		t.Fatal(err)
	}
	o := &relieving{policy: p, steps: steps, minOn: minOn, was: was}
	o.decision = relief.Decision{Code: relief.CodeActive, State: relief.State{Level: level}}
	if level != (relief.Level{}) {
		o.decision.State.On, o.decision.State.Changed = oclock(1), oclock(hour)
	}
	if level.Whole*relief.Parts+level.Part > 4*relief.Parts {
		o.decision.Measures = []relief.Measure{{
			Step: "narrower", Kind: relief.RaiseReviewAt, Queues: []string{"q"}, Labels: []string{"spam"}, Raise: sample.PPM(1000 * level.Part),
		}}
	}
	return o
}

// Every level is read back as it was written.
func TestReliefIsRemembered(t *testing.T) {
	for parts := range 5*relief.Parts + 1 {
		level := relief.Level{Whole: parts / relief.Parts, Part: parts % relief.Parts}
		o := reliefAt(t, 1, level, nil)
		status := o.status(oclock(1))
		want := relief.State{Level: level}
		if parts > 0 {
			want.On, want.Changed, want.Begins = oclock(1), oclock(1), []sample.Instant{oclock(1)}
		}
		if d := cmp.Diff(want, stateOf(&status, o.steps)); d != "" {
			t.Errorf("level %v (-want +got):\n%s", level, d)
		}
	}
	status := reliefAt(t, 1, relief.Level{Whole: 2, Part: 3}, nil).status(oclock(1))
	if got := stateOf(&status, reliefAt(t, 1, relief.Level{}, nil).steps[:2]); got.Level != (relief.Level{}) {
		t.Errorf("of a step that is there no more: %v", got)
	}
	if got := stateOf(nil, nil); got.On != 0 || len(got.Begins) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// What raised thresholds kept back is known for an hour after they went back, and times of relief are kept,
// the latest of them.
func TestReliefIsKeptAfterItsEnd(t *testing.T) {
	on, off := relief.Level{Whole: 4, Part: 5}, relief.Level{}
	var was *v1alpha1.ReliefStatus
	look := func(hour int, level relief.Level) v1alpha1.ReliefStatus {
		s := reliefAt(t, hour, level, was).status(oclock(hour))
		was = &s
		return s
	}
	if s := look(1, on); len(s.Raised) != 1 || s.Raised[0].By != 5000 || s.Raised[0].Until != nil {
		t.Errorf("raised: %+v", s.Raised)
	}
	if s := look(2, relief.Level{Whole: 4, Part: 9}); s.Raised[0].By != 9000 || !s.Raised[0].Since.Equal(timeAt(1)) {
		t.Errorf("raised more: %+v", s.Raised)
	}
	if s := look(3, off); len(s.Raised) != 1 || !s.Raised[0].Until.Equal(timeAt(3)) || !s.Periods[0].Until.Equal(timeAt(3)) || s.Step != "" {
		t.Errorf("gone back: %+v", s)
	}
	ended := *was
	if d := cmp.Diff(ended, look(5, off)); d != "" {
		t.Errorf("forgetting is a write of its own (-want +got):\n%s", d)
	}
	if s := look(6, on); len(s.Raised) != 1 || s.Raised[0].Until != nil || !s.Raised[0].Since.Equal(timeAt(6)) {
		t.Errorf("raised again: %+v", s.Raised)
	}
	look(7, off)
	forgets := reliefAt(t, 9, relief.Level{Whole: 1}, was)
	if s := forgets.status(oclock(9)); len(s.Raised) != 0 {
		t.Errorf("long after, with another event: %+v", s.Raised)
	}
	for hour := 8; hour < 80; hour += 2 {
		look(hour, on)
		look(hour+1, off)
	}
	if n := len(was.Periods); n != mostPeriods || !was.Periods[0].Until.Equal(timeAt(79)) {
		t.Errorf("%d times, the last %+v", n, was.Periods[0])
	}
	missing := reliefAt(t, 9, on, &v1alpha1.ReliefStatus{Raised: []v1alpha1.ReliefRaised{{Step: "narrower", By: 7, Since: *timeAt(1)}}})
	missing.decision.Code, missing.decision.Measures = relief.CodeNotFresh, nil
	if got := missing.raised(oclock(9), false); len(got) != 1 || got[0].By != 7 || got[0].Until != nil {
		t.Errorf("while nothing is known: %+v", got)
	}
}

// What a look found is said until another finds something else: an event is one write.
func TestReliefIsSaidOnce(t *testing.T) {
	some, more, none := relief.Level{Whole: 4, Part: 5}, relief.Level{Whole: 4, Part: 6}, relief.Level{}
	var was *v1alpha1.ReliefStatus
	for i, c := range []struct {
		code  string
		level relief.Level
		want  string // empty for nothing new
	}{
		{relief.CodeNotNeeded, none, relief.CodeNotNeeded}, {relief.CodeNotNeeded, none, ""},
		{relief.CodeBegun, some, relief.CodeBegun}, {relief.CodeActive, some, ""}, {relief.CodeActive, some, ""},
		{relief.CodeRaised, more, relief.CodeRaised}, {relief.CodeActive, more, ""},
		{relief.CodeMinimumTime, more, relief.CodeMinimumTime}, {relief.CodeMinimumTime, more, ""},
		{relief.CodeActive, more, relief.CodeActive}, {relief.CodeActive, more, ""},
		{relief.CodeNotFresh, more, relief.CodeNotFresh}, {relief.CodeNotFresh, more, ""}, {relief.CodeActive, more, relief.CodeActive},
		{relief.CodeLowered, some, relief.CodeLowered}, {relief.CodeActive, some, ""}, {relief.CodeExhausted, some, relief.CodeExhausted},
		{relief.CodeEnded, none, relief.CodeEnded}, {relief.CodeNotNeeded, none, ""}, {relief.CodeNotNeeded, none, ""},
		{relief.CodeNotFresh, none, relief.CodeNotFresh}, {relief.CodeNotNeeded, none, relief.CodeNotNeeded},
	} {
		o := reliefAt(t, 1, c.level, was)
		o.decision.Code = c.code
		if c.code == relief.CodeNotFresh {
			o.decision.Measures = nil
		}
		s := o.status(oclock(1).Add(sample.Span(i) * sample.Minute))
		switch {
		case c.want == "" && !cmp.Equal(*was, s):
			t.Errorf("look %d, %s: something new (-before +now):\n%s", i, c.code, cmp.Diff(*was, s))
		case c.want != "" && (s.Code != c.want || was != nil && was.Code == s.Code):
			t.Errorf("look %d, %s: said %s, want %s", i, c.code, s.Code, c.want)
		}
		was = &s
	}
}

func timeAt(hour int) *metav1.Time {
	t := metav1.NewTime(oclock(hour).Time())
	return &t
}

// What routers are told leaves out what changes nothing, and gives no queue more time than its regimes.
func TestReliefForRouters(t *testing.T) {
	known, err := regimes.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	o := reliefAt(t, 1, relief.Level{Whole: 5}, nil)
	o.queues = []*v1alpha1.ModerationQueue{
		modtest.MakeQueue("a", "ns").Review(modtest.MakeReview("all")).Obj(),
		modtest.MakeQueue("b", "ns").Review(modtest.MakeReview("all").ServiceLevels(modtest.MakeRegime("eu-terrorist-content"))).Obj(),
		modtest.MakeQueue("c", "ns").Review(modtest.MakeReview("all")).Obj(),
	}
	both := []string{"c", "b", "a"}
	o.decision.Measures = []relief.Measure{
		{Step: "other-teams", Kind: relief.Widen, Queues: both}, {Step: "nobody", Kind: relief.Widen},
		{Step: "other-markets", Kind: relief.Relax, Queues: both, Drop: "market"},
		{Step: "later", Kind: relief.Defer, Queues: both, Within: 4 * sample.Hour},
		{Step: "fewer-samples", Kind: relief.QAFloor, Queues: both, Keep: sample.AllPPM},
		{Step: "narrower", Kind: relief.RaiseReviewAt, Queues: both, Labels: []string{"spam"}},
	}
	want := []v1.Relief{
		{Policy: "p", Step: "other-teams", Kind: v1.ReliefWiden, Queues: []string{"a", "b", "c"}},
		{Policy: "p", Step: "other-markets", Kind: v1.ReliefRelax, Queues: []string{"a", "b", "c"}, Drop: "market", AfterMillis: 1},
		{Policy: "p", Step: "later", Kind: v1.ReliefDefer, Queues: []string{"a", "c"}, WithinMillis: 14_400_000},
		{Policy: "p", Step: "later", Kind: v1.ReliefDefer, Queues: []string{"b"}, WithinMillis: 3_600_000},
	}
	got := o.inForce(known)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("relief (-want +got):\n%s", d)
	}
	slices.SortFunc(got, func(a, b v1.Relief) int { return strings.Compare(a.Step+a.Queues[0], b.Step+b.Queues[0]) })
	w := &v1.Weights{Header: v1.Header{Namespace: "ns", Surface: "live"}, Relief: got}
	if _, err := v1.SealWeights(w); err != nil {
		t.Errorf("refused: %v", err)
	}
}

// What is said fits into a status, however much gives way.
func TestReliefIsSaidInBounds(t *testing.T) {
	o := reliefAt(t, 1, relief.Level{Whole: 5}, nil)
	for i := range 8 {
		m := relief.Measure{Step: "s", Kind: relief.RaiseReviewAt, Raise: 1}
		for k := range 20 {
			m.Queues, m.Labels = append(m.Queues, fmt.Sprintf("%060d", i*k)), append(m.Labels, fmt.Sprintf("%060d", k))
		}
		o.decision.Measures = append(o.decision.Measures, m)
	}
	if s := o.status(oclock(1)); len(s.Message) > longestMessage || !strings.HasSuffix(s.Message, "...") {
		t.Errorf("%d bytes: %s", len(s.Message), s.Message)
	}
	for code, want := range map[string]string{
		relief.CodeNotNeeded: "People are enough without relief", relief.CodeExhausted: "nothing that is declared to give way would help",
		relief.CodeNotFresh: "nothing begins while numbers are missing",
	} {
		o := reliefAt(t, 1, relief.Level{}, nil)
		o.decision.Code = code
		if s := o.status(oclock(1)); !strings.Contains(s.Message, want) || s.Cost != nil {
			t.Errorf("%s: %+v", code, s)
		}
	}
}

// oclock is an hour of some days.
func oclock(hour int) sample.Instant {
	return sample.Instant(1_793_577_600_000).Add(sample.Span(hour) * sample.Hour)
}
