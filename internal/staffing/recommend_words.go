package staffing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// Sentence says what a remedy is and why, with times of a zone.
func (m *Remedy) Sentence(zone *time.Location) string {
	return fmt.Sprintf("%s: %s", m.What(zone), m.Why(zone))
}

// What says what is to be done.
func (m *Remedy) What(zone *time.Location) string {
	who := m.Team
	if m.Shift != "" {
		who += "/" + m.Shift
	}
	switch m.Kind {
	case KindOvertime:
		do := "stay longer"
		if m.Early {
			do = "begin earlier"
		}
		return fmt.Sprintf("%d of %s %s, %s", m.Heads, who, do, m.When(zone))
	case KindOnCall:
		return fmt.Sprintf("call %d of %s, %s", m.Heads, who, m.When(zone))
	case KindHire:
		return fmt.Sprintf("hire %d for %s, there %s", m.Heads, who, m.When(zone))
	case KindTraining:
		what := m.Language
		if what == "" {
			what = "the domain " + m.HarmDomain
		}
		return fmt.Sprintf("%d of %s learn %s, able %s", m.Heads, who, what, m.When(zone))
	}
	return fmt.Sprintf("%d more on %s %s", m.Heads, who, m.When(zone))
}

const dayAndTime = "Mon 02 Jan 15:04"

// mostTimes is how many times are told one by one.
const mostTimes = 2

// When says when it is, or from when on.
func (m *Remedy) When(zone *time.Location) string {
	at := func(i sample.Instant) time.Time { return i.Time().In(zone) }
	if m.Kind != KindOvertime && m.Kind != KindOnCall {
		return "from " + at(m.Times[0].From).Format(dayAndTime) + " on"
	}
	var out []string
	for _, r := range m.Times[:min(len(m.Times), mostTimes)] {
		out = append(out, at(r.From).Format(dayAndTime)+" to "+at(r.To).Format("15:04"))
	}
	if more := len(m.Times) - mostTimes; more > 0 {
		last := m.Times[len(m.Times)-1].From
		times := "times"
		if more == 1 {
			times = "time"
		}
		return fmt.Sprintf("%s and %d %s more until %s", strings.Join(out, ", "), more, times, at(last).Format("Mon 02 Jan"))
	}
	return strings.Join(out, " and ")
}

// mostReasons is how many languages a reason names.
const mostReasons = 2

// Why says who is missing that it helps.
func (m *Remedy) Why(zone *time.Location) string {
	if len(m.Closes) == 0 {
		return "others take over work"
	}
	var out []string
	for _, c := range m.Closes[:min(len(m.Closes), mostReasons)] {
		who := c.Language
		if who == "" {
			who = "work not split by language"
		}
		if c.Tier > 1 {
			who = fmt.Sprintf("%s (tier %d)", who, c.Tier)
		}
		first := c.First.Time().In(zone).Format(dayAndTime)
		out = append(out, fmt.Sprintf("%s is short of up to %.1f people from %s", who, tenthsUp(c.Worst), first))
	}
	text := strings.Join(out, ", ")
	if more := len(m.Closes) - mostReasons; more > 0 {
		text = fmt.Sprintf("%s, and %d more", text, more)
	}
	return text
}

// tenthsUp is heads in tenths, rounded up: what is missing is not told as nothing.
func tenthsUp(h sample.Milli) float64 { return float64((h+99)/100) / 10 }

// Changes are all that is recommended of one plan. The best are to be taken together; the others are
// one or the other in their place.
type Changes struct {
	// Best closes what can be closed soon at the least cost.
	Best []Remedy `json:"best"`
	// Shifts does so with more people on shifts alone, Hours with overtime and people on call alone.
	Shifts []Remedy `json:"shifts"`
	Hours  []Remedy `json:"hours"`
	// Hire are people who must be found first; Train what people may learn, each alone.
	Hire  []Remedy `json:"hire"`
	Train []Remedy `json:"train"`
}

// ChangesOf asks for all that helps in with options that are there soon, with new people, and with
// training. Options of remedies are positions in soon, hire and train.
func ChangesOf(in Input, soon, hire, train []Option) Changes {
	only := func(shifts bool) []Remedy {
		var some []Option
		var at []int
		for k := range soon {
			if (soon[k].kind() == KindHeadcount) == shifts {
				some, at = append(some, soon[k]), append(at, k)
			}
		}
		out := Recommend(in, some)
		for i := range out {
			for j, k := range out[i].Options {
				out[i].Options[j] = at[k]
			}
		}
		return out
	}
	out := Changes{Best: Recommend(in, soon), Hire: Recommend(in, hire), Train: Train(in, train)}
	isShift := func(m Remedy) bool { return m.Kind == KindHeadcount }
	if out.Shifts = out.Best; slices.ContainsFunc(out.Best, func(m Remedy) bool { return !isShift(m) }) {
		out.Shifts = only(true)
	}
	if out.Hours = out.Best; slices.ContainsFunc(out.Best, isShift) {
		out.Hours = only(false)
	}
	return out
}

// CostOf is the paid time of remedies.
func CostOf(remedies []Remedy) (sum sample.Span) {
	for i := range remedies {
		sum += remedies[i].Cost
	}
	return sum
}

// StillMissing is the person-time that is missing with remedies taken together.
func StillMissing(remedies []Remedy, before sample.Span) sample.Span {
	if len(remedies) == 0 {
		return before
	}
	return remedies[len(remedies)-1].After
}
