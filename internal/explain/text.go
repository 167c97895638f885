package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// rows is how many queues a table shows.
const rows = 20

// Text prints a report: notes, words, then numbers.
func (r Report) Text(w io.Writer) error {
	var b strings.Builder
	b.WriteString(r.title() + "\n")
	section(&b, "Note", r.Notes)
	section(&b, "In words", r.Summary)
	if r.Decision != nil {
		r.constraintsText(&b)
		r.withoutText(&b)
		r.queuesText(&b)
		r.outlookText(&b)
		r.overridesText(&b)
		r.inputsText(&b)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("print explanation: %w", err)
	}
	return nil
}

func (r Report) title() string {
	if r.Queue != "" {
		return fmt.Sprintf("queue/%s on pool/%s in namespace %s", r.Queue, r.Pool, r.Namespace)
	}
	return fmt.Sprintf("pool/%s in namespace %s", r.Pool, r.Namespace)
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, l := range lines {
		fmt.Fprintf(b, "  %s\n", l)
	}
}

func (r Report) constraintsText(b *strings.Builder) {
	b.WriteString("\nConstraints, in order: replicas before and after, why, with which numbers\n")
	table(b, func(t io.Writer) {
		for _, c := range r.Constraints {
			because := c.Because
			if because == "" {
				because = "Changes nothing"
			}
			fmt.Fprintf(t, "  %s\t%d -> %d\t%s\n", c.Rule, c.Before, c.After, because)
			if line := numbersText(c.Numbers); line != "" {
				fmt.Fprintf(t, "  \t\t%s\n", line)
			}
		}
	})
}

func numbersText(numbers []Number) string {
	var out []string
	for _, n := range numbers {
		out = append(out, strings.TrimSpace(spaced(n.Name)+" "+n.Value+" "+strings.TrimPrefix(n.Unit, "replicas")))
	}
	return strings.Join(out, ", ")
}

func (r Report) withoutText(b *strings.Builder) {
	if len(r.Without) == 0 {
		return
	}
	b.WriteString("\nReplicas without a bound, all else as it was\n")
	table(b, func(t io.Writer) {
		for _, w := range r.Without {
			same := ""
			if w.Replicas == r.Decision.Replicas {
				same = "the same, "
			}
			fmt.Fprintf(t, "  %s\t%d\t%ssettled by %s\n", w.Bound, w.Replicas, same, w.Binding)
		}
	})
}

func (r Report) queuesText(b *strings.Builder) {
	if len(r.Queues) == 0 || r.Decision.Message != "" {
		return
	}
	b.WriteString("\nQueues of the pool, first served first\n")
	table(b, func(t io.Writer) {
		fmt.Fprintln(t, "  QUEUE\tPRIORITY\tPROMISE\tNEEDS\tGETS\tLATE ITEMS\tLATE FROM\tBACKLOG GONE\tFORECAST")
		for _, q := range r.shown() {
			priority := fmt.Sprint(q.Priority)
			if q.Protected {
				priority += ", protected"
			}
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.mark(q.Name), priority, q.Promise, q.Needed, q.Granted, q.Risk.Late,
				orElse(r.near(q.Risk.FirstBreach), "never"), orElse(r.near(q.Risk.DrainBy), "not in sight"), q.Risk.Reason)
		}
	})
	r.moreText(b)
}

func (r Report) inputsText(b *strings.Builder) {
	d := r.Decision
	fmt.Fprintf(b, "\nInputs at %s\n", d.At)
	f, p := d.Fleet, d.Pool
	rollout := ""
	if f.Rollout {
		rollout = ", rolling out"
	}
	fmt.Fprintf(b, "  workers: %d asked for, %d ready, %d starting, %d unschedulable, %d failing%s\n",
		f.Wanted, f.Ready, f.Starting, f.Unschedulable, f.Failing, rollout)
	fmt.Fprintf(b, "  pool: %d to %d replicas of %s work units/s, startup %s, metric delay %s, decided every %s\n",
		p.Min, p.Max, p.Throughput, p.Startup, p.MetricDelay, p.Interval)
	if len(r.Queues) == 0 {
		return
	}
	table(b, func(t io.Writer) {
		fmt.Fprintln(t, "  QUEUE\tBACKLOG\tOLDEST WAITS\tARRIVALS/S\tEXPECTED/S\tAT MOST/S\tFORESEEN/S\tFORECAST BY")
		for _, q := range r.shown() {
			i := q.Inputs
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.mark(q.Name), i.Backlog, i.Oldest, i.Arrivals,
				orElse(i.Expected, "no forecast"), orElse(i.Upper, "no forecast"), orElse(i.Foreseen, "-"), orElse(i.Basis, "-"))
		}
	})
	r.moreText(b)
}

// String is a number with its age and quality.
func (o Observed) String() string {
	switch {
	case o.Value == "" && o.Cause == "":
		return o.Quality
	case o.Value == "":
		return fmt.Sprintf("%s (%s)", o.Quality, o.Cause)
	}
	out := o.Value + ", " + o.Quality
	if o.Cause != "" {
		out += fmt.Sprintf(" (%s)", o.Cause)
	}
	if o.Age != "" {
		out += fmt.Sprintf(", %s old", o.Age)
	}
	return out
}

// fresh is false when a number that was declared cannot be acted on.
func (i Inputs) fresh() bool {
	for _, o := range []Observed{i.Backlog, i.Arrivals, i.Oldest} {
		if o.Quality != sample.Fresh.String() && o.Cause != string(sample.CauseNotDeclared) {
			return false
		}
	}
	return true
}

// shown are the queues of a table: all, or the one asked about and those in
// trouble, then others until it is full, first served first.
func (r Report) shown() []Queue {
	if len(r.Queues) <= rows {
		return r.Queues
	}
	keep := make([]bool, len(r.Queues))
	left := rows
	for _, wanted := range []func(q Queue) bool{
		func(q Queue) bool { return q.Name == r.Queue },
		func(q Queue) bool { return !q.Inputs.fresh() },
		func(q Queue) bool { return q.Risk != nil && q.Risk.Reason != string(capacity.OnTime) },
		func(Queue) bool { return true },
	} {
		for i, q := range r.Queues {
			if left > 0 && !keep[i] && wanted(q) {
				keep[i], left = true, left-1
			}
		}
	}
	var out []Queue
	for i, q := range r.Queues {
		if keep[i] {
			out = append(out, q)
		}
	}
	return slices.Clip(out)
}

func (r Report) moreText(b *strings.Builder) {
	if more := len(r.Queues) - rows; more > 0 {
		fmt.Fprintf(b, "  and %s (-o json has all)\n", strings.Replace(count(more, "queue"), " ", " more ", 1))
	}
}

// mark points at the queue asked about.
func (r Report) mark(name string) string {
	if name == r.Queue {
		return name + " *"
	}
	return name
}

// near is an RFC 3339 time, without its date where that is the decision's.
func (r Report) near(at string) string {
	if day, time, found := strings.Cut(at, "T"); found && strings.HasPrefix(r.Decision.At, day) {
		return time
	}
	return at
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func table(b *strings.Builder, print func(io.Writer)) {
	t := tabwriter.NewWriter(b, 0, 8, 2, ' ', 0)
	print(t)
	// Writing to a Builder does not fail.
	_ = t.Flush()
}
