package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/preview"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// mostMoves is how many rows of a table are printed; all are in the JSON.
const mostMoves = 24

// printPreview prints what a policy would do. It fails where more work would be late.
func (f *whatIf) printPreview(out io.Writer, t *trialOf, zone *time.Location) error {
	var err error
	if f.output == "json" {
		err = writeJSON(out, t.data())
	} else {
		p := &previewPrinter{out: out, trialOf: t, zone: zone}
		p.print()
		err = p.err
	}
	if err == nil && t.people != nil && len(t.people.Worse()) > 0 {
		return errWorse
	}
	return err
}

// previewPrinter prints in words first, and tables after.
type previewPrinter struct {
	*trialOf
	out  io.Writer
	zone *time.Location
	err  error
}

func (p *previewPrinter) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}

func (p *previewPrinter) print() {
	name := p.change.Name()
	if len(p.change.Labels) == 0 {
		p.printf("%s: nothing that decides an item changes. Nothing was written.\n", name)
		return
	}
	p.printf("%s: what would change, by %s. Nothing was written.\n\n", name, p.source())
	for _, w := range p.change.Words() {
		p.printf("  %s\n", w)
	}
	p.printf("\n")
	p.verdicts()
	for _, c := range p.caveats() {
		p.printf("%s\n", c)
	}
	p.errors()
	p.appeals()
	if p.people != nil {
		p.work()
	}
	for _, n := range p.notes {
		p.printf("note: %s\n", n)
	}
	p.moves()
	if p.people != nil {
		p.classes()
	}
}

// source is what the numbers are from.
func (p *previewPrinter) source() string {
	if p.said.PerHour {
		return fmt.Sprintf("the scores of %sh (%s)", number(p.said.Hours), p.from)
	}
	return fmt.Sprintf("the scores of %s", p.from)
}

// turnWords say where items go.
func turnWords(from, to v1.Action) string {
	switch [2]v1.Action{from, to} {
	case [2]v1.Action{v1.Allow, v1.Review}:
		return "would go to people instead of being allowed"
	case [2]v1.Action{v1.Review, v1.Allow}:
		return "would be allowed without being reviewed"
	case [2]v1.Action{v1.Review, v1.Act}:
		return "would be acted on without being reviewed"
	case [2]v1.Action{v1.Act, v1.Review}:
		return "would go to people instead of being acted on"
	case [2]v1.Action{v1.Allow, v1.Act}:
		return "would be acted on instead of being allowed"
	case [2]v1.Action{v1.Act, v1.Allow}:
		return "would be allowed instead of being acted on"
	}
	return fmt.Sprintf("would turn from %s to %s", from, to)
}

// per is what numbers are of.
func (t *trialOf) per() string {
	if t.said.PerHour {
		return " an hour"
	}
	return ""
}

func (p *previewPrinter) verdicts() {
	turns := preview.Together(p.said.Moves, func(w preview.Where) preview.Where { return preview.Where{From: w.From, To: w.To} })
	if len(turns) == 0 {
		p.printf("No item would be decided otherwise.\n")
	}
	for _, m := range turns {
		p.printf("%s items%s %s", sentence(told(m.Estimate)), p.per(), turnWords(m.From, m.To))
		if p.said.Items > 0 && !m.Rough {
			p.printf(": %s of all", percentage(m.Mid/p.said.Items))
		}
		p.printf(".\n")
	}
	if len(turns) > 1 {
		p.printf("Together %s come to people%s, and machines act on %s.\n", more(p.said.Reviewed), p.per(), more(p.said.Acted))
	}
}

// more is a difference in words.
func more(e preview.Estimate) string {
	back := preview.Estimate{Low: -e.High, Mid: -e.Mid, High: -e.Low, Rough: e.Rough}
	switch {
	case number(e.Low) == number(e.High) && number(e.Mid) == "0":
		return "no more"
	case e.Low >= 0:
		return told(e) + " more"
	case e.High <= 0:
		return told(back) + " fewer"
	case e.Rough:
		return fmt.Sprintf("between %s fewer and %s more", number(-e.Low), number(e.High))
	case e.Mid < 0:
		return fmt.Sprintf("%s fewer (%s fewer to %s more)", number(-e.Mid), number(-e.Low), number(e.High))
	}
	return fmt.Sprintf("%s more (%s fewer to %s more)", number(e.Mid), number(-e.Low), number(e.High))
}

// sentence begins with a capital.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// told is a number with its interval; without the number where it is rough.
func told(e preview.Estimate) string {
	low, high := number(e.Low), number(e.High)
	switch {
	case low == high:
		return number(e.Mid)
	case e.Rough:
		return fmt.Sprintf("between %s and %s", low, high)
	}
	return fmt.Sprintf("%s (%s to %s)", number(e.Mid), low, high)
}

// caveats say what the numbers are not.
func (t *trialOf) caveats() (out []string) {
	s := t.said
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch {
	case s.Drifted:
		add("Score distribution moved: the last 24 h and the same hours of last week differ by more than the interval. It covers both now.")
	case s.Compared:
		add("The same hours of last week say the same.")
	default:
		add("There is no last week to compare with.")
	}
	if s.Bounds {
		add("The histograms do not tell what an item's other labels decide (rest), so that there are bounds only: show rest, or use --scores.")
	}
	if s.Together > 0 {
		add("Several labels change: each was counted as if it were the only one, and any number may differ by %s for what they have in common.",
			number(s.Together))
	}
	for _, c := range s.Cuts {
		add("%s: %s lies within the bucket from %s to %s; an edge there would make it exact.",
			c.Label, scoreOf(c.At), scoreOf(c.From), scoreOf(c.To))
	}
	return append(out, t.leftOut()...)
}

// leftOut says what the numbers do not have in them.
func (t *trialOf) leftOut() (out []string) {
	s := t.said
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if s.Shifts >= 0.5 {
		add("Up to %s items%s that people review before and after may go to those of another harm domain.", number(s.Shifts), t.per())
	}
	if e := s.Unplaced; !e.Zero() {
		add("%s come to people%s, of which histograms do not tell the harm domain: nobody is planned for them.", sentence(more(e)), t.per())
	}
	if s.Elsewhere > 0 {
		add("%s items%s are of markets that their queue does not take: they are left out.", number(s.Elsewhere), t.per())
	}
	if t.change.Narrows() {
		add("New items only: what waits for people now stays until they have decided it.")
	}
	return out
}

func (p *previewPrinter) errors() {
	e := p.said.Errors
	if e == nil {
		p.printf("Overkill and leakage: not known, nobody looked at items that would move.\n")
		return
	}
	p.printf("Overkill, benign items acted on%s: %s. Leakage, violating items allowed%s: %s. By %d looks at items that move; "+
		"people are taken to decide rightly.\n", p.per(), more(e.Overkill), p.per(), more(e.Leakage), e.Looked)
	if e.Unknown > 0 {
		p.printf("%s items%s move of whose like nobody looked at any: they are not in it.\n", number(e.Unknown), p.per())
	}
}

func (p *previewPrinter) appeals() {
	if p.rate == 0 {
		p.printf("Appeals: not counted; say with --appeal-rate which share of what is acted on is appealed.\n")
		return
	}
	e := p.said.Acted
	p.printf("Appeals: %s%s, %s of what machines act on.\n",
		more(e.Times(p.rate)), p.per(), percentage(p.rate))
}

// work says in words what the change asks of people.
func (p *previewPrinter) work() {
	for _, d := range p.declared {
		p.printf("A decision of %s/%s takes %s%% of its time from %s on, as declared%s.\n", d.queue, d.stream,
			number(float64(d.Factor)/10), p.when(d.From), fades(d.Decay))
	}
	if len(p.declared) == 0 && len(p.said.Work) > 0 {
		p.printf("No change of the handle time is declared for the streams concerned (handleTimeChanges of their queues).\n")
	}
	for _, w := range p.left {
		p.printf("%s come to %s%s, for whom the plan of %s has no class: they are not in it.\n",
			sentence(more(w.Estimate)), workName(w.Work), p.per(), p.target)
	}
	if len(p.people.Classes) == 0 {
		p.printf("%s: people have as much to do as before.\n", p.target)
		return
	}
	p.printf("%s: from %s to %s it takes %s person-hours in place of %s.\n", p.target, p.when(p.people.Grid.Start),
		p.when(p.people.Grid.At(p.people.Grid.N)), personHours(p.people.After), personHours(p.people.Before))
	p.breaches()
}

// breaches say which promises would be broken, who would be missing, and what would be better.
func (p *previewPrinter) breaches() {
	worse := p.people.Worse()
	for i := range worse {
		c := &worse[i]
		if c.Breach() {
			p.printf("Breach: of %s %s are promised on time, and %s are expected at worst, from %s on.\n", keyName(c.Key),
				onTime(c.After.Promised), onTime(c.After.Least), p.when(c.After.Below))
		}
		if c.Shorter() {
			p.printf("Short of people: %s lacks %s person-hours (%s before) to be sure of its promise, from %s on.\n", keyName(c.Key),
				personHours(c.After.Short), orNone(c.Before.Short), p.when(c.After.First))
		}
	}
	if len(worse) == 0 {
		p.printf("No queue would break a promise or lack people that does not now.\n")
	}
	for i := range p.people.Classes {
		if c := &p.people.Classes[i]; c.Better() {
			p.printf("Better: %s lacks %s person-hours (%s before).\n", keyName(c.Key), orNone(c.After.Short), orNone(c.Before.Short))
		}
	}
}

func fades(decay sample.Span) string {
	if decay <= 0 {
		return ""
	}
	return ", and fades within " + shortDays(decay)
}

func (p *previewPrinter) when(at sample.Instant) string {
	return at.Time().In(p.zone).Format("Mon 02 Jan 15:04")
}

// moves are the table of what moves.
func (p *previewPrinter) moves() {
	moves := slices.Clone(p.said.Moves)
	if len(moves) == 0 {
		return
	}
	slices.SortStableFunc(moves, func(a, b preview.Move) int { return cmp.Compare(b.Mid, a.Mid) })
	p.printf("\n")
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "LABEL\tQUEUE\tMARKET\tLANGUAGE\tFROM\tTO\tITEMS%s\tFROM–TO\n", strings.ToUpper(p.per()))
	for _, m := range moves[:min(len(moves), mostMoves)] {
		mid := number(m.Mid)
		if m.Rough {
			mid = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s–%s\n", m.Label, cmp.Or(m.Queue, "-"), cmp.Or(m.Market, "-"), cmp.Or(m.Language, "-"),
			m.From, m.To, mid, number(m.Low), number(m.High))
	}
	p.err = cmp.Or(p.err, t.Flush())
	if more := len(moves) - mostMoves; more > 0 {
		p.printf("and %d smaller ones (-o json has all)\n", more)
	}
}

// classes are the table of who has more or less to do.
func (p *previewPrinter) classes() {
	if len(p.people.Classes) == 0 {
		return
	}
	p.printf("\n")
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "WORK\tPERSON-HOURS\tPEAK ROSTER\tAT\tPERSON-HOURS SHORT\tON TIME")
	for _, c := range p.people.Classes {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", keyName(c.Key), turn(personHours(c.Before.Time), personHours(c.After.Time)),
			turn(heads(c.Before.Peak.Heads), heads(c.After.Peak.Heads)), p.when(c.After.Peak.At),
			turn(personHours(c.Before.Short), personHours(c.After.Short)), turn(onTime(c.Before.OnTime), onTime(c.After.OnTime)))
	}
	p.err = cmp.Or(p.err, t.Flush())
}

func turn(before, after string) string {
	if before == after {
		return after
	}
	return before + " → " + after
}

func heads(m sample.Milli) string { return strconv.FormatInt(m.Ceil(), 10) }

func personHours(t sample.Span) string {
	if text := number(float64(t) / float64(sample.Hour)); text != "0" {
		return text
	}
	return "-"
}

func orNone(t sample.Span) string {
	if text := personHours(t); text != "-" {
		return text
	}
	return "none"
}

func onTime(p sample.PPM) string {
	if p == staffing.OnTimeUnknown {
		return "-"
	}
	return percentage(float64(p) / float64(sample.AllPPM))
}

func percentage(share float64) string { return number(share*100) + "%" }

// number is a number in three digits, as far as that says something.
func number(x float64) string {
	if size := math.Abs(x); size >= 1 {
		digits := max(2-int(math.Floor(math.Log10(size))), 0)
		x = math.Round(x*math.Pow10(digits)) / math.Pow10(digits)
	} else {
		x = math.Round(x*100) / 100
	}
	if x == 0 {
		return "0"
	}
	return strings.Replace(strconv.FormatFloat(x, 'f', -1, 64), "-", "−", 1)
}

func scoreOf(p v1.PPM) string { return strconv.FormatFloat(float64(p)/float64(v1.AllPPM), 'f', -1, 64) }

func workName(w preview.Work) string {
	queue := w.Queue
	if queue == preview.AnyQueue {
		queue = "a queue that the scores do not name"
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%s/%s %s %s", queue, cmp.Or(w.Stream, "(no stream)"), w.Language, w.HarmDomain)), " ")
}

func keyName(k staffing.ClassKey) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s/%s %s %s %s", k.Queue, k.Review, k.Language, k.HarmDomain, k.Role)), " ")
}
