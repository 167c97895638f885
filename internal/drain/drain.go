package drain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/sample"
)

// Slack is how much longer a mark holds than the wait: the ReplicaSet controller
// needs a moment between the write of the scale and the deletion of the pods.
const Slack = sample.Minute

// LongestWait bounds MaxWait.
const LongestWait = sample.Hour

// Plan decides which pods are marked, and whether the scale may be lowered.
func Plan(in Input) Decision {
	pods := sane(in)
	slices.SortFunc(pods, func(a, b Pod) int { return before(a, b, in.Ordered) })
	excess := max(len(pods)-int(max(in.Want, 0)), 0)
	switch {
	case !in.Declared:
		return release(pods, NotDeclared)
	case in.Rollout:
		return release(pods, Rollout)
	case in.Want >= in.Current:
		return settle(pods, excess)
	}
	d := Decision{Reason: Waiting, Until: end(pods, in)}
	goes := pods[:min(excess, len(pods))]
	for i, p := range pods {
		d.take(p, i < len(goes), in.Now)
	}
	d.conclude(goes, in.Now)
	return d
}

// sane is the pods with marks that can be: one from the future, or without an end in
// sight, would make a wait without one, so it is made anew.
func sane(in Input) []Pod {
	pods := slices.Clone(in.Pods)
	for i := range pods {
		if m := &pods[i].Mark; m.Since > in.Now || m.Set() && m.Until.Since(m.Since) > LongestWait+Slack {
			*m = Mark{Since: in.Now}
		}
	}
	return pods
}

// settle is for when nothing is to be taken away. After the scale was written the
// pods stay marked until the ReplicaSet controller has taken them: it would take
// others otherwise.
func settle(pods []Pod, excess int) Decision {
	slices.SortStableFunc(pods, func(a, b Pod) int { return byMark(a.Mark, b.Mark) })
	return release(pods[min(excess, len(pods)):], NotWanted)
}

// release takes every mark off.
func release(pods []Pod, why Reason) Decision {
	d := Decision{Reason: why}
	for _, p := range pods {
		d.take(p, false, 0)
	}
	slices.Sort(d.Unmark)
	return d
}

// take enters a pod that goes, or stays.
func (d *Decision) take(p Pod, goes bool, now sample.Instant) {
	if !goes {
		if p.Mark.Set() {
			d.Unmark = append(d.Unmark, p.Name)
		}
		return
	}
	if p.Standing < Ready && (!p.InFlight.Fresh() || p.InFlight.Value <= 0) {
		return // it holds nothing, and goes first whether it is marked or not
	}
	want := Mark{Since: now, Until: d.Until.Add(Slack)}
	if p.Mark.Set() {
		want.Since = p.Mark.Since
	}
	if p.Mark.Until == 0 {
		d.Mark = append(d.Mark, Marking{p.Name, want})
	}
	d.count(p)
}

// count enters a pod that is waited for. What was read before it was marked says
// nothing: it may have leased since.
func (d *Decision) count(p Pod) {
	switch {
	case p.InFlight.Fresh() && p.InFlight.Value > 0:
		d.Busy++
	case p.InFlight.Fresh() && p.Mark.Set() && p.InFlight.At > p.Mark.Since:
		d.Idle++
	default:
		d.Unread++
	}
}

// conclude says whether the scale may be lowered now.
func (d *Decision) conclude(goes []Pod, now sample.Instant) {
	slices.SortFunc(d.Mark, func(a, b Marking) int { return strings.Compare(a.Name, b.Name) })
	slices.Sort(d.Unmark)
	slices.SortFunc(goes, func(a, b Pod) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range goes {
		if p.Standing == Ready && d.Cause == "" {
			d.Cause = p.InFlight.Cause
		}
	}
	switch {
	case d.Marked() == 0:
		d.Reason, d.Until = NoneReady, 0
	case d.Busy+d.Unread == 0:
		d.Reason = AllIdle
	case now >= d.Until:
		d.Reason = WaitOver
	}
}

// end is when the wait is over: as the marks say, of which every one carries it, so
// that it survives the pod that was marked first, and the operator too.
func end(pods []Pod, in Input) sample.Instant {
	var at sample.Instant
	for _, p := range pods {
		if m := p.Mark; m.Until != 0 && (at == 0 || m.Until < at) {
			at = m.Until
		}
	}
	if at == 0 {
		return in.Now.Add(min(max(in.MaxWait, 0), LongestWait))
	}
	return at.Add(-Slack)
}

// before orders pods by who goes first.
func before(a, b Pod, ordered bool) int {
	if ordered {
		return cmp.Or(cmp.Compare(b.Ordinal, a.Ordinal), strings.Compare(a.Name, b.Name))
	}
	return cmp.Or(
		cmp.Compare(a.Standing, b.Standing),
		byMark(a.Mark, b.Mark),
		cmp.Compare(a.Cost, b.Cost),
		cmp.Compare(load(a), load(b)),
		strings.Compare(a.Name, b.Name),
	)
}

// byMark puts the marked first, the longest marked before all.
func byMark(a, b Mark) int {
	if a.Set() != b.Set() {
		if a.Set() {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.Since, b.Since)
}

// load is what a pod holds; one whose number cannot be acted on is the busiest.
func load(p Pod) sample.Milli {
	if !p.InFlight.Fresh() {
		return sample.MaxMilli
	}
	return p.InFlight.Value
}
