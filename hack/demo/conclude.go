package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/modcap/modcap/hack/dataplane/summary"
	"github.com/modcap/modcap/hack/demo/internal/check"
	"github.com/modcap/modcap/hack/demo/internal/scene"
	"github.com/modcap/modcap/hack/demo/internal/show"
)

// conclusion is what SUMMARY gets.
type conclusion struct {
	summary.Summary
	// Traces that were replayed; empty where traffic was generated.
	Traces []scene.Choice `json:"traces"`
	Checks []check.Result `json:"checks"`
	// OK says that every machine-stage promise was kept and every check held.
	OK bool `json:"ok"`
}

// conclude prints and writes the result, and fails if it is not good.
func (d *demo) conclude(ctx context.Context) error {
	s, err := d.summarise(ctx)
	if err != nil {
		return err
	}
	d.say("\nPromises, as measured by the platform over %.0f seconds:\n", s.Seconds)
	show.Promises(d.out, s)
	d.say("\nWhat became of the items:\n")
	show.Decisions(d.out, s)
	d.say("\nWhat the policy's change moved:\n")
	show.Rollouts(d.out, s)
	d.say("\nWorkers, against a fixed fleet sized for the peak:\n")
	show.Hours(d.out, s)
	d.say("\nChecks:\n")
	show.Checks(d.out, d.results)
	problem := judge(s, d.results)
	if d.options.summary != "" {
		c := conclusion{Summary: s, Traces: append([]scene.Choice{}, d.choices...), Checks: d.results, OK: problem == nil}
		if err := c.write(d.options.summary); err != nil {
			return errors.Join(problem, err)
		}
	}
	return problem
}

// judge says why the run was not good.
func judge(s summary.Summary, results []check.Result) error {
	var problems []error
	if kept, missed := s.MachineKept(); !kept {
		problems = append(problems, fmt.Errorf("machine-stage promises were missed: %s", strings.Join(missed, ", ")))
	}
	for _, r := range results {
		if !r.OK {
			problems = append(problems, fmt.Errorf("check failed: %s: %s", r.Name, r.Detail))
		}
	}
	return errors.Join(problems...)
}

func (c conclusion) write(path string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}
