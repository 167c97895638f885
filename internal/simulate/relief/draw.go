package relief

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/plants"
)

// Draw draws a policy's relief on a small plant: any steps in any order, bands of labels, quality samples,
// protected queues and labels, limits of exposure, markets, surfaces and tiers. In four of five all numbers are Fresh.
// Every second one, by number, is Short.
func Draw(r *rand.Rand, number int) relief.Input {
	if number%2 == 0 {
		return Short(r)
	}
	plant := plants.Relaxing(r, number)
	in := relief.Input{Policy: "drawn", Unrelieved: plant, Rollout: r.IntN(8) == 0, MinOn: pick(r, 0, 10*sample.Minute, 2*sample.Hour)}
	protectQueues(r, plant.Classes)
	if number%5 > 0 {
		refresh(plant.Classes, plant.Now)
	}
	in.Unrelieved.Classes = withSamples(r, plant.Classes)
	for _, c := range in.Unrelieved.Classes {
		if r.IntN(6) > 0 && !slices.Contains(in.Queues, c.Key.Queue) {
			in.Queues = append(in.Queues, c.Key.Queue)
		}
		if r.IntN(10) == 0 {
			in.Protected = append(in.Protected, relief.Domain{Queue: c.Key.Queue, Review: c.Key.Review, HarmDomain: pick(r, "", "hate", "spam")})
		}
	}
	for i := range r.IntN(7) {
		in.Steps = append(in.Steps, drawStep(r, i, in.Queues))
	}
	in.Bands = drawBands(r, in.Unrelieved.Classes)
	return in
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// protectQueues protects whole queues, as the API does.
func protectQueues(r *rand.Rand, classes []staffing.Class) {
	protected := map[string]bool{}
	for i := range classes {
		c := &classes[i]
		if _, ok := protected[c.Key.Queue]; !ok {
			protected[c.Key.Queue] = r.IntN(4) == 0
		}
		c.Protected = protected[c.Key.Queue]
	}
}

// refresh makes all numbers Fresh.
func refresh(classes []staffing.Class, now sample.Instant) {
	for i := range classes {
		c := &classes[i]
		for _, s := range []*sample.Sample{&c.ArrivalsPerHour, &c.HandleTime, &c.Backlog, &c.OldestAge, &c.Concurrent} {
			*s = sample.FreshAt(s.Value, now)
		}
	}
}

// withSamples are the classes, and quality samples of some of them.
func withSamples(r *rand.Rand, classes []staffing.Class) []staffing.Class {
	out := slices.Clone(classes)
	for _, c := range classes {
		if r.IntN(3) > 0 || c.Work == staffing.Rooms {
			continue
		}
		qa := c
		qa.Derived, qa.Protected, qa.Relax, qa.DecisionsPerItem = true, false, nil, 0
		qa.Key.Role, qa.Requires.Role = staffing.RoleQA, staffing.RoleQA
		qa.Backlog, qa.OldestAge = sample.Missing(sample.CauseNotDeclared), sample.Missing(sample.CauseNotDeclared)
		qa.Rates, qa.ArrivalsPerHour.Value = nil, c.ArrivalsPerHour.Value/10
		if r.IntN(4) > 0 {
			qa.Parts = []staffing.Part{{Of: c.Key, Stream: r.IntN(3) == 0, PerItem: 100_000}}
		}
		out = append(out, qa)
	}
	return out
}

func drawStep(r *rand.Rand, i int, queues []string) relief.Step {
	s := relief.Step{
		Name: fmt.Sprintf("s%d", i), Kind: pick(r, relief.Widen, relief.Relax, relief.Defer, relief.QAFloor, relief.RaiseReviewAt),
		Drop: pick(r, staffing.DropMarket, staffing.DropSurface), Within: sample.Span(r.IntN(40)) * sample.Hour / 2,
		Keep: sample.PPM(r.IntN(1_000_000)), Raise: sample.PPM(r.IntN(300_000)), LeaksPerDay: sample.Whole(r.Int64N(500)),
	}
	for _, l := range []string{"l0", "l1", "l2"} {
		if r.IntN(2) == 0 {
			s.Labels = append(s.Labels, l)
		}
	}
	for _, q := range queues {
		if r.IntN(3) > 0 {
			s.Queues = append(s.Queues, q)
		}
	}
	if r.IntN(12) == 0 {
		s.Queues = append(s.Queues, "no-such-queue")
	}
	return s
}

// drawBands draws what labels send to the streams of classes.
func drawBands(r *rand.Rand, classes []staffing.Class) (out []relief.Band) {
	for _, c := range classes {
		if c.Derived {
			continue
		}
		for _, l := range []string{"l0", "l1", "l2"} {
			b := relief.Band{
				Queue: c.Key.Queue, Review: c.Key.Review, Label: l, HarmDomain: pick(r, "", c.Key.HarmDomain, "hate", "spam"),
				Violating: sample.PPM(r.IntN(400_000)), Quality: pick(r, sample.Fresh, sample.Fresh, sample.Fresh, sample.Fresh, sample.Stale),
			}
			sum := sample.Milli(0)
			for k := range 1 + r.IntN(4) {
				sum += sample.Milli(r.Int64N(int64(c.ArrivalsPerHour.Value)/4 + 1))
				b.Above = append(b.Above, relief.Edge{Above: sample.PPM(k+1) * 50_000, PerHour: sum})
			}
			if r.IntN(5) > 0 {
				out = append(out, b)
			}
		}
	}
	return out
}
