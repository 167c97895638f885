package main

import (
	"fmt"
	"io"

	"github.com/modcap/modcap/internal/lab"
)

// otherDays runs the engine and its peers on so many other days of each trace, with the first seed,
// and prints what came of it.
func otherDays(run lab.Options, days int, out, told io.Writer) ([]lab.Cell, error) {
	run.Others = days
	if run.Empty() {
		fmt.Fprintln(told, "lab: no trace has other days than its last and its busiest")
		return nil, nil
	}
	p := newProgress(told, "the other days")
	run.Progress = p.tell
	run.Seeds, run.Variants = run.Seeds[:1], run.Variants[:1]
	result, err := lab.Run(run)
	p.done()
	if err != nil {
		return nil, fmt.Errorf("other days: %w", err)
	}
	rows := lab.Summarize(result.Cells[0], run.Bars)
	fmt.Fprintf(out, "Other days of the same traces:\n\n%s\n", lab.Table(rows))
	if missed := lab.MissedTable(rows); missed != "" {
		fmt.Fprintf(out, "Missed there:\n\n%s\n", missed)
	}
	return result.Cells[0], nil
}

// printOtherDays prints them, and writes them as JSON if that is asked for.
func (o *options) printOtherDays(run lab.Options, out, told io.Writer) error {
	cells, err := otherDays(run, o.otherDays, out, told)
	if err != nil {
		return err
	}
	return o.writeJSON(&lab.Result{Seeds: run.Seeds[:1], Others: cells}, lab.Summarize(cells, run.Bars))
}
