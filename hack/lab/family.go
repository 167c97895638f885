package main

import (
	"fmt"
	"io"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/tune"
)

// familySizes are how many ways the tuner tries.
func familySizes() lab.Sizes { return lab.SizesOf(tune.Family()) }

// explore finds out what the candidates for the tuner's family come to.
func explore(run lab.Options, told io.Writer) ([]lab.Explored, []tune.Member, error) {
	candidates := lab.Candidates(lab.CandidateCount, lab.CandidateSeed)
	p := newProgress(told, "the exploration")
	run.Progress = p.tell
	explored, err := lab.Explore(run, candidates)
	p.done()
	return explored, candidates, err
}

// printFamily prints the covers of all traces.
func printFamily(run lab.Options, out, told io.Writer) error {
	explored, candidates, err := explore(run, told)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, lab.Rows(lab.Covers(explored, candidates, familySizes())))
	return err
}

// leftOut is the engine of the leave-one-out check, and what was explored for it.
func leftOut(run lab.Options, told io.Writer) (lab.Variant, []lab.Explored, error) {
	explored, candidates, err := explore(run, told)
	if err != nil {
		return lab.Variant{}, nil, err
	}
	families, err := lab.Families(run.Traces, explored, candidates, familySizes())
	return lab.LeftOut(families), explored, err
}
