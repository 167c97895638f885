package pool

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/modcap/modcap/internal/drain"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

var noon = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

// TestDrainPod reads pods as they may come, marks by other hands included.
func TestDrainPod(t *testing.T) {
	pod := func(name string) *modtest.PodWrapper { return modtest.MakePod(name, "ns", "workers").On("node") }
	unreadable := sample.Instant(math.MaxInt64)
	for name, c := range map[string]struct {
		pod  *modtest.PodWrapper
		edit func(*corev1.Pod)
		want drain.Pod
	}{
		"ready": {pod: pod("w-7").Ready(noon), want: drain.Pod{Name: "w-7", Standing: drain.Ready, Ordinal: 7}},
		"not ready": {
			pod: pod("w").Ready(noon), want: drain.Pod{Name: "w", Standing: drain.NotReady},
			edit: func(p *corev1.Pod) { p.Status.Conditions[0].Status = corev1.ConditionFalse },
		},
		"its node does not say": {
			pod: pod("w").Ready(noon), want: drain.Pod{Name: "w", Standing: drain.Unknown},
			edit: func(p *corev1.Pod) { p.Status.Phase = corev1.PodUnknown },
		},
		"starting":      {pod: pod("w"), want: drain.Pod{Name: "w", Standing: drain.Pending}},
		"unschedulable": {pod: pod("w").On("").Unschedulable(noon), want: drain.Pod{Name: "w", Standing: drain.Unassigned}},
		"another's cost": {
			pod: pod("w").Ready(noon).Annotate(corev1.PodDeletionCost, "-7"), want: drain.Pod{Name: "w", Standing: drain.Ready, Cost: -7},
		},
		"a cost that is none": {
			pod: pod("w").Ready(noon).Annotate(corev1.PodDeletionCost, "cheap"), want: drain.Pod{Name: "w", Standing: drain.Ready},
		},
		"marked": {
			pod: pod("w").Ready(noon).Annotate(corev1.PodDeletionCost, "-2147483648").Annotate(costBefore, "3").
				Annotate(drainSince, "2026-11-05T12:00:00.250Z").Annotate(DrainUntil, "2026-11-05T12:03:00.250Z"),
			want: drain.Pod{Name: "w", Standing: drain.Ready, Cost: 3, Mark: drain.Mark{
				Since: sample.At(noon) + 250, Until: sample.At(noon.Add(3*time.Minute)) + 250,
			}},
		},
		"marked by other hands": {
			pod:  pod("w").Ready(noon).Annotate(DrainUntil, "soon"),
			want: drain.Pod{Name: "w", Standing: drain.Ready, Mark: drain.Mark{Since: unreadable, Until: unreadable}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.pod.Obj()
			if c.edit != nil {
				c.edit(p)
			}
			if d := cmp.Diff(c.want, drainPod(p, sample.Sample{})); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// FuzzMarks: whatever is in the annotations, a wait has its end and a mark can be
// taken off.
func FuzzMarks(f *testing.F) {
	f.Add("2026-11-05T12:00:00Z", "2026-11-05T12:03:00Z", "-5", "")
	f.Add("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "99999999999", "1")
	f.Add("", "soon", "+1", "x")
	f.Add("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "", "")
	f.Fuzz(func(t *testing.T, since, until, cost, before string) {
		p := modtest.MakePod("w", "ns", "workers").On("node").Ready(noon).Annotate(drainSince, since).Annotate(DrainUntil, until).
			Annotate(corev1.PodDeletionCost, cost).Annotate(costBefore, before).Obj()
		in := drain.Input{
			Now: sample.At(noon), Current: 1, Declared: true, MaxWait: sample.Minute, Pods: []drain.Pod{drainPod(p, sample.Missing(sample.CauseNoRow))},
		}
		if off := drain.Plan(drain.Input{Now: in.Now, Pods: in.Pods}); hasMark(p) && len(off.Unmark) != 1 {
			t.Errorf("its mark stays for ever: %+v", in.Pods)
		}
		if d := drain.Plan(in); d.Waits() && d.Until > in.Now.Add(drain.LongestWait) {
			t.Errorf("it waits until %s", d.Until.Time())
		}
	})
}

// TestMarkAndUnmark goes there and back: the pod is as it was.
func TestMarkAndUnmark(t *testing.T) {
	m := drain.Mark{Since: sample.At(noon), Until: sample.At(noon.Add(time.Minute))}
	for name, was := range map[string]map[string]string{
		"no annotations": nil, "others": {"a": "b"}, "a cost": {corev1.PodDeletionCost: "-3"}, "a cost of nothing": {corev1.PodDeletionCost: ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := &corev1.Pod{}
			p.Annotations = was
			once := patched(t, p, mark(p, m))
			if once.Annotations[corev1.PodDeletionCost] != "-2147483648" || drainPod(once, sample.Sample{}).Mark != m {
				t.Errorf("marked it is %v", once.Annotations)
			}
			twice := patched(t, once, mark(once, m))
			if d := cmp.Diff(once.Annotations, twice.Annotations); d != "" {
				t.Errorf("marked twice (-once +twice):\n%s", d)
			}
			back := patched(t, twice, unmark(twice))
			if len(back.Annotations)+len(was) > 0 && !cmp.Equal(was, back.Annotations) {
				t.Errorf("unmarked it is %v", back.Annotations)
			}
		})
	}
}

// patched is the pod with its annotations changed as a merge patch changes them.
func patched(t *testing.T, p *corev1.Pod, annotations map[string]*string) *corev1.Pod {
	t.Helper()
	data, err := json.Marshal(annotations)
	if err != nil {
		t.Fatal(err)
	}
	out := p.DeepCopy()
	out.Annotations = map[string]string{}
	for k, v := range p.Annotations {
		out.Annotations[k] = v
	}
	var changes map[string]*string
	if err := json.Unmarshal(data, &changes); err != nil {
		t.Fatal(err)
	}
	for k, v := range changes {
		if v == nil {
			delete(out.Annotations, k)
		} else {
			out.Annotations[k] = *v
		}
	}
	return out
}
