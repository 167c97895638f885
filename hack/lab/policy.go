package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/modcap/modcap/internal/lab"
)

// runPolicy rolls out imitated changes of policies, prints how they ended, and writes the page.
func (o *options) runPolicy(out, told io.Writer) error {
	p := newProgress(told, "rolling out policies")
	rows := lab.RunPolicies(lab.PolicyCases(), max(o.rollouts, 1), runtime.GOMAXPROCS(0), p.tell)
	p.done()
	fmt.Fprintf(out, "Rollouts of policies:\n\n%s\n%s\n", lab.PolicyChecks(lab.CheckPolicy(rows, "")), lab.PolicyTable(rows))
	page := filepath.Join(o.docs, "lab-policy.md")
	if err := os.WriteFile(page, []byte(lab.PolicyPage(rows)), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Fprintf(told, "lab: wrote %s\n", page)
	return nil
}
