package main

import (
	"fmt"
	"io"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/tune"
)

// familySize is how many ways the tuner tries.
func familySize() int { return len(tune.Family()) }

// explore finds out what the candidates for the tuner's family come to.
func explore(run lab.Options, told io.Writer) ([]lab.Explored, []tune.Member, error) {
	candidates := lab.Candidates(lab.CandidateCount, lab.CandidateSeed)
	p := newProgress(told, "the exploration")
	run.Progress = p.tell
	explored, err := lab.Explore(run, candidates)
	p.done()
	return explored, candidates, err
}

// printFamily prints the cover of all traces.
func printFamily(run lab.Options, out, told io.Writer) error {
	explored, candidates, err := explore(run, told)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, lab.Rows(lab.Cover(explored, candidates, familySize())))
	return err
}

// leftOut is the engine of the leave-one-out check, and what was explored for it.
func leftOut(run lab.Options, told io.Writer) (lab.Variant, []lab.Explored, error) {
	explored, candidates, err := explore(run, told)
	if err != nil {
		return lab.Variant{}, nil, err
	}
	families, err := lab.Families(run.Traces, explored, candidates, familySize())
	return lab.LeftOut(families), explored, err
}
