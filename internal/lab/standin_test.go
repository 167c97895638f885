package lab

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate/people"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// letStandIn lets half of the teams that a queue is not given to take its older items, for half of the
// queues that are not protected.
func letStandIn(p *promise.Plant, r *rand.Rand) {
	for k := range p.Classes {
		c := &p.Classes[k]
		if c.Protected || r.IntN(2) == 0 {
			continue
		}
		var others []int
		for t := range p.Teams {
			if !slices.Contains(c.Teams, t) && r.IntN(2) == 0 {
				others = append(others, t)
			}
		}
		if len(others) > 0 {
			c.Relaxed = []promise.Relaxed{{After: sample.Span(float64(c.Within) * (0.2 + 0.6*r.Float64())), Teams: others}}
		}
	}
}

// What is foreseen of queues that others help is as near to what is played as the bar asks for all.
func TestStandInsAreForeseen(t *testing.T) {
	const plants, plays = uint64(2), 20
	var sum, bias float64
	points := 0
	for seed := range plants {
		p := drawPlant(believeFamilies()[0], 1000+seed)
		letStandIn(p.Plant, rand.New(rand.NewPCG(seed, 77)))
		foreseen := p.points(int(seed))
		var played [][][]people.Count
		for play := range plays {
			played = append(played, people.Run(p.Plant, seed, uint64(play)))
		}
		for k := range foreseen {
			x := &foreseen[k]
			x.play(played)
			if len(x.Days) > 0 && x.Scored() && len(p.Classes[x.Queue].Relaxed) > 0 {
				points++
				sum, bias = sum+math.Abs(x.Predicted-x.Simulated), bias+x.Predicted-x.Simulated
			}
		}
	}
	mean := 100 * sum / float64(points)
	t.Logf("%d parts of days of helped queues: %.2f points off in the mean, bias %+.2f", points, mean, 100*bias/float64(points))
	if points < 10 || mean > 3 {
		t.Errorf("%.2f points off in the mean of %d", mean, points)
	}
}
