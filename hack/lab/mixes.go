package main

import (
	"fmt"
	"io"

	"github.com/modcap/modcap/internal/lab"
)

// mix runs pools of several queues, and prints what came of them.
func mix(run lab.Options, out, told io.Writer) ([]lab.Mixed, error) {
	p := newProgress(told, "several queues on one pool")
	run.Progress = p.tell
	cells, err := lab.RunMixes(run, lab.Mixes())
	p.done()
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "Several queues on one pool:\n\n%s\n%s\n", lab.MixTable(cells), lab.MixCells(cells))
	return cells, nil
}

// printMixes runs nothing else.
func printMixes(run lab.Options, out, told io.Writer) error {
	_, err := mix(run, out, told)
	return err
}
