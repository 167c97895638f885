package main

import (
	"fmt"
	"io"

	"github.com/modcap/modcap/internal/lab"
)

// calibrate follows the figures that the engine gives, and prints how often they held.
func calibrate(run lab.Options, out, told io.Writer) ([]lab.Calibrated, error) {
	p := newProgress(told, "the calibration")
	run.Progress = p.tell
	cells, err := lab.Calibrate(run)
	p.done()
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "Figures of time to breach and drain time, and how often they held:\n\n%s\n", lab.CalibrationTable(cells))
	return cells, nil
}

// printCalibration prints the calibration, and each scenario's traces.
func printCalibration(run lab.Options, out, told io.Writer) error {
	cells, err := calibrate(run, out, told)
	for _, s := range run.Scenarios {
		if err == nil {
			fmt.Fprintf(out, "Scenario %s:\n\n%s\n", s.Name, lab.CalibrationCells(cells, s.Name))
		}
	}
	return err
}
