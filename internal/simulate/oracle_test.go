package simulate_test

import (
	"math"
	"testing"

	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// known are rates that somebody may know: a day of a cosine around ten a second, with a
// step to sixty for ten minutes.
func known() []float64 {
	rates := make([]float64, trace.DaySeconds)
	for t := range rates {
		rates[t] = 10 - 6*math.Cos(2*math.Pi*float64(t)/trace.DaySeconds)
		if t >= 20_000 && t < 20_600 {
			rates[t] = 60
		}
	}
	return rates
}

// Who knows the rate is ready for a step that comes without warning, at a cost that
// nobody who does not know it has; and the draws are not known.
func TestOracleKnowsTheRate(t *testing.T) {
	rates := known()
	for _, s := range simulate.Grid {
		if s.Busy != 10 {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			pool := simulate.Pool{Throughput: 1, Startup: s.Startup, Deadline: s.Deadline, Min: 1, Max: 400, Initial: 4}
			arrivals := simulate.Draw(rates, 1, 5)
			rule := simulate.OracleRule(rates, pool)
			best := rule.Best(arrivals, pool, s.Share)
			cost := best.Result.WorkerSeconds / total(arrivals)
			if best.Rule != simulate.OracleRate || best.Result.Attained < s.Share || cost < 1 || cost > 1.06 {
				t.Errorf("%.4f in time at %.3f of the work", best.Result.Attained, cost)
			}
			if s.Deadline > s.Startup {
				return // a peer's backlog absorbs the noise as well
			}
			for _, peer := range simulate.Peers(float64(s.Deadline), 1) {
				p := peer.Best(arrivals, pool, s.Share)
				if p.Result.Attained >= s.Share && p.Result.WorkerSeconds < 0.99*best.Result.WorkerSeconds {
					t.Errorf("%s at %v costs %.3f, and oracle-rate %.3f", p.Rule, p.Knob, p.Result.WorkerSeconds/total(arrivals), cost)
				}
			}
		})
	}
}

// Without draws it wastes what whole workers waste, and no more.
func TestOracleOnASmoothRate(t *testing.T) {
	rates := make([]float64, 20_000)
	for i := range rates {
		rates[i] = 7.5
	}
	pool := simulate.Pool{Throughput: 1, Startup: 60, Deadline: 60, Min: 1, Max: 400, Initial: 8}
	best := simulate.OracleRule(rates, pool).Best(rates, pool, 0.99)
	if cost := best.Result.WorkerSeconds / total(rates); best.Result.Attained < 0.99 || cost > 8/7.5+1e-9 {
		t.Errorf("%.4f in time at %.4f of the work", best.Result.Attained, cost)
	}
}

func TestOracleSettingsDiffer(t *testing.T) {
	rule := simulate.OracleRule([]float64{1, 2}, simulate.Pool{Startup: 60})
	seen := map[string]float64{}
	for _, k := range rule.Knobs {
		s := rule.Setting(k, 60, 1)
		if other, ok := seen[s]; ok {
			t.Errorf("%v and %v are both %s", other, k, s)
		}
		seen[s] = k
	}
	if got := rule.Setting(0, 60, 1); got != "wait 24s, stretch 10s, room 0" {
		t.Errorf("the first is %s", got)
	}
}
