package report

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	modtest "github.com/modcap/modcap/internal/testing"
)

type pool = v1alpha1.ClassifierPool

// kind has the ready replicas for a number, and the wanted for a decision.
var kind = Kind[*pool]{
	Name:   "ClassifierPool",
	Common: func(p *pool) *v1alpha1.CommonStatus { return &p.Status.CommonStatus },
	Status: func(p *pool) any { return &p.Status },
	Blank:  func(p *pool) { p.Status.Replicas.Ready = 0 },
}

func ready(n int32) func(*pool)  { return func(p *pool) { p.Status.Replicas.Ready = n } }
func wanted(n int32) func(*pool) { return func(p *pool) { p.Status.Replicas.Wanted = n } }

func staffed(value metav1.ConditionStatus, reason string) func(*pool) {
	return func(p *pool) {
		conditions.For(&p.Status.CommonStatus, p.Generation, now).Set("Staffed", value, reason, "as it is")
	}
}

func changed(p *pool, changes ...func(*pool)) *pool {
	out := p.DeepCopy()
	for _, change := range changes {
		change(out)
	}
	return out
}

func start() *pool {
	p := modtest.MakePool("live", "ns").Generation(3).Obj()
	p.Status.Replicas = &v1alpha1.PoolReplicas{Ready: 1, Wanted: 1}
	return changed(p, staffed("True", "Enough"))
}

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*pool)
		want   Urgency
	}{
		"nothing":               {func(*pool) {}, Nothing},
		"a number":              {ready(2), Numbers},
		"a decision":            {wanted(2), Decisions},
		"both":                  {func(p *pool) { ready(2)(p); wanted(2)(p) }, Decisions},
		"a condition":           {staffed("False", "Short"), Conditions},
		"its reason":            {staffed("True", "Plenty"), Conditions},
		"its message":           {func(p *pool) { p.Status.Conditions[0].Message = "otherwise" }, Conditions},
		"another condition":     {func(p *pool) { p.Status.Conditions = append(p.Status.Conditions, metav1.Condition{Type: "Ready"}) }, Conditions},
		"the generation":        {func(p *pool) { p.Status.ObservedGeneration++ }, Conditions},
		"the spec":              {func(p *pool) { p.Spec.Mode = v1alpha1.ModeRecommend }, Nothing},
		"the same time, later":  {func(p *pool) { p.Status.Conditions[0].LastTransitionTime.Time = now.In(time.FixedZone("", 3600)) }, Nothing},
		"empty instead of none": {func(p *pool) { p.Status.Queues = []string{} }, Nothing},
	} {
		t.Run(name, func(t *testing.T) {
			before := start()
			after := changed(before, c.change)
			kept := after.DeepCopy()
			if got := compare(kind, before, after); got != c.want {
				t.Errorf("urgency %v, want %v", got, c.want)
			}
			if d := cmp.Diff(kept, after) + cmp.Diff(start(), before); d != "" {
				t.Errorf("comparing changes what it compares:\n%s", d)
			}
		})
	}
}

// notes counts writes and delays, and keeps events.
type notes struct{ events, counts []string }

func (n *notes) StatusWrite(kind string, u Urgency) {
	n.counts = append(n.counts, fmt.Sprintf("write %s %s", kind, u))
}

func (n *notes) StatusDelay(kind string, u Urgency) {
	n.counts = append(n.counts, fmt.Sprintf("delay %s %s", kind, u))
}

func (n *notes) Transition(obj client.Object, t conditions.Transition) {
	n.events = append(n.events, fmt.Sprintf("%s: %s from %s to %s", obj.GetName(), t.Type, t.From, t.To))
}

// desk is a Writer with all that is around it.
type desk struct {
	*testing.T
	*notes
	writer *Writer
	clock  *clocktesting.FakePassiveClock
	client client.Client
	fail   error
	writes int
	kind   Kind[*pool]
}

func newDesk(t *testing.T, perSecond float64, objects ...client.Object) *desk {
	t.Helper()
	scheme, err := modtest.Scheme()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{T: t, notes: &notes{}, kind: kind, clock: clocktesting.NewFakePassiveClock(now)}
	update := func(ctx context.Context, c client.Client, sub string, obj client.Object, opts ...client.SubResourceUpdateOption) error {
		if d.fail != nil {
			return d.fail
		}
		d.writes++
		return c.SubResource(sub).Update(ctx, obj, opts...)
	}
	d.client = fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithStatusSubresource(&pool{}).
		WithInterceptorFuncs(interceptor.Funcs{SubResourceUpdate: update}).Build()
	d.writer = NewWriter(d.client, d.clock, NewBudget(perSecond), d.notes, d.notes)
	return d
}

func (d *desk) read() *pool { return d.readNamed("live") }

func (d *desk) readNamed(name string) *pool {
	d.Helper()
	var p pool
	if err := d.client.Get(d.Context(), client.ObjectKey{Namespace: "ns", Name: name}, &p); err != nil {
		d.Fatal(err)
	}
	return &p
}

// commit changes the pool as it is now, and returns how long the write has to wait.
func (d *desk) commit(changes ...func(*pool)) (time.Duration, error) {
	d.Helper()
	before := d.read()
	return Commit(d.Context(), d.writer, d.kind, before, changed(before, changes...))
}

func (d *desk) pass(t time.Duration) { d.clock.SetTime(d.clock.Now().Add(t)) }

func (d *desk) want(wait time.Duration, writes int, changes ...func(*pool)) {
	d.Helper()
	got, err := d.commit(changes...)
	if err != nil || got != wait || d.writes != writes {
		d.Errorf("wait %v (%v) after %d writes, want %v after %d", got, err, d.writes, wait, writes)
	}
}

func TestCommitWritesWhatDiffers(t *testing.T) {
	d := newDesk(t, 20, start())
	d.want(0, 0)
	d.want(0, 1, wanted(5), staffed("False", "Short"))
	if got := d.read(); got.Status.Replicas.Wanted != 5 || !conditions.Is(got.Status.CommonStatus, "Staffed", "False") {
		t.Errorf("status is %+v", got.Status)
	}
	d.want(0, 1, wanted(5), staffed("False", "Short"))
	want := &notes{events: []string{"live: Staffed from True to False"}, counts: []string{"write ClassifierPool conditions"}}
	if diff := cmp.Diff(want, d.notes, cmp.AllowUnexported(notes{})); diff != "" {
		t.Errorf("noted (-want +got):\n%s", diff)
	}
}

// Nothing is told of a write that failed; nor does it use up the object's turn for numbers.
func TestCommitThatFails(t *testing.T) {
	resource := v1alpha1.GroupVersion.WithResource("classifierpools").GroupResource()
	refused := errors.New("connection refused")
	for name, c := range map[string]struct {
		err  error
		want error
		is   func(error) bool
	}{
		"an error":            {refused, refused, func(err error) bool { return err.Error() == "write status of ClassifierPool: connection refused" }},
		"a conflict":          {apierrors.NewConflict(resource, "live", refused), nil, apierrors.IsConflict},
		"an object that left": {apierrors.NewNotFound(resource, "live"), nil, func(err error) bool { return err == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, 20, start())
			d.fail = c.err
			wait, err := d.commit(ready(9), staffed("False", "Short"))
			if wait != 0 || !c.is(err) || (c.want != nil && !errors.Is(err, c.want)) {
				t.Errorf("wait %v, error %v", wait, err)
			}
			if diff := cmp.Diff(&notes{}, d.notes, cmp.AllowUnexported(notes{})); diff != "" {
				t.Errorf("noted (-want +got):\n%s", diff)
			}
			d.fail = nil
			d.want(0, 1, ready(9))
		})
	}
}

// Somebody who wrote since then is not overwritten.
func TestCommitOfSomethingOld(t *testing.T) {
	d := newDesk(t, 20, start())
	old := d.read()
	d.want(0, 1, wanted(5))
	_, err := Commit(t.Context(), d.writer, kind, old, changed(old, wanted(7)))
	if !apierrors.IsConflict(err) || d.read().Status.Replicas.Wanted != 5 {
		t.Errorf("error %v, wanted %d", err, d.read().Status.Replicas.Wanted)
	}
}

func TestNumbersGoAloneOnceInThirtySeconds(t *testing.T) {
	d := newDesk(t, 20, start())
	d.want(0, 1, ready(2))
	d.want(30*time.Second, 1, ready(3))
	d.pass(10 * time.Second)
	d.want(20*time.Second, 1, ready(4))
	d.pass(20*time.Second - 1)
	d.want(1, 1, ready(5))
	d.pass(1)
	d.want(0, 2, ready(6)) // the newest takes the place of those that waited
	if got := d.read().Status.Replicas.Ready; got != 6 {
		t.Errorf("ready is %d", got)
	}
	d.pass(10 * time.Second)
	d.want(0, 3, ready(7), wanted(2)) // a decision does not wait, and takes the numbers along
	d.pass(20 * time.Second)
	d.want(10*time.Second, 3, ready(8))
	d.want(0, 4, ready(8), staffed("False", "Short"))
	d.writer.Forget(kind.Name, client.ObjectKey{Namespace: "ns", Name: "live"})
	d.want(0, 5, ready(9))
	if len(d.counts) != 9 || d.counts[1] != "delay ClassifierPool numbers" || d.counts[0] != "write ClassifierPool numbers" {
		t.Errorf("counted %v", d.counts)
	}
}

// Numbers that leap wait for five seconds, and hold up those that do not for the rest.
func TestNumbersThatLeap(t *testing.T) {
	d := newDesk(t, 20, start())
	d.kind.Leaps = func(before, after *pool) bool { return after.Status.Replicas.Ready >= 2*before.Status.Replicas.Ready }
	d.want(0, 1, ready(3))
	d.pass(4 * time.Second)
	d.want(time.Second, 1, ready(6))
	d.want(26*time.Second, 1, ready(5))
	d.pass(time.Second)
	d.want(0, 2, ready(6))
	d.want(5*time.Second, 2, ready(12))
	d.want(30*time.Second, 2, ready(11))
	d.want(0, 3, ready(11), wanted(2))
}

// Each object has its own turn for numbers, all share the budget.
func TestObjectsShareTheBudget(t *testing.T) {
	other := start()
	other.Name = "other"
	d := newDesk(t, 20, start(), other) // of which 4 may come at once
	d.want(0, 1, ready(2))
	before := d.readNamed("other")
	if wait, err := Commit(t.Context(), d.writer, kind, before, changed(before, ready(3))); wait != 0 || err != nil {
		t.Errorf("the other waits %v, %v", wait, err)
	}
	d.want(0, 3, wanted(9))
	d.want(time.Second*3/4/16, 3, wanted(8)) // one is left, which is for conditions
	d.want(0, 4, staffed("False", "Short"))
	d.want(time.Second/16, 4, staffed("True", "Enough"))
	d.pass(time.Second / 16)
	d.want(0, 5, staffed("True", "Enough"))
}

func TestWriterWithoutListeners(t *testing.T) {
	d := newDesk(t, 20, start())
	d.writer = NewWriter(d.client, d.clock, NewBudget(20), nil, nil)
	d.want(0, 1, ready(2), staffed("False", "Short"))
	d.want(30*time.Second, 1, ready(3))
}

// With constant input nothing is written, whatever the time.
func TestQuiet(t *testing.T) {
	d := newDesk(t, 20, start())
	same := func(p *pool) {
		conditions.For(&p.Status.CommonStatus, p.Generation, d.clock.Now()).True("Staffed", "Enough", "as it is")
	}
	for range 500 {
		d.want(0, 0, same, ready(1), wanted(1))
		d.pass(5 * time.Second)
	}
}
