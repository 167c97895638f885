package preview

import (
	"math"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Errors are the wrong verdicts of machines that a change adds, or, below nothing, takes away: by what looks for quality
// found in the items that move. People are taken to decide rightly.
type Errors struct {
	// Overkill is benign items that are acted on, Leakage violating ones that are allowed.
	Overkill, Leakage Estimate
	// Looked is how many of the items that move were looked at; Unknown is how many move of which none was,
	// which the two do not count.
	Looked  int
	Unknown float64
}

// errorsOf are those of a tally, in items times factor; nil where nothing was looked at.
func errorsOf(t *Tally, factor float64) *Errors {
	out := &Errors{}
	counts, turns := t.turns()
	for i, w := range turns {
		c := counts[i]
		leak, kill := leaks(w.From, w.To), kills(w.From, w.To)
		if leak == 0 && kill == 0 {
			continue
		}
		if c.Looked == 0 {
			out.Unknown += c.Mid * factor
			continue
		}
		out.Looked += int(c.Looked)
		bad := c.violatingShare()
		good := exactly(1).minus(bad)
		out.Leakage = out.Leakage.plus(c.of(bad).Times(leak * factor))
		out.Overkill = out.Overkill.plus(c.of(good).Times(kill * factor))
	}
	if out.Looked == 0 {
		return nil
	}
	return out
}

// turns are the moves of a label from and to, of all markets and languages: few are looked at, and together they say more.
func (t *Tally) turns() (counts []*Count, turns []Where) {
	for _, w := range t.moves() {
		one := Where{Label: w.Label, From: w.From, To: w.To}
		i := slices.Index(turns, one)
		if i < 0 {
			i = len(turns)
			turns, counts = append(turns, one), append(counts, &Count{})
		}
		counts[i].add(t.Moves[w])
	}
	return counts, turns
}

func (c *Count) add(o *Count) {
	c.Estimate = c.plus(o.Estimate)
	c.Squares += o.Squares
	c.Looked += o.Looked
	c.seen += o.seen
	c.seenSquares += o.seenSquares
	c.violating += o.violating
}

// of is a share of a count.
func (c *Count) of(s Estimate) Estimate {
	return Estimate{c.Low * s.Low, c.Mid * s.Mid, c.High * s.High, c.Rough}
}

// leaks is how many violating items more are allowed for each that moves so; kills how many benign ones more are acted
// on. Who reviews is taken to decide rightly.
func leaks(from, to v1.Action) float64 { return is(to == v1.Allow) - is(from == v1.Allow) }

func kills(from, to v1.Action) float64 { return is(to == v1.Act) - is(from == v1.Act) }

func is(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// violatingShare is the share of a count that violates, weighted as the items were picked, with Wilson's interval of
// nineteen in twenty for as many looks of one weight as say as much.
func (c *Count) violatingShare() Estimate {
	const z = 1.96
	n, p := c.seen*c.seen/c.seenSquares, c.violating/c.seen
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Estimate{Low: max(centre-half, 0), Mid: p, High: min(centre+half, 1)}
}
