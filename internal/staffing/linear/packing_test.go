package linear

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// pack makes a packing of options given by gain, most and what they take of each row.
func pack(has []float64, options ...[]float64) *Packing {
	p := &Packing{}
	for _, h := range has {
		p.Row(h)
	}
	for _, o := range options {
		p.Option(o[0], o[1])
		for r, much := range o[2:] {
			if much != 0 {
				p.Take(r, much)
			}
		}
	}
	return p
}

func TestPacking(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		p    *Packing
		want []float64
	}{
		"nothing":                    {pack(nil), []float64{}},
		"the dearer":                 {pack([]float64{5}, []float64{2, inf, 1}, []float64{3, inf, 1}), []float64{0, 5}},
		"the dearer as far as it is": {pack([]float64{5}, []float64{2, inf, 1}, []float64{3, 2, 1}), []float64{3, 2}},
		"no row":                     {pack(nil, []float64{2, 4}, []float64{-1, 4}), []float64{4, 0}},
		"one for two":                {pack([]float64{1, 1}, []float64{3, inf, 1, 1}, []float64{2, inf, 1, 0}, []float64{2, inf, 0, 1}), []float64{0, 1, 1}},
		"a triangle, in halves": {pack([]float64{1, 1, 1}, []float64{1, inf, 1, 1, 0}, []float64{1, inf, 0, 1, 1},
			[]float64{1, inf, 1, 0, 1}), []float64{.5, .5, .5}},
		"what one gives another takes": {pack([]float64{0}, []float64{2, inf, 1}, []float64{-1, 3, -1}), []float64{3, 3}},
		"not at a loss":                {pack([]float64{0}, []float64{2, inf, 1}, []float64{-3, 3, -1}), []float64{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.p.Solve(math.MaxInt)
			if diff := cmp.Diff(c.want, got.Options, cmpopts.EquateApprox(0, 1e-9)); diff != "" || !got.Best {
				t.Errorf("best %t: %s", got.Best, diff)
			}
			if err := c.p.Proven(got, 1e-9); err != nil {
				t.Error(err)
			}
		})
	}
	if got := pack(nil, []float64{1, inf}).Solve(math.MaxInt); got.Best {
		t.Errorf("%+v, and there is no end", got)
	}
}

// randomPacking is large enough that the basis is made anew, and full of equals.
func randomPacking(r *rand.Rand) *Packing {
	p := &Packing{}
	rows := 2 + r.IntN(150)
	for range rows {
		p.Row(float64(r.IntN(4)))
	}
	for range 2 * rows {
		most := math.Inf(1)
		if r.IntN(3) == 0 {
			most = float64(r.IntN(3))
		}
		p.Option(float64(r.IntN(7)-2), most)
		for k, row := range r.Perm(rows)[:1+r.IntN(min(rows, 4))] {
			if k == 0 || r.IntN(5) > 0 {
				p.Take(row, 1)
			} else {
				p.Take(row, -1)
			}
		}
	}
	return p
}

// Each answer is proven, or there is no end to what can be gained; what is found before the end is
// within all rows, and gains no more.
func TestPackingsAreProven(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	ended := 0
	for n := range 400 {
		p := randomPacking(r)
		got := p.Solve(math.MaxInt)
		if !got.Best {
			continue
		}
		ended++
		if err := p.Proven(got, 1e-4); err != nil {
			t.Fatalf("packing %d: %v", n, err)
		}
		part := p.Solve(got.Work / 2)
		part.Prices = got.Prices
		if gain(p, part) > gain(p, got)+1e-3 {
			t.Errorf("packing %d: %g is gained half way, %g at best", n, gain(p, part), gain(p, got))
		}
		if err := p.within(part, 1e-4); err != nil {
			t.Errorf("packing %d, half way: %v", n, err)
		}
	}
	if ended < 100 {
		t.Errorf("%d of 400 packings have an end", ended)
	}
}

func gain(p *Packing, a Packed) (sum float64) {
	for k, x := range a.Options {
		sum += p.gain[k] * x
	}
	return sum
}

// An answer that is not the best, or takes too much, is not proven.
func TestProofIsAsked(t *testing.T) {
	p := pack([]float64{4, 4}, []float64{3, 3, 1, 0}, []float64{2, math.Inf(1), 1, 1})
	best := p.Solve(math.MaxInt)
	if err := p.Proven(best, 1e-9); err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]Packed{
		"less":             {Options: []float64{3, 0}, Prices: best.Prices},
		"too much of one":  {Options: []float64{4, 0}, Prices: best.Prices},
		"less than none":   {Options: []float64{-1, 4}, Prices: best.Prices},
		"too much of rows": {Options: []float64{3, 3}, Prices: best.Prices},
		"prices below":     {Options: best.Options, Prices: []float64{-1, 3}},
		"other prices":     {Options: best.Options, Prices: []float64{9, 0}},
	} {
		if err := p.Proven(a, 1e-9); err == nil {
			t.Errorf("%s is proven", name)
		}
	}
}

func FuzzPacking(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Add(uint64(5), uint64(6))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		p := randomPacking(rand.New(rand.NewPCG(a, b)))
		got := p.Solve(50_000_000)
		if err := p.within(got, 1e-4); err != nil {
			t.Fatal(err)
		}
		if err := p.Proven(got, 1e-4); got.Best && err != nil {
			t.Fatal(err)
		}
	})
}
