package relief

import (
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Held is what came of holding the relief of drawn plants against what must never happen to protected work.
type Held struct {
	// Plants and levels of relief that were tried, and on how many plants relief is on.
	Plants, Levels, On int
	// Classes are the protected ones in these levels, and those that protected labels decide. Of them Changed are not the same as
	// without relief, and Later, of protected queues, have more that is late; Named is how often such a queue was in what is in force.
	Classes, Changed, Later, Named int
}

// Add adds up.
func (h *Held) Add(o Held) {
	h.Plants, h.Levels, h.On = h.Plants+o.Plants, h.Levels+o.Levels, h.On+o.On
	h.Classes, h.Changed, h.Later, h.Named = h.Classes+o.Classes, h.Changed+o.Changed, h.Later+o.Later, h.Named+o.Named
}

// Touched is how often protected work was touched.
func (h *Held) Touched() int { return h.Changed + h.Later + h.Named }

// Hold draws the plant of a number, and tries the level that is chosen, all that may give way, and one between.
func Hold(number int) Held {
	r := rand.New(rand.NewPCG(uint64(number), 33))
	in := Draw(r, number)
	without := staffing.LateOf(in.Unrelieved)
	decided := relief.Plan(in).State.Level
	levels := []relief.Level{{Whole: len(in.Steps)}, {Whole: r.IntN(len(in.Steps) + 1), Part: r.IntN(relief.Parts)}}
	out := Held{Plants: 1}
	if decided != (relief.Level{}) {
		out.On++
		levels = append(levels, decided)
	}
	for _, l := range levels {
		out.Add(hold(in, l, without))
	}
	return out
}

func hold(in relief.Input, l relief.Level, without []staffing.Lateness) Held {
	a := relief.Apply(in, l)
	out := Held{Levels: 1}
	for i := range in.Unrelieved.Classes {
		c := &in.Unrelieved.Classes[i]
		if !c.Protected && !labelled(&in, c) {
			continue
		}
		out.Classes++
		if !reflect.DeepEqual(*c, a.Input.Classes[i]) {
			out.Changed++
		}
		if c.Protected { // others of the queue may not be
			out.Named += named(a.Measures, c.Key.Queue)
		}
	}
	for i, late := range staffing.LateOf(a.Input) {
		if late.Protected && minutes(&late) > minutes(&without[i]) {
			out.Later++
		}
	}
	return out
}

// labelled reports whether a protected label decides c.
func labelled(in *relief.Input, c *staffing.Class) bool {
	return slices.ContainsFunc(in.Protected, func(d relief.Domain) bool {
		return d.Queue == c.Key.Queue && d.Review == c.Key.Review && (d.HarmDomain == "" || d.HarmDomain == c.Key.HarmDomain)
	})
}

// named is in how many measures a queue is.
func named(measures []relief.Measure, queue string) (n int) {
	for _, m := range measures {
		if slices.Contains(m.Queues, queue) {
			n++
		}
	}
	return n
}

func minutes(l *staffing.Lateness) (sum sample.Span) {
	for _, late := range l.Late {
		sum += late
	}
	return sum / sample.Minute
}
