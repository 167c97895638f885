package lab

import (
	"math/rand/v2"
	"strconv"
	"sync"

	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate/rollouts"
)

// How a rollout goes on in the laboratory: how long a cohort is, and each step at least, and at most.
const (
	policyCohort  = 6 // hours; the guard looks as often
	policyShadow  = 24 * sample.Hour
	policyHold    = 48 * sample.Hour
	policyMaxHold = 240 * sample.Hour
)

// policyMargin is the margin as a part of the base rate.
const policyMargin = 0.5

// policyShares are the steps' parts of the items; the first is the shadow step. The last is not judged: to
// reach it is to be through.
var policyShares = [...]float64{0, 0.05, 0.25, 0.5, 1}

// PolicyCase is rollouts of one kind.
type PolicyCase struct {
	Base   float64      `json:"base"`
	Change PolicyChange `json:"change"`
	// Blind is what the guard is not told: delay or weights, or nothing.
	Blind string `json:"blind,omitempty"`
}

// PolicyChange is what a change does to the errors of one primary stream.
type PolicyChange string

// The kinds of changes.
const (
	PolicyGood   PolicyChange = "good: no rise"
	PolicyBad    PolicyChange = "bad: errors double"
	PolicyEdge   PolicyChange = "errors rise by just the margin"
	PolicyPeople PolicyChange = "errors double, not in what moves" // but in how people decide
)

// What a guard may be blind to.
const (
	BlindToDelay   = "delay"
	BlindToWeights = "weights"
)

// PolicyCases are those of the table: the bar's first.
func PolicyCases() (out []PolicyCase) {
	bases := []float64{0.005, 0.02, 0.05}
	for _, blind := range []string{"", BlindToDelay, BlindToWeights} {
		for _, base := range bases {
			out = append(out, PolicyCase{base, PolicyGood, blind}, PolicyCase{base, PolicyBad, blind})
		}
	}
	for _, change := range []PolicyChange{PolicyEdge, PolicyPeople} {
		for _, base := range bases {
			out = append(out, PolicyCase{Base: base, Change: change})
		}
	}
	return out
}

// PolicyEnd is how a rollout ended.
type PolicyEnd struct {
	Outcome guard.Outcome `json:"outcome"` // Advance is to have reached all items
	Reason  guard.Reason  `json:"reason"`
	Step    int           `json:"step"` // 0 is the shadow step
	Hours   int           `json:"hours"`
	Exposed int64         `json:"exposed"` // items that the candidate decided
}

// PolicyRow is how the rollouts of a case ended.
type PolicyRow struct {
	PolicyCase
	Ends []PolicyEnd `json:"ends"`
}

// beside is how many times fewer rollouts there are of a case that is not the bar's.
const beside = 5

// barred is whether the case is one of the bar's.
func (c PolicyCase) barred() bool {
	return c.Blind == "" && (c.Change == PolicyGood || c.Change == PolicyBad)
}

// RunPolicies rolls out so many changes of each case of the bar, and a fifth of them of the others, as many at
// once as there are workers.
func RunPolicies(cases []PolicyCase, each, workers int, progress func(done, all float64)) []PolicyRow {
	rows := make([]PolicyRow, len(cases))
	type task struct{ row, seed int }
	var tasks []task
	for i, c := range cases {
		n := each
		if !c.barred() {
			n = max(each/beside, 1)
		}
		rows[i] = PolicyRow{c, make([]PolicyEnd, n)}
		for seed := range n {
			tasks = append(tasks, task{i, seed})
		}
	}
	r := &runner{options: &Options{Workers: workers}}
	var mu sync.Mutex
	done := 0
	r.each(len(tasks), func(i int) {
		row, seed := &rows[tasks[i].row], tasks[i].seed
		row.Ends[seed] = row.roll(uint64(seed))
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(float64(done), float64(len(tasks)))
		}
	})
	return rows
}

// draw draws the change of a seed. Between 1 and 4 % of all items move; more where a doubling takes
// it, since no more errors can be added than items move.
func (c PolicyCase) draw(seed uint64) rollouts.Change {
	r := rand.New(rand.NewPCG(seed, 10))
	moved := 0.01 + 0.03*r.Float64()
	if least := 1.25 * c.Base; moved < least {
		moved = least + (1.75*c.Base-least)*r.Float64()
	}
	kind := rollouts.Kind(r.IntN(2))
	rise := map[PolicyChange]float64{PolicyBad: c.Base, PolicyEdge: c.Base * policyMargin}[c.Change]
	out := rollouts.Draw(r, c.Base, moved, kind, rise)
	if c.Change == PolicyPeople {
		out.People[kind] = c.Base
	}
	return out
}

// hours are those of a cohort, and of a step's least time. Who knows nothing of delay has no reason to wait,
// but for the shadow step's sample.
func (c PolicyCase) hours() (cohort int, hold sample.Span) {
	if c.Blind == BlindToDelay {
		return 1, sample.Hour
	}
	return policyCohort, policyHold
}

// roll is the rollout of a seed.
func (c PolicyCase) roll(seed uint64) (end PolicyEnd) {
	hours, hold := c.hours()
	w := rollouts.New(c.draw(seed), hours, seed)
	in := guard.Input{Terms: c.terms(), Step: guard.Step{Shadow: true, Hold: policyShadow, MaxHold: policyMaxHold}}
	for {
		w.Go(policyShares[end.Step])
		end.Hours += hours
		end.Exposed += w.Cohorts[len(w.Cohorts)-1].Items[rollouts.Candidate]
		in.Now = sample.Instant(end.Hours) * sample.Instant(sample.Hour)
		in.Counters = c.counters(w)
		v := guard.Judge(in)
		in.State = v.State
		switch v.Outcome {
		case guard.Hold:
			continue
		case guard.Advance:
			end.Step++
			in.Step = guard.Step{Since: in.Now, Hold: hold, MaxHold: policyMaxHold}
			if policyShares[end.Step] < 1 {
				continue
			}
		}
		end.Outcome, end.Reason = v.Outcome, v.Reason
		return end
	}
}

// terms are those of the reference table: a margin of half the base rate.
func (c PolicyCase) terms() guard.Terms {
	hours, _ := c.hours()
	t := guard.Terms{Discordant: rollouts.Discordant, Cohort: sample.Span(hours) * sample.Hour, Delay: rollouts.Delay95 * sample.Hour}
	margin, _ := sample.FromFloat(c.Base * policyMargin * 10_000)
	for i := range rollouts.Labels {
		name := policyLabel(i)
		for _, kind := range []guard.Kind{guard.Leakage, guard.Overkill} {
			t.Streams = append(t.Streams, guard.Watched{
				Stream: guard.Stream{Label: name, Kind: kind}, Primary: i < rollouts.Primary, Margin: margin,
			})
		}
		t.People = append(t.People, guard.People{
			Label: name, Leakage: sample.PPM(rollouts.PeopleLeak * 1e6), Overkill: sample.PPM(rollouts.PeopleOverkill * 1e6),
		})
	}
	return t
}

func policyLabel(i int) string { return "label-" + strconv.Itoa(i+1) }

// counters are what the platform shows, less what the case is blind to.
func (c PolicyCase) counters(w *rollouts.World) guard.Counters {
	out := guard.Counters{Quality: sample.Fresh}
	for i := range w.Cohorts {
		k := &w.Cohorts[i]
		cell := guard.Cell{Market: "all", Cohort: sample.Instant(k.Begins) * sample.Instant(w.Hours) * sample.Instant(sample.Hour)}
		out.Entered = append(out.Entered, guard.Entered{Cell: cell, Items: k.Items[rollouts.Stable] + k.Items[rollouts.Candidate]})
		policyMoved(&out, cell, k, w.Change.Moves)
		policyRandom(&out, cell, k)
	}
	switch c.Blind {
	case BlindToDelay:
		hideDelay(&out)
	case BlindToWeights:
		hideWeights(&out)
	}
	return out
}

// policyMoved adds the rows of what moved in a cohort. What the other labels decide does not change.
func policyMoved(out *guard.Counters, cell guard.Cell, k *rollouts.Cohort, moves []rollouts.Move) {
	actions := [...]guard.Action{rollouts.Allow: guard.Allow, rollouts.Review: guard.Review, rollouts.Act: guard.Act}
	for i, m := range moves {
		d := &k.Discordant[i]
		out.Moved = append(out.Moved, guard.Moved{
			Cell: cell, Label: policyLabel(0), Move: guard.Move{From: actions[m.From], To: actions[m.To]},
			Items: k.Moved[i], Sampled: d.Sampled, Labelled: d.Labelled, Violating: d.Found[0],
		})
	}
	for i := 1; i < rollouts.Labels; i++ {
		none := guard.Move{From: guard.Allow, To: guard.Review}
		out.Moved = append(out.Moved, guard.Moved{Cell: cell, Label: policyLabel(i), Move: none})
	}
}

// policyRandom adds the rows of what was checked at random in a cohort.
func policyRandom(out *guard.Counters, cell guard.Cell, k *rollouts.Cohort) {
	if k.Items[rollouts.Candidate] == 0 {
		return
	}
	names := [...]string{"allowed", "actioned"}
	rates := [...]sample.PPM{sample.PPM(rollouts.AllowedRate * 1e6), sample.PPM(rollouts.ActionedRate * 1e6)}
	kinds := [...]guard.Kind{guard.Leakage, guard.Overkill}
	for arm, name := range [...]guard.Arm{rollouts.Stable: guard.Stable, rollouts.Candidate: guard.Candidate} {
		for s := range names {
			checks := &k.Random[arm][s]
			place := guard.Stratum{Cell: cell, Arm: name, Name: names[s]}
			out.Sampled = append(out.Sampled, guard.Sampled{
				Stratum: place, Rate: rates[s], Sampled: checks.Sampled, Labelled: checks.Labelled,
			})
			for i, n := range checks.Found {
				out.Wrong = append(out.Wrong, guard.Wrong{Stratum: place, Stream: guard.Stream{Label: policyLabel(i), Kind: kinds[s]}, Errors: n})
			}
		}
	}
}

// hideDelay shows what was sent to be checked as if it had been: nothing wrong was found with the candidate
// where there is no label yet.
func hideDelay(c *guard.Counters) {
	for i := range c.Moved {
		m := &c.Moved[i]
		if m.Move.To == guard.Act {
			m.Violating += m.Sampled - m.Labelled
		}
		m.Labelled = m.Sampled
	}
	for i := range c.Sampled {
		c.Sampled[i].Labelled = c.Sampled[i].Sampled
	}
}

// hideWeights shows samples as if each stood for as many items, wherever it was taken.
func hideWeights(c *guard.Counters) {
	moved, checked := map[guard.Cell]int64{}, map[guard.Cell]int64{}
	for _, m := range c.Moved {
		moved[m.Cell] += m.Items
		checked[m.Cell] += m.Sampled
	}
	for i := range c.Moved {
		if m := &c.Moved[i]; checked[m.Cell] > 0 {
			m.Items = max(m.Sampled, moved[m.Cell]*m.Sampled/checked[m.Cell])
		}
	}
	for i := range c.Sampled {
		c.Sampled[i].Rate = sample.PPM(rollouts.AllowedRate * 1e6)
	}
}
