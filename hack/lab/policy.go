package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/modcap/modcap/internal/lab"
)

// Of the changes that are rolled out of each kind, so many make a preview, and a preview is of so many items.
const (
	rolloutsOfPreview = 5
	previewItems      = 50_000 // of fewer, some hundred move, and how many of a bucket is a matter of chance
)

// runPolicy rolls out imitated changes of policies, follows relief, previews changes, prints what came of them, and writes the
// page.
func (o *options) runPolicy(out, told io.Writer) error {
	p := newProgress(told, "rolling out policies")
	rows := lab.RunPolicies(lab.PolicyCases(), max(o.rollouts, 1), runtime.GOMAXPROCS(0), p.tell)
	p.done()
	fmt.Fprintf(out, "Rollouts of policies:\n\n%s\n%s\n", lab.PolicyChecks(lab.CheckPolicy(rows, "")), lab.PolicyTable(rows))
	p = newProgress(told, "relief")
	relief := lab.RunRelief(max(o.rollouts, 1), runtime.GOMAXPROCS(0), p.tell)
	p.done()
	fmt.Fprintf(out, "Relief:\n\n%s\n%s\n", lab.ReliefChecks(relief.Check()), relief.Table())
	p = newProgress(told, "previews")
	previews, err := lab.RunPreviews(max(o.rollouts/rolloutsOfPreview, 1), previewItems, runtime.GOMAXPROCS(0), p.tell)
	p.done()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Previews:\n\n%s\n", lab.PreviewTable(previews))
	page := filepath.Join(o.docs, "lab-policy.md")
	text := lab.PolicyPage(rows) + relief.Page() + lab.PreviewPage(previews, previewItems)
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Fprintf(told, "lab: wrote %s\n", page)
	return nil
}
