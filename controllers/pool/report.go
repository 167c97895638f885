package pool

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

func (r *Reconciler) stalled(pool *v1alpha1.ClassifierPool, err error) {
	pool.Status.Drain = nil
	conditions.For(&pool.Status.CommonStatus, pool.Generation, r.Now()).Stalled(v1alpha1.ReasonInvalidSpec, err.Error())
}

// report puts what was decided into the pool's status, the facts of its queues,
// the metrics and the events.
func (r *Reconciler) report(o *observed, m *memory, d decided, act acted) {
	s := &o.pool.Status
	was := shown{s.Decision, s.Replicas}
	set := conditions.For(&s.CommonStatus, o.pool.Generation, o.now)
	s.Replicas = replicasStatus(d)
	s.Bounds = boundsStatus(o)
	s.Learned = learnedStatus(o.pool, m)
	s.Queues, s.QueueCount = queueNames(o.queues)
	s.Decision = decisionStatus(o, d, was)
	if !m.last.at.IsZero() && !r.ReadOnly {
		s.Decisions = recordsName(o.pool.Name)
	}
	if act.wrote {
		r.scaled(o, d)
	}
	reportReady(set, o)
	reportControl(set, act)
	fresh := metricsFresh(o)
	reportFresh(set, fresh, len(o.queues))
	reportCapacity(set, d, fresh)
	r.setMetrics(o.pool, s)
	r.putFacts(o, d)
}

func replicasStatus(d decided) *v1alpha1.PoolReplicas {
	f := d.input.Fleet
	if !f.Known {
		return nil // not known is not zero
	}
	return &v1alpha1.PoolReplicas{
		Ready: f.Ready, Current: f.Wanted, Wanted: d.decision.Replicas, Unschedulable: f.Unschedulable, Failing: f.Failing,
	}
}

func boundsStatus(o *observed) *v1alpha1.BoundsStatus {
	b, next := resolve.PoolBounds(o.pool, o.now)
	out := &v1alpha1.BoundsStatus{Min: b.Min, Max: b.Max, From: b.From}
	if next != nil {
		out.Next = &v1alpha1.NextBounds{At: *base.Time(next.At), Min: next.Min, Max: next.Max}
	}
	return out
}

func learnedStatus(pool *v1alpha1.ClassifierPool, m *memory) *v1alpha1.LearnedValues {
	var out v1alpha1.LearnedValues
	if pool.Spec.Throughput.Learn && m.learned.Throughput > 0 {
		out.ItemsPerSecond = m.learned.Throughput.String()
	}
	if pool.Spec.Startup.Learn && m.learned.Startup > 0 {
		out.Startup = m.learned.Startup.String()
	}
	if out == (v1alpha1.LearnedValues{}) {
		return nil
	}
	return &out
}

// maxQueues is how many queues the status names.
const maxQueues = 32

func queueNames(queues []v1alpha1.ModerationQueue) ([]string, int32) {
	var names []string
	for i := range queues {
		if i < maxQueues {
			names = append(names, queues[i].Name)
		}
	}
	return names, int32(len(queues))
}

// decisionStatus is the decision in short. One that says the same as the one shown
// is that one, with the numbers that it was made from.
func decisionStatus(o *observed, d decided, was shown) *v1alpha1.PoolDecision {
	if was.again(d.decision) {
		return was.decision
	}
	return &v1alpha1.PoolDecision{
		At: *base.Time(sample.At(o.now)), Verdict: string(d.decision.Verdict), Binding: string(d.decision.Binding),
		Explanation: explanation(d.decision),
	}
}

// shown is the decision that the status shows.
type shown struct {
	decision *v1alpha1.PoolDecision
	replicas *v1alpha1.PoolReplicas
}

// again reports whether d is the same decision, seen again: a Hold after the scale
// was written, or one that modcap may not, or cannot, act on.
func (s shown) again(d capacity.Decision) bool {
	var wanted int32
	if s.replicas != nil {
		wanted = s.replicas.Wanted
	}
	if s.decision == nil || !capacity.Rule(s.decision.Binding).Alike(d.Binding) || wanted != d.Replicas {
		return false
	}
	return d.Verdict == capacity.Hold || s.decision.Verdict == string(d.Verdict)
}

const (
	maxSentences = 32
	maxSentence  = 512
)

// explanation leaves out who will be late: queues say that themselves, and its
// times would move with the clock.
func explanation(d capacity.Decision) []string {
	d.Risk = nil
	lines := capacity.Explain(d)
	lines = lines[:min(len(lines), maxSentences)]
	for i, l := range lines {
		lines[i] = l[:min(len(l), maxSentence)]
	}
	return lines
}

// scaled tells of a scale that was written.
func (r *Reconciler) scaled(o *observed, d decided) {
	s := &o.pool.Status
	reason, at := "ScaledUp", base.Time(sample.At(o.now))
	if d.decision.Verdict == capacity.ScaleDown {
		reason, s.LastScaleDown = "ScaledDown", at
	} else {
		s.LastScaleUp = at
	}
	r.Events.Scaled(o.pool, reason, fmt.Sprintf("%s %s from %d to %d replicas (%s)",
		o.pool.Spec.ScaleTargetRef.Kind, o.pool.Spec.ScaleTargetRef.Name, o.scale.Spec.Replicas, d.decision.Replicas, d.decision.Binding))
}

// reportReady says whether modcap can do its job for the pool.
func reportReady(set conditions.Setter, o *observed) {
	switch {
	case o.trouble == nil:
		set.Ready("modcap decides the replicas of the target")
	case o.trouble.reason == v1alpha1.ReasonInvalidSpec:
		set.Stalled(o.trouble.reason, o.trouble.message)
	case o.trouble.rival:
		set.NotReady(v1alpha1.ReasonTargetOwned, o.trouble.message)
	default:
		set.NotReady(o.trouble.reason, o.trouble.message)
	}
}

func reportControl(set conditions.Setter, act acted) {
	if act.controlled {
		set.True(v1alpha1.ConditionScaleControlled, act.reason, act.message)
		return
	}
	set.False(v1alpha1.ConditionScaleControlled, act.reason, act.message)
}

// staleQueue is a queue whose numbers are not Fresh.
type staleQueue struct {
	name string
	is   sample.Sample
}

// metricsFresh lists the queues whose numbers are not Fresh.
func metricsFresh(o *observed) []staleQueue {
	var out []staleQueue
	for i := range o.queues {
		if s, ok := resolve.Machine(&o.queues[i], o.rows); ok && !s.Quality.Fresh() {
			out = append(out, staleQueue{o.queues[i].Name, s.Quality})
		}
	}
	return out
}

// maxNamed is how many queues a message names.
const maxNamed = 3

func reportFresh(set conditions.Setter, stale []staleQueue, queues int) {
	switch {
	case queues == 0:
		set.Unknown(v1alpha1.ConditionMetricsFresh, v1alpha1.ReasonNotMeasured, "No queue names this pool")
	case len(stale) == 0:
		set.True(v1alpha1.ConditionMetricsFresh, v1alpha1.ReasonFresh, "The numbers of every queue can be acted on")
	default:
		var names []string
		for i, s := range stale {
			if i < maxNamed {
				names = append(names, fmt.Sprintf("%s (%s)", s.name, s.is.Cause))
			}
		}
		more := ""
		if len(stale) > maxNamed {
			more = fmt.Sprintf(" and %d more", len(stale)-maxNamed)
		}
		set.False(v1alpha1.ConditionMetricsFresh, string(stale[0].is.Cause),
			"Nothing is scaled down: the numbers cannot be trusted of "+strings.Join(names, ", ")+more)
	}
}

// reportCapacity says whether the machines can keep every promise, as forecast now.
func reportCapacity(set conditions.Setter, d decided, stale []staleQueue) {
	reason, message := capacityReason(d, stale)
	switch reason {
	case v1alpha1.ReasonEnough:
		set.True(v1alpha1.ConditionCapacitySufficient, reason, message)
	case v1alpha1.ReasonUnknownWhileMissing:
		set.Unknown(v1alpha1.ConditionCapacitySufficient, reason, message)
	default:
		set.False(v1alpha1.ConditionCapacitySufficient, reason, message)
	}
}

func capacityReason(d decided, stale []staleQueue) (string, string) {
	if late := lateQueues(d.decision); len(late) > 0 {
		reason, message := lateReason(late[0], d)
		return reason, message + ": " + strings.Join(names(late), ", ")
	}
	if len(stale) > 0 || !d.input.Fleet.Known {
		return v1alpha1.ReasonUnknownWhileMissing, "Not known while numbers are missing"
	}
	return v1alpha1.ReasonEnough, "Every promise can be kept, as forecast now"
}

func lateQueues(d capacity.Decision) []capacity.Risk {
	var out []capacity.Risk
	for _, k := range d.Risk {
		if !k.Feasible && k.Reason != capacity.NoData {
			out = append(out, k)
		}
	}
	return out
}

func names(late []capacity.Risk) []string {
	var out []string
	for i, k := range late {
		if i == maxNamed {
			return append(out, fmt.Sprintf("and %d more", len(late)-maxNamed))
		}
		_, name, _ := strings.Cut(k.Queue, "/")
		out = append(out, name)
	}
	return out
}

// lateReason is why a queue will be late, in the words of CapacitySufficient.
func lateReason(k capacity.Risk, d decided) (string, string) {
	f := d.input.Fleet
	switch {
	case k.Reason == capacity.NotArriving || (f.Unschedulable+f.Failing > 0 && k.Reason != capacity.TooLate):
		return v1alpha1.ReasonWorkersNotComing, "Workers asked for do not come (unschedulable or failing), and promises will be missed"
	case k.Reason == capacity.TooLate:
		return v1alpha1.ReasonBurst, "More came than workers can be started for in time, and promises will be missed"
	default:
		return v1alpha1.ReasonAtMaximum, "The most workers allowed are too few, and promises will be missed"
	}
}

func (r *Reconciler) setMetrics(pool *v1alpha1.ClassifierPool, s *v1alpha1.ClassifierPoolStatus) {
	ns, name := pool.Namespace, pool.Name
	if s.Replicas == nil {
		r.Metrics.ForgetReplicas(ns, name)
		return
	}
	r.Metrics.PoolWanted.WithLabelValues(ns, name).Set(float64(s.Replicas.Wanted))
	r.Metrics.PoolCurrent.WithLabelValues(ns, name).Set(float64(s.Replicas.Current))
	r.Metrics.PoolReady.WithLabelValues(ns, name).Set(float64(s.Replicas.Ready))
	r.Metrics.PoolTrouble.WithLabelValues(ns, name, "unschedulable").Set(float64(s.Replicas.Unschedulable))
	r.Metrics.PoolTrouble.WithLabelValues(ns, name, "failing").Set(float64(s.Replicas.Failing))
	r.setCost(pool, s.Replicas.Current)
}

// putFacts tells each queue of the pool what was found for it.
func (r *Reconciler) putFacts(o *observed, d decided) {
	shares := make(map[string]capacity.Share, len(d.decision.Shares))
	for _, s := range d.decision.Shares {
		shares[s.Queue] = s
	}
	keep := make(map[types.NamespacedName]bool, len(d.decision.Risk))
	for _, k := range d.decision.Risk {
		ns, name, _ := strings.Cut(k.Queue, "/")
		key := types.NamespacedName{Namespace: ns, Name: name}
		keep[key] = true
		was, _ := r.Facts.Pools.Get(key)
		f := queueFact(o, d, k, shares[k.Queue])
		putFigures(&f, &was, k, o.now)
		r.Facts.Pools.Put(key, f)
	}
	r.keepFacts(client.ObjectKeyFromObject(o.pool), keep)
}

func queueFact(o *observed, d decided, k capacity.Risk, share capacity.Share) facts.Pool {
	f := facts.Pool{
		Pool: o.pool.Name, Ready: d.input.Fleet.Ready, Wanted: d.decision.Replicas,
		Needed: sample.Milli(base.Digits(int64(share.Needed))), Feasible: k.Feasible,
		Known: k.Reason != capacity.NoData && k.Reason != capacity.LowerBound && d.input.Fleet.Known,
	}
	f.Reason, f.Message = v1alpha1.ReasonEnough, "The machines can keep the promise, as forecast now"
	switch {
	case !k.Feasible && k.Reason != capacity.NoData:
		f.Reason, f.Message = lateReason(k, d)
	case !f.Known:
		f.Reason, f.Message = v1alpha1.ReasonUnknownWhileMissing, "Not known while numbers are missing"
	}
	return f
}

// keepFacts drops what the pool said of queues that it no longer serves.
func (r *Reconciler) keepFacts(pool types.NamespacedName, keep map[types.NamespacedName]bool) {
	r.Facts.Pools.Keep(func(key types.NamespacedName, f facts.Pool) bool {
		return key.Namespace == pool.Namespace && f.Pool == pool.Name
	}, keep)
}
