package explain

import (
	"fmt"
	"slices"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// summary is the answer in words: what was decided and why, what it means for the
// queue asked about, what comes next, and how it stands now.
func summary(s Subject, r *Report) []string {
	d := s.Record.Decision
	d.Risk = nil // queues say that themselves
	lines := capacity.Explain(d)
	lines = append(lines, levers(r)...)
	if s.Queue != nil {
		lines = append(lines, queueSummary(s, r)...)
	} else {
		lines = append(lines, lateSummary(r)...)
	}
	lines = append(lines, nextLook(s)...)
	return append(lines, now(s)...)
}

// summaryOfStatus is what status alone can tell.
func summaryOfStatus(s Subject) []string {
	var lines []string
	if d := s.Pool.Status.Decision; d != nil {
		lines = append(lines, d.Explanation...)
	}
	return append(lines, now(s)...)
}

// now is what the status says of the present.
func now(s Subject) []string {
	lines := workersNow(s.Pool)
	if s.Queue != nil {
		lines = append(lines, queueNow(s.Queue)...)
	}
	return lines
}

// workersNow is what the status says of the workers.
func workersNow(p *v1alpha1.ClassifierPool) []string {
	r := p.Status.Replicas
	if r == nil {
		return nil
	}
	line := fmt.Sprintf("Now: %d ready, %d asked of %s %s, %d wanted", r.Ready, r.Current,
		p.Spec.ScaleTargetRef.Kind, p.Spec.ScaleTargetRef.Name, r.Wanted)
	if r.Unschedulable+r.Failing > 0 {
		line += fmt.Sprintf("; %d unschedulable, %d failing", r.Unschedulable, r.Failing)
	}
	lines := []string{line}
	if d := p.Status.Drain; d != nil {
		lines = append(lines, fmt.Sprintf("Now: the scale-down to %d replicas waits until %s are idle, at the latest until %s",
			d.Replicas, count(int(d.Pods), "worker"), d.Until.UTC().Format(time.RFC3339)))
	}
	return lines
}

// queueNow is what the status says of the queue.
func queueNow(q *v1alpha1.ModerationQueue) []string {
	s := q.Status.Summary
	if s == nil {
		return nil
	}
	line := fmt.Sprintf("Now: %s", q.Name)
	add := func(what, value string) {
		if value != "" {
			line += ", " + what + " " + value
		}
	}
	if c := q.Status.Classification; c != nil && c.Backlog != nil {
		add("backlog", fmt.Sprint(*c.Backlog))
	}
	if s.Oldest != nil {
		add("oldest since", s.Oldest.UTC().Format("15:04:05Z"))
	}
	add("promise", s.Promise)
	if s.Attained != "" {
		add("attained", s.Attained+"% in the last hour")
	}
	add("breach in", s.BreachIn)
	add("bottleneck", s.Bottleneck)
	return []string{line}
}

// queueSummary is what the decision means for the queue asked about.
func queueSummary(s Subject, r *Report) []string {
	at := slices.IndexFunc(r.Queues, func(q Queue) bool { return q.Name == s.Queue.Name })
	if at < 0 || r.Queues[at].Risk == nil {
		return []string{missing(s)}
	}
	q := r.Queues[at]
	lines := []string{
		fmt.Sprintf("%s needs %s replicas of these and gets %s", q.Name, q.Needed, q.Granted), q.Risk.Sentence, drained(q),
	}
	if at == 0 {
		lines = append(lines, fmt.Sprintf("No queue of the pool is served before it (%s after it)", count(len(r.Queues)-1, "queue")))
	} else {
		var before []string
		for _, o := range r.Queues[:at] {
			before = append(before, fmt.Sprintf("%s (%s, needs %s)", o.Name, rank(o), o.Needed))
		}
		lines = append(lines, fmt.Sprintf("Served before it when replicas are short: %s", listed(before)))
	}
	return lines
}

func rank(q Queue) string {
	if q.Protected {
		return fmt.Sprintf("protected, priority %d", q.Priority)
	}
	return fmt.Sprintf("priority %d", q.Priority)
}

// missing says why the decision knows nothing of the queue.
func missing(s Subject) string {
	if s.Record.Decision.Message != "" {
		return fmt.Sprintf("The input was refused as a whole, so nothing was worked out for %s", s.Queue.Name)
	}
	return fmt.Sprintf("The recorded decision was made without %s: it named the pool later, or its spec cannot be used "+
		"(see its conditions: kubectl describe mqueue %s)", s.Queue.Name, s.Queue.Name)
}

func drained(q Queue) string {
	switch {
	case q.Risk.Reason == string(capacity.NoData):
		return fmt.Sprintf("When the backlog of %s is gone cannot be said", q.Name)
	case q.Inputs.Backlog.Value == "0":
		return fmt.Sprintf("Nothing of %s was waiting", q.Name)
	case q.Risk.Outlook != nil && q.Risk.Outlook.DrainedBy != "":
		o := q.Risk.Outlook
		return fmt.Sprintf("Its backlog is gone by %s with 90 %%, and as likely as not by %s", o.DrainedBy, o.DrainLikely)
	case q.Risk.DrainBy == "":
		return fmt.Sprintf("With these replicas the end of the backlog of %s is not in sight", q.Name)
	}
	return fmt.Sprintf("With these replicas its backlog is gone by %s", q.Risk.DrainBy)
}

// lateSummary names the queues of the pool that will be late.
func lateSummary(r *Report) []string {
	var lines []string
	for _, q := range r.Queues {
		if q.Risk != nil && (q.Risk.FirstBreach != "" || !q.Risk.Feasible) {
			lines = append(lines, q.Risk.Sentence)
		}
	}
	const most = 5
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("and %d more queues (see the table)", len(lines)-most))
	}
	if len(lines) == 0 && len(r.Queues) > 0 && r.Decision.Message == "" {
		lines = []string{fmt.Sprintf("No item of its %s will be late, as forecast", count(len(r.Queues), "queue"))}
		if slices.ContainsFunc(r.Queues, func(q Queue) bool { return !q.Inputs.fresh() }) {
			lines[0] += " from numbers that are not all fresh"
		}
	}
	return lines
}

// levers are the bounds without which the replicas would be others.
func levers(r *Report) []string {
	var lines []string
	for _, w := range r.Without[:max(len(r.Without)-1, 0)] {
		if w.Replicas != r.Decision.Replicas {
			lines = append(lines, fmt.Sprintf("Without %s it would be %d", w.Bound, w.Replicas))
		}
	}
	if len(lines) == 0 && len(r.Without) > 0 {
		lines = []string{"No single bound made a difference"}
	}
	return lines
}

// nextLook says when the pool is decided on again, and what is known to change.
func nextLook(s Subject) []string {
	in, d := &s.Record.Input, &s.Record.Decision
	lines := []string{fmt.Sprintf("Decided at %s (%s ago)", clock(in.Now), short(s.Now.Since(in.Now)))}
	if left := d.Next.Since(s.Now); left > 0 {
		lines = append(lines, fmt.Sprintf("Next look by %s (in %s), and when a number moves", clock(d.Next), short(left)))
	} else {
		lines = append(lines, fmt.Sprintf("Next look within %s, and when a number moves (the one after this decision was due by %s)",
			in.Pool.Interval, clock(d.Next)))
	}
	if b := s.Pool.Status.Bounds; b != nil && b.Next != nil {
		lines = append(lines, fmt.Sprintf("The bounds change at %s to %d and %d", clock(sample.At(b.Next.At.Time)), b.Next.Min, b.Next.Max))
	}
	return lines
}

// notes are what is wrong or missing, worst first.
func notes(s Subject) []string {
	out := conditionNotes("pool "+s.Pool.Name, s.Pool.Status.Conditions,
		v1alpha1.ConditionStalled, v1alpha1.ConditionReady, v1alpha1.ConditionScaleControlled,
		v1alpha1.ConditionMetricsFresh, v1alpha1.ConditionCapacitySufficient)
	if s.Queue != nil {
		out = append(out, conditionNotes("queue "+s.Queue.Name, s.Queue.Status.Conditions,
			v1alpha1.ConditionStalled, v1alpha1.ConditionReady, v1alpha1.ConditionServiceLevelMet)...)
	}
	if s.Trouble != "" {
		out = append(out, s.Trouble)
	}
	if s.Record == nil {
		return out
	}
	out = append(out, ages(s)...)
	if again := capacity.Plan(s.Record.Input); again.Replicas != s.Record.Decision.Replicas || again.Binding != s.Record.Decision.Binding {
		out = append(out, fmt.Sprintf("Made again, the decision is %d (%s) and not %d (%s) as recorded, so what it would be without a bound "+
			"cannot be trusted: run kubectl modcap replay", again.Replicas, again.Binding, s.Record.Decision.Replicas, s.Record.Decision.Binding))
	}
	return out
}

// conditionNotes are the messages of conditions that are not as they should be.
func conditionNotes(of string, all []metav1.Condition, types ...string) []string {
	var out []string
	for _, t := range types {
		c := apimeta.FindStatusCondition(all, t)
		bad := metav1.ConditionFalse
		if t == v1alpha1.ConditionStalled {
			bad = metav1.ConditionTrue
		}
		if c != nil && c.Status == bad {
			out = append(out, fmt.Sprintf("%s of %s is %s (%s): %s", c.Type, of, c.Status, c.Reason, c.Message))
		}
	}
	return out
}

// ages says how the recorded decision stands to the one that the status shows.
func ages(s Subject) []string {
	in, d := &s.Record.Input, &s.Record.Decision
	age := short(s.Now.Since(in.Now))
	if s.Newer > 0 {
		return []string{fmt.Sprintf("This explains an earlier decision, of %s ago; %s newer on record", age, areOrIs(s.Newer))}
	}
	shown := s.Pool.Status.Decision
	if shown == nil {
		return []string{"The status shows no decision yet; this one is on record"}
	}
	at := sample.At(shown.At.Time)
	// Times in status are whole seconds.
	switch recorded := in.Now - in.Now%sample.Instant(sample.Second); {
	case at > recorded:
		return []string{fmt.Sprintf("The status shows a newer decision, of %s (%s, settled by %s), than the latest on record, which is %s old "+
			"and explained here; only decisions that change the replicas or the rule that settles them are recorded",
			clock(at), shown.Verdict, shown.Binding, age)}
	case at < recorded:
		return []string{fmt.Sprintf("The status still shows the decision of %s; a newer one, %s old, is on record and explained here",
			clock(at), age)}
	case shown.Binding != string(d.Binding):
		return []string{fmt.Sprintf("The status says that %s settled the replicas, the record %s; the record is explained here",
			shown.Binding, d.Binding)}
	}
	if s.Now.Since(in.Now) > sample.Minute {
		return []string{fmt.Sprintf("The numbers are those of the decision, %s ago: as long as the operator is up, "+
			"nothing since has changed the replicas or the rule that settles them", age)}
	}
	return nil
}

func areOrIs(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}
