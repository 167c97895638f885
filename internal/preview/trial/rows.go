package trial

import (
	"fmt"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Kind is one kind of histograms that previews are tried on.
type Kind struct {
	Name string
	// Width, Changed and Marginal are those of Terms.
	Width    v1.PPM
	Changed  int
	Marginal bool
	// Bar says what is asked: the share of previews within mostError, and of intervals that hold.
	Within, Holds float64
}

// MostError is what a preview may miss of a move.
const MostError = 0.05

// Kinds are those of the bar, and those beside it that show why the contract asks for what it asks for.
func Kinds() []Kind {
	return []Kind{
		{Name: "buckets of 0.02", Width: 20_000, Within: 0.95, Holds: 0.9},
		{Name: "buckets of 0.05", Width: 50_000, Holds: 0.9},
		{Name: "buckets of 0.1", Width: 100_000, Holds: 0.9},
		{Name: "a client's default buckets", Holds: 0.9},
		{Name: "two labels changed, buckets of 0.02", Width: 20_000, Changed: 2, Holds: 0.9},
		{Name: "other labels not known, buckets of 0.02", Width: 20_000, Marginal: true, Holds: 0.9},
	}
}

// Row is what came of one kind.
type Row struct {
	Kind
	Trials int
	// Good is the share of previews within MostError, Held of intervals that contain what was counted.
	Good, Held float64
	// Error and Width are the median and the 90th percentile, as shares of what was counted.
	Error, Spread [2]float64
}

// Met reports whether the bar is met.
func (r *Row) Met() bool { return r.Good >= r.Within && r.Held >= r.Holds }

// Try tries a kind so many times, on so many items each, with correlations from 0 to 0.9.
func Try(k Kind, trials, items int) (Row, error) {
	row := Row{Kind: k, Trials: trials}
	var errs, spreads []float64
	for i := range trials {
		r, err := Run(Terms{
			Seed: uint64(i), Items: items, Correlation: float64(i%10) / 10, Width: k.Width, Changed: k.Changed, Marginal: k.Marginal,
		})
		if err != nil {
			return row, fmt.Errorf("%s, seed %d: %w", k.Name, i, err)
		}
		errs, spreads = append(errs, r.Error), append(spreads, r.Spread)
		if r.Error <= MostError {
			row.Good += 1 / float64(trials)
		}
		if r.Holds {
			row.Held += 1 / float64(trials)
		}
	}
	row.Error, row.Spread = quantiles(errs), quantiles(spreads)
	return row, nil
}

func quantiles(xs []float64) [2]float64 {
	slices.Sort(xs)
	return [2]float64{xs[len(xs)/2], xs[len(xs)*9/10]}
}

// Head are the columns of String.
const Head = "| histograms | trials | within 5 % | interval holds | error, median / p90 | interval, median / p90 | bar |\n" +
	"|---|---|---|---|---|---|---|\n"

// String is the row of a table.
func (r *Row) String() string {
	bar := "met"
	if !r.Met() {
		bar = "missed"
	}
	return fmt.Sprintf("| %s | %d | %.0f %% | %.1f %% | %.1f %% / %.1f %% | %.0f %% / %.0f %% | %s |\n", r.Name, r.Trials,
		100*r.Good, 100*r.Held, 100*r.Error[0], 100*r.Error[1], 100*r.Spread[0], 100*r.Spread[1], bar)
}
