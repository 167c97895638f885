package lint

import (
	"fmt"
	"math"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
)

const (
	// moving is the part of the items that a change is taken to decide otherwise: less is seldom worth a rollout.
	moving = 0.01
	// expected is how many random checks are to be expected so that one comes in nineteen of twenty cases.
	expected = 3
)

// rollingOut is a rollout whose samples are counted beforehand.
type rollingOut struct {
	c      *checker
	object Object
	policy *v1alpha1.ModerationPolicy
	spec   *v1alpha1.PolicyRollout
	used   []*v1alpha1.ModerationQueue
	// first is after how long the first sample counts: a cohort and the delay of labels.
	first time.Duration
	// leakage and overkill are the margins, of 10000 items that enter.
	leakage, overkill sample.Milli
	// rows are what comes to the policy's queues.
	rows []Volume
}

// checkGathering looks for guards whose samples cannot be gathered within the longest hold.
func (c *checker) checkGathering(p *v1alpha1.ModerationPolicy, used []*v1alpha1.ModerationQueue) {
	r := p.Spec.Rollout
	if r == nil || r.Metrics == nil {
		return
	}
	g := rollingOut{c: c, object: Object{KindPolicy, p.Name}, policy: p, spec: r, used: used, rows: c.volumes(used)}
	cohort, err := r.Metrics.Cohort.Parse()
	delay, err2 := r.Metrics.LabelDelay.Parse()
	leakage, err3 := r.Margins.Leakage.Milli()
	overkill, err4 := r.Margins.Overkill.Milli()
	if err != nil || err2 != nil || err3 != nil || err4 != nil {
		return // said of each field
	}
	g.first, g.leakage, g.overkill = cohort+delay, sample.Milli(leakage), sample.Milli(overkill)
	before := len(c.out)
	g.checkShadow()
	for i := range r.Steps {
		g.checkOwn(&r.Steps[i])
	}
	if len(c.out) == before { // else random samples are too few for more than that
		g.checkRise()
	}
}

// shadow is what the shadow gathers: the items of each move, and the share of those that move which is sampled.
func (g *rollingOut) shadow() (count int64, share float64) {
	count, share = 300, 1
	if s := g.spec.Shadow; s != nil {
		if s.Count > 0 {
			count = int64(s.Count)
		}
		if v, ok := ppm(&s.Sample); ok {
			share = shareOf(v)
		}
	}
	return count, share
}

func shareOf(ppm int64) float64 { return float64(ppm) / float64(sample.AllPPM) }

// narrower is the margin that takes the more checks, with its name.
func (g *rollingOut) narrower() (sample.Milli, string) {
	if g.leakage < g.overkill {
		return g.leakage, "leakage"
	}
	return g.overkill, "overkill"
}

// checkShadow looks at the sample of what moves: whether it shows enough, and is there in time.
func (g *rollingOut) checkShadow() {
	count, share := g.shadow()
	margin, kind := g.narrower()
	need, shown := guard.Harmless(margin, count, moving)
	if !shown {
		g.c.add(&Finding{
			Code: CodeSampleTooSmall, Object: g.object, Field: "spec.rollout.shadow.count",
			Message: fmt.Sprintf("Of a change that moves %s of the items %d would be looked at, and even if none of them is wrong that "+
				"does not show that it is within the margin of %s of 10000 (%s): no step ends by itself.", percentOf(moving), need, margin, kind),
			Fix: fmt.Sprintf("Set shadow.count to %d or more, or the margin to what is tolerated.", enough(margin, count)),
		})
		return
	}
	if share == 0 {
		return // nothing is sampled: said where samples are looked at
	}
	volume, known := g.perHour(nil)
	hold, ends := g.longest()
	if !known || volume == 0 || !ends || hold < g.first {
		return
	}
	took := g.first + hours(float64(need)/(volume*share*moving))
	if took <= hold {
		return
	}
	g.c.add(&Finding{
		Code: CodeSampleOutOfReach, Object: g.object, Field: "spec.rollout.shadow.maxHold",
		Message: fmt.Sprintf("The shadow needs %d items of each move looked at. If %s of at most %s items an hour move, and %s of these are "+
			"sampled, that takes %s, labels included; its longest hold is %s.",
			need, percentOf(moving), digits(volume), percentOf(share), about(took), exact(hold)),
		Fix: g.faster(volume, need, hold, took),
	})
}

// enough is the least count with which a sample shows a change to be within a margin, of a round number.
func enough(margin sample.Milli, count int64) int64 {
	for n := max(count, 10); n < 100_000; n += max(n/10, 1) {
		if _, shown := guard.Harmless(margin, n, moving); shown {
			return n
		}
	}
	return 100_000
}

// faster is what makes the sample of the shadow be there in time.
func (g *rollingOut) faster(volume float64, need int64, hold, took time.Duration) string {
	fix := fmt.Sprintf("Set shadow.maxHold to %s or more", about(took))
	if least := float64(need) / (volume * moving * (hold - g.first).Hours()); least <= 1 && hold > g.first {
		fix += fmt.Sprintf(", or shadow.sample to %s", shareText(least))
	}
	count, share := g.shadow()
	margin, _ := g.narrower()
	for n := count / 2; n >= 10; n /= 2 {
		less, shown := guard.Harmless(margin, n, moving)
		if !shown {
			break
		}
		if g.first+hours(float64(less)/(volume*share*moving)) <= hold {
			fix += fmt.Sprintf(", or shadow.count to %d", n)
			break
		}
	}
	return fix + "."
}

// longest is the longest hold of the shadow; false where it lasts until the evidence decides.
func (g *rollingOut) longest() (time.Duration, bool) {
	if g.spec.Shadow == nil {
		return 0, false
	}
	return holdOf(g.spec.Shadow.MaxHold)
}

func holdOf(d v1alpha1.Duration) (time.Duration, bool) {
	most, err := d.Parse()
	return most, d != "" && err == nil && most > 0
}

// rates are the shares of the allowed, the actioned, and of all items at the most, that are looked at at random: of
// allowed ones the highest of all labels holds for each.
func (g *rollingOut) rates() (allowed, actioned, most float64) {
	for i := range g.policy.Spec.Labels {
		qa := g.policy.Spec.Labels[i].QASample
		if qa == nil {
			continue
		}
		of := func(s v1alpha1.Score) float64 {
			v, _ := ppm(&s)
			return shareOf(v)
		}
		allowed, actioned = max(allowed, of(qa.Allowed)), max(actioned, of(qa.Actioned))
		most = max(most, allowed, actioned, of(qa.Reviewed))
	}
	return allowed, actioned, most
}

// part is the share of the items that a step gives the change.
func part(s *v1alpha1.RolloutStep) float64 {
	v, _ := s.Percent.PPM()
	return shareOf(v)
}

// checkOwn looks for a step that is over before any item that the change decided in it comes to be looked at.
func (g *rollingOut) checkOwn(s *v1alpha1.RolloutStep) {
	_, _, rate := g.rates()
	volume, known := g.perHour(s)
	hold, ends := holdOf(s.MaxHold)
	if !known || !ends || rate == 0 || part(s) == 0 || hold < g.first {
		return
	}
	took := g.first + hours(expected/(volume*part(s)*rate))
	if took <= hold {
		return
	}
	field := fmt.Sprintf("spec.rollout.steps[%s]", s.Name)
	if volume == 0 {
		g.c.add(&Finding{
			Code: CodeSampleOutOfReach, Object: g.object, Field: field,
			Message: fmt.Sprintf("The step ends only once a random check of what the change decided in it is done, and no items come%s.", in(s)),
			Fix:     "Name markets and surfaces of which items come.",
		})
		return
	}
	fix := fmt.Sprintf("Set maxHold of the step to %s or more", about(took))
	if within := (hold - g.first).Hours(); within > 0 {
		if more := expected / (volume * rate * within); more <= 1 {
			fix += fmt.Sprintf(", or its percent to %s", digits(math.Ceil(more*1000)/10))
		}
	}
	g.c.add(&Finding{
		Code: CodeSampleOutOfReach, Object: g.object, Field: field + ".maxHold",
		Message: fmt.Sprintf("The step ends only once a random check of what the change decided in it is done. Of at most %s items an hour%s, "+
			"%s%% decided by the change and %s of those looked at, one takes up to %s, labels included; its longest hold is %s.",
			digits(volume), in(s), s.Percent, percentOf(rate), about(took), exact(hold)),
		Fix: fix + ", or name more markets, or raise qaSample of the labels.",
	})
}

// in says where a step is.
func in(s *v1alpha1.RolloutStep) string {
	out := ""
	if len(s.Markets) > 0 {
		out += " in " + listed(text(s.Markets))
	}
	if len(s.Surfaces) > 0 {
		out += " on " + listed(text(s.Surfaces))
	}
	return out
}

// checkRise looks at whether the random samples of all steps would show a rise by the margin among the items that do not
// move, before the last of the steps is over.
func (g *rollingOut) checkRise() {
	var decided float64
	var all time.Duration
	for i := range g.spec.Steps {
		s := &g.spec.Steps[i]
		_, known := g.perHour(s)
		hold, ends := holdOf(s.MaxHold)
		if !known || !ends || part(s) == 0 {
			return
		}
		decided += g.decided(i) * hold.Hours()
		all += hold
	}
	if decided == 0 {
		return // nothing comes, or there is nothing to compare with
	}
	allowed, actioned, _ := g.rates()
	g.checkRiseOf(rise{"let through", "allowed", g.leakage, allowed}, decided, all)
	g.checkRiseOf(rise{"acted on wrongly", "actioned", g.overkill, actioned}, decided, all)
}

// rise is more errors of a kind: what is done with the items, which samples find them, at what rate, and the margin.
type rise struct {
	done, sample string
	margin       sample.Milli
	rate         float64
}

// checkRiseOf looks at one kind of errors, by how many items the change decides in all.
func (g *rollingOut) checkRiseOf(x rise, decided float64, all time.Duration) {
	need := guard.Alarm(least(g.spec.Steps))
	found := decided * x.rate * x.margin.Float() / 10_000
	if x.rate == 0 || x.margin <= 0 || found >= float64(need) {
		return
	}
	times := float64(need) / found
	longer := digits(math.Ceil(times*10) / 10)
	fix := fmt.Sprintf("Hold the steps %s times as long, or know that only the items that move are guarded.", longer)
	if x.rate*times <= 1 {
		fix = fmt.Sprintf("Raise qaSample.%s to %s, or hold the steps %s times as long: as it is, only the items that move are guarded.",
			x.sample, shareText(x.rate*times), longer)
	}
	g.c.add(&Finding{
		Code: CodeRiseOutOfSight, Object: g.object, Field: "spec.rollout.steps",
		Message: fmt.Sprintf("If %s more of 10000 items that do not move were %s, random checks of the change would find about %s of them in "+
			"the %s that its steps last at most, and the guard needs %d or more.", x.margin, x.done, digits(found), exact(all), need),
		Fix: fix,
	})
}

// least is the smallest share of the items that a step gives the change: with it the fewest errors are needed.
func least(steps []v1alpha1.RolloutStep) float64 {
	out := 1.0
	for i := range steps {
		out = min(out, part(&steps[i]))
	}
	return out
}
