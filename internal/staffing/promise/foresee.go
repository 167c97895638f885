package promise

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Foresee sets what is expected to be on time in a plan of in: of each class, and, each counted
// by the decisions that come, of each language and of all.
func Foresee(in staffing.Input, plan *staffing.Result) {
	kept := OfPlan(in)
	b := &builder{in: &in, n: plan.Grid.N}
	type language struct {
		tag  string
		tier int
	}
	all, languages := newMean(b.n), map[language]*mean{}
	shares := make(map[staffing.ClassKey][]sample.PPM, len(kept))
	for k, c := range staffing.WithDerived(in.Classes) {
		shares[c.Key] = kept[k].Shares
		of := language{c.Key.Language, c.Key.Tier}
		if languages[of] == nil {
			languages[of] = newMean(b.n)
		}
		rates := b.rates(&c, c.ArrivalsPerHour.Value)
		all.add(kept[k].Shares, rates)
		languages[of].add(kept[k].Shares, rates)
	}
	plan.OnTime = all.shares()
	for i := range plan.Classes {
		plan.Classes[i].OnTime = shares[plan.Classes[i].Key]
	}
	for i := range plan.Languages {
		if m := languages[language{plan.Languages[i].Language, plan.Languages[i].Tier}]; m != nil {
			plan.Languages[i].OnTime = m.shares()
		}
	}
}

// mean is shares in the making, by interval.
type mean struct{ onTime, of []float64 }

func newMean(n int) *mean { return &mean{make([]float64, n), make([]float64, n)} }

func (m *mean) add(shares []sample.PPM, rates []sample.Milli) {
	for i, s := range shares {
		if s != Unknown {
			m.onTime[i] += float64(s) * rates[i].Float()
			m.of[i] += rates[i].Float()
		}
	}
}

func (m *mean) shares() []sample.PPM {
	out := make([]sample.PPM, len(m.of))
	for i, of := range m.of {
		out[i] = Unknown
		if of > 0 {
			out[i] = sample.PPM(math.Round(m.onTime[i] / of))
		}
	}
	return out
}
