package sheet

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Why says why work of a plan is late, where all its time goes, and what of that rests on assumed ages.
// It is of the whole plan, also in a sheet of its first intervals.
type Why struct {
	// Bottlenecks are the worst, worst first.
	Bottlenecks []Bottleneck `json:"bottlenecks"`
	// Ledger is in whole person-seconds.
	Ledger staffing.Ledger `json:"ledger"`
	// Few says that there are never five people: where their time goes is left out of Ledger.
	Few bool `json:"fewPeople,omitempty"`
	// Ages is nil where nothing is assumed of how long work has waited.
	Ages *Ages `json:"agesAssumed,omitempty"`
}

// Bottleneck is work that is late, and what keeps it from being done.
type Bottleneck struct {
	Late []Work `json:"late"`
	// Rivals is other work of the same people that nobody can take from them.
	Rivals []Work `json:"rivals,omitempty"`
	// Teams are all that may do any of it; none where nobody holds the skills.
	Teams []string `json:"teams,omitempty"`
	// Limits are those of exposure that bind, as team/limit.
	Limits []string `json:"limits,omitempty"`
	// Times are those at which more people would help.
	Times []Stretch `json:"times,omitempty"`
	First time.Time `json:"first"`
	// PersonHours is what is late.
	PersonHours float64 `json:"personHoursLate"`
}

// Work is classes of a language, tier and role.
type Work struct {
	Language    string   `json:"language,omitempty"`
	Tier        int      `json:"tier,omitempty"`
	Role        string   `json:"role,omitempty"`
	HarmDomains []string `json:"harmDomains,omitempty"`
	Queues      []string `json:"queues"`
}

// Stretch is a time from, included, until, not.
type Stretch struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// What is kept of a plan: it is stored with the tables, and must stay small beside them.
const (
	mostBottlenecks = 16
	mostWorks       = 12
	mostNames       = 12
	// What is told of it in words.
	mostTold      = 5
	mostToldNames = 3
)

func whyOf(plan *staffing.Result) *Why {
	out := &Why{Bottlenecks: []Bottleneck{}, Ledger: plan.Ledger, Ages: agesOf(plan)}
	out.Few = !slices.ContainsFunc(plan.Totals, func(t staffing.Total) bool { return t.Scheduled >= fewest })
	if l := &out.Ledger; out.Few {
		l.Supply, l.DoneLate, l.Blocked, l.Spare = 0, 0, 0, 0
	}
	binding := together(plan.Binding)
	for _, b := range binding[:min(len(binding), mostBottlenecks)] {
		x := Bottleneck{
			Late: worksOf(b.Classes), Rivals: worksOf(b.Rivals), Teams: b.Teams, Limits: b.Exposure,
			First: b.First.Time().UTC(), PersonHours: math.Round(float64(b.Missing)/float64(6*sample.Minute)) / 10,
		}
		for _, r := range b.Ranges {
			x.Times = append(x.Times, Stretch{r.From.Time().UTC(), r.To.Time().UTC()})
		}
		out.Bottlenecks = append(out.Bottlenecks, x)
	}
	return out
}

// together makes one bottleneck of all work that no team may do: more people as there are would help
// none of it, at no time.
func together(binding []staffing.Bottleneck) []staffing.Bottleneck {
	var out []staffing.Bottleneck
	nobody := -1
	for _, b := range binding {
		switch {
		case len(b.Teams) > 0:
			out = append(out, b)
		case nobody < 0:
			nobody = len(out)
			out = append(out, staffing.Bottleneck{Classes: b.Classes, Missing: b.Missing, First: b.First})
		default:
			n := &out[nobody]
			n.Classes, n.Missing, n.First = slices.Concat(n.Classes, b.Classes), n.Missing+b.Missing, min(n.First, b.First)
		}
	}
	slices.SortStableFunc(out, func(a, b staffing.Bottleneck) int {
		return cmp.Or(cmp.Compare(b.Missing, a.Missing), cmp.Compare(a.First, b.First))
	})
	return out
}

// worksOf puts classes of a language, tier and role together, in their order.
func worksOf(keys []staffing.ClassKey) []Work {
	var out []Work
	add := func(names []string, name string) []string {
		if name == "" || slices.Contains(names, name) || len(names) == mostNames {
			return names
		}
		return append(names, name)
	}
	for _, k := range keys {
		role := k.Role
		if role == staffing.RoleReview {
			role = ""
		}
		at := slices.IndexFunc(out, func(w Work) bool { return w.Language == k.Language && w.Tier == k.Tier && w.Role == role })
		if at < 0 {
			if len(out) == mostWorks {
				continue
			}
			at = len(out)
			out = append(out, Work{Language: k.Language, Tier: k.Tier, Role: role})
		}
		out[at].HarmDomains = add(out[at].HarmDomains, k.HarmDomain)
		out[at].Queues = add(out[at].Queues, k.Queue)
	}
	return out
}

// ReadWhy is what a stored Data says of it; nil if it was stored by an operator that did not.
func ReadWhy(data []byte) (*Why, error) {
	var d struct {
		Bottlenecks []Bottleneck     `json:"bottlenecks"`
		Ledger      *staffing.Ledger `json:"ledger"`
		Few         bool             `json:"fewPeople"`
		Ages        *Ages            `json:"agesAssumed"`
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("read why work is late: %w", err)
	}
	if d.Ledger == nil {
		return nil, nil
	}
	return &Why{d.Bottlenecks, *d.Ledger, d.Few, d.Ages}, nil
}

// text says why work is late, worst first.
func (w *Why) text(p *printer, zone *time.Location) {
	if len(w.Bottlenecks) == 0 {
		return
	}
	p.printf("What keeps work from being done in time, worst first:\n")
	for i := range w.Bottlenecks[:min(len(w.Bottlenecks), mostTold)] {
		p.printf("  %d. %s\n", i+1, w.Bottlenecks[i].sentence(zone))
	}
	if rest := w.rest(); rest != "" {
		p.printf("  %s: -o json has them\n", rest)
	}
}

// rest says how many more there are than are told.
func (w *Why) rest() string {
	more := len(w.Bottlenecks) - mostTold
	if more <= 0 {
		return ""
	}
	var late float64
	for _, b := range w.Bottlenecks[mostTold:] {
		late += b.PersonHours
	}
	return fmt.Sprintf("and %d more, of %s person-hours", more, decimal(math.Round(late*10)/10))
}

func (b *Bottleneck) sentence(zone *time.Location) string {
	var s strings.Builder
	first := b.First.In(zone).Format(momentFormat)
	fmt.Fprintf(&s, "%s: %s person-hours late, the first due %s.", titles(b.Late), decimal(b.PersonHours), first)
	switch {
	case len(b.Teams) == 0:
		s.WriteString(" No team holds what it takes.")
		return s.String()
	case len(b.Limits) == 0 && len(b.Teams) == 1:
		fmt.Fprintf(&s, " Only %s may do it, and has nobody free then.", b.Teams[0])
	case len(b.Limits) == 0:
		fmt.Fprintf(&s, " The %d teams that may do it (%s) have nobody free then.", len(b.Teams), listed(b.Teams))
	case len(b.Limits) == 1:
		fmt.Fprintf(&s, " The limit of exposure %s binds, and nobody else who may do it is free then.", b.Limits[0])
	default:
		fmt.Fprintf(&s, " The limits of exposure %s bind, and nobody else who may do it is free then.", listed(b.Limits))
	}
	if len(b.Rivals) > 0 {
		fmt.Fprintf(&s, " Nobody else can take %s, which they do as well.", titles(b.Rivals))
	}
	if len(b.Times) > 0 {
		fmt.Fprintf(&s, " More people would help %s.", whenOf(b.Times, zone))
	}
	return s.String()
}

// titles names work: languages, and their domains.
func titles(works []Work) string {
	var out []string
	for _, w := range works {
		l := Line{Language: w.Language, Tier: w.Tier}
		name := l.title()
		if w.Role != "" {
			name += ", " + w.Role
		}
		if len(w.HarmDomains) > 0 {
			name += " (" + listed(w.HarmDomains) + ")"
		}
		out = append(out, name)
	}
	return listed(out)
}

// listed is a list in words; of a long one, its first.
func listed(names []string) string { return listedOf(names, 0) }

// listedOf is a list of which there is more than its names.
func listedOf(names []string, besides int) string {
	if more := len(names) - mostToldNames + max(besides, 0); more > 1 && len(names) >= mostToldNames {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostToldNames], ", "), more)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// whenOf says at what times, by the clock of a zone: one by one if they are few, as what they have in
// common if it is nearly all of them.
func whenOf(times []Stretch, zone *time.Location) string {
	clock := func(s Stretch) string {
		return s.From.In(zone).Format("15:04") + " to " + s.Until.In(zone).Format("15:04")
	}
	one := func(s Stretch) string {
		if s.Until.Sub(s.From) < 24*time.Hour {
			return s.From.In(zone).Format("Mon 02 Jan ") + clock(s)
		}
		return s.From.In(zone).Format(momentFormat) + " to " + s.Until.In(zone).Format(momentFormat)
	}
	if len(times) <= 2 {
		var out []string
		for _, s := range times {
			out = append(out, one(s))
		}
		return strings.Join(out, " and ")
	}
	often := map[string]int{}
	for _, s := range times {
		often[clock(s)]++
	}
	usual := slices.MaxFunc(times, func(a, b Stretch) int { return cmp.Compare(often[clock(a)], often[clock(b)]) })
	last := times[len(times)-1].From.In(zone).Format("Mon 02 Jan")
	switch n := often[clock(usual)]; {
	case n == len(times):
		return fmt.Sprintf("%s, %d times until %s", clock(usual), n, last)
	case 2*n > len(times):
		return fmt.Sprintf("%d times until %s, mostly %s", len(times), last, clock(usual))
	}
	return fmt.Sprintf("%d times until %s, first %s", len(times), last, one(times[0]))
}

// ledgerLine is what became of a ledger. Hours are rounded so that parts add up as they stand.
func ledgerLine(before, after *Why) string {
	was, is := tenthsOf(&before.Ledger), tenthsOf(&after.Ledger)
	part := func(i int) string { return turned(was[i], is[i]) }
	work := fmt.Sprintf("Person-hours: %s of work = %s on time + %s late", part(0), part(1), part(2))
	if before.Few || after.Few {
		return work
	}
	return fmt.Sprintf("%s; %s of people = %s on time + %s done late + %s held back by exposure + %s spare",
		work, part(3), part(1), part(4), part(5), part(6))
}

// tenthsOf are the hours of a ledger: required, on time, late, supply, done late, blocked and spare.
func tenthsOf(l *staffing.Ledger) (out [7]string) {
	const tenth = 360 // seconds
	round := func(seconds int64) int64 { return (seconds + tenth/2) / tenth }
	onTime, required, supply := round(l.OnTime), round(l.Required), round(l.Supply)
	late, blocked := round(l.OnTime+l.DoneLate), round(l.OnTime+l.DoneLate+l.Blocked)
	for i, n := range []int64{required, onTime, required - onTime, supply, late - onTime, blocked - late, supply - blocked} {
		out[i] = decimal(float64(n) / 10)
	}
	return out
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
