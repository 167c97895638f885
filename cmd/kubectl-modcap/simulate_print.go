package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

func (r *report) print(out io.Writer, format string) error {
	if format == "json" {
		return writeJSON(out, r)
	}
	var b strings.Builder
	r.head(&b)
	for _, n := range r.notes() {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	b.WriteString("\n")
	if len(r.Queues) > 0 {
		r.promises(&b)
		b.WriteString("\n")
	}
	r.table(&b)
	r.foot(&b)
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// head says what was simulated.
func (r *report) head(b *strings.Builder) {
	if len(r.Queues) == 0 {
		fmt.Fprintf(b, "%s: %s\n", r.Subject, r.promise())
		fmt.Fprintf(b, "%s: day %s, seed %d, %.0f items in %s (%.3g a second)\n",
			r.Trace, r.Day, r.Seed, r.Items, span(r.Seconds), r.MeanRate)
		return
	}
	fmt.Fprintf(b, "%s: day %s, seed %d, %s\n", r.Subject, r.Day, r.Seed, span(r.Seconds))
	t := table(b)
	for i := range r.Queues {
		q := &r.Queues[i]
		fmt.Fprintf(t, "  %s\t%s\t%s\t%.0f items (%.3g a second)\n", q.Queue, q.promise(), q.Trace, q.Items, q.MeanRate)
	}
	_ = t.Flush() // to memory
}

func table(out io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(out, 0, 0, 3, ' ', 0) }

// promises shows for each of several queues what each rule made of its promise.
func (r *report) promises(out io.Writer) {
	t := table(out)
	fmt.Fprintln(t, "QUEUE\tPROMISE\tRULE\tATTAINED\tP5 OF 5 MIN\tLATE ITEMS\tKEPT")
	for i := range r.Queues {
		q := &r.Queues[i]
		name, promise := q.Queue, q.promise()
		row := func(rule string, s *queueScore) {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%.0f\t%s\n", name, promise, rule, percent(s.Attained), percent(s.FifthPercent), s.LateItems,
				map[bool]string{true: "yes", false: "no"}[s.Kept])
			name, promise = "", ""
		}
		row("modcap", &r.Modcap.Queues[i])
		for k := range r.Peers {
			row(peerNames[r.Peers[k].Rule], &r.Peers[k].Queues[i])
		}
	}
	_ = t.Flush() // to memory
}

// table shows a row for each rule.
func (r *report) table(out io.Writer) {
	t := table(out)
	cells := []string{"RULE", "TARGET", "ATTAINED", "P5 OF 5 MIN"}
	if len(r.Queues) > 0 {
		cells = []string{"RULE", "TARGET", "PROMISES KEPT"}
	}
	cells = append(cells, "WORKER-HOURS", "COST/WORK", "COST/CLAIRVOYANT", "CHANGES/DAY", "MOST WORKERS")
	if r.Price != nil {
		cells = append(cells, r.Price.title())
	}
	fmt.Fprintln(t, strings.Join(cells, "\t"))
	row := func(rule, setting string, s *score) {
		cells := []string{rule, setting, percent(s.Attained), percent(s.FifthPercent)}
		if n := len(r.Queues); n > 0 {
			cells = []string{rule, setting, fmt.Sprintf("%d of %d", s.PromisesKept, n)}
		}
		cells = append(cells, fmt.Sprintf("%.1f", s.WorkerHours), fmt.Sprintf("%.3f", s.CostOfWork), fmt.Sprintf("%.3f", s.CostOfBound))
		if s.MostReplicas > 0 {
			cells = append(cells, fmt.Sprintf("%.0f", s.ChangesPerDay), fmt.Sprint(s.MostReplicas))
		} else {
			cells = append(cells, "-", "-")
		}
		if r.Price != nil {
			cells = append(cells, fmt.Sprintf("%.2f", s.Money))
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	row("modcap", "-", &r.Modcap)
	for i := range r.Peers {
		p := &r.Peers[i]
		row(peerNames[p.Rule], fmt.Sprintf("%s (best of %d)", p.Setting, p.Tried), &p.score)
	}
	row("clairvoyant", "-", &r.Clairvoyant)
	_ = t.Flush() // to memory
}

// foot says what the columns are.
func (r *report) foot(b *strings.Builder) {
	if len(r.Queues) > 0 {
		fmt.Fprintf(b, "\n%s. ", r.verdict())
	} else {
		fmt.Fprintf(b, "\nThe promise is %s. ", r.verdict())
	}
	b.WriteString("Cost is worker time, startup included, as a multiple of the pure work and of the clairvoyant:\n" +
		"the least that anybody who knew all arrivals could pay for 100 % in time, with workers that start at once.\n" +
		"P5 OF 5 MIN is the 5th percentile of what was attained in windows of 5 minutes.\n")
	if r.Price != nil {
		fmt.Fprintf(b, "%s is for the scored time, at %s for a worker and hour.\n", r.Price.title(), r.Price.PerReplicaHour)
	}
	switch {
	case len(r.Peers) == 0:
	case len(r.Queues) > 0:
		b.WriteString("Each peer is shown with the cheapest setting that keeps every promise, chosen in hindsight, " +
			"or the one nearest to it.\n" +
			"Its targets are for all queues together: their backlog and rate, counted in items of workPerItem 1.\n")
	default:
		b.WriteString("Each peer is shown with the cheapest setting that keeps the promise, chosen in hindsight, or the one nearest to it.\n")
	}
}
