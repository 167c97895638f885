package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/modcap/modcap/internal/lint"
)

func (f *linting) print(out io.Writer, a *analysis) error {
	if f.output == "json" {
		return writeJSON(out, a)
	}
	var b strings.Builder
	for i := range a.Findings {
		writeFinding(&b, &a.Findings[i])
	}
	b.WriteString(a.summary())
	_, err := io.WriteString(out, b.String())
	return err
}

func writeFinding(b *strings.Builder, f *found) {
	where := f.Object.Kind + "/" + f.Object.Name
	if f.Namespace != "" {
		where = f.Namespace + " " + where
	}
	fmt.Fprintf(b, "%s %s: %s", f.Severity, f.Code, where)
	if f.Field != "" {
		b.WriteString(" " + f.Field)
	}
	if f.File != "" {
		b.WriteString(" (" + f.File + ")")
	}
	fmt.Fprintf(b, "\n  %s\n  Fix: %s\n", f.Message, f.Fix)
}

// summary says how much was looked at, what was found, and what was not looked at.
func (a *analysis) summary() string {
	var kindsRead []string
	for _, k := range kinds() {
		if n := a.Objects[k]; n > 0 {
			kindsRead = append(kindsRead, fmt.Sprintf("%d %s", n, plural(k, n)))
		}
	}
	text := strings.Join(kindsRead, ", ") + ": "
	if a.Errors+a.Warnings == 0 {
		text += "nothing found.\n"
	} else {
		text += fmt.Sprintf("%s, %s.\n", numberOf(a.Errors, "error"), numberOf(a.Warnings, "warning"))
	}
	var unread []string
	for _, k := range a.Unread {
		if k != lint.KindClusterSource && k != lint.KindOverride { // nothing is amiss where there are none
			unread = append(unread, plural(k, 2))
		}
	}
	if len(unread) > 0 {
		text += fmt.Sprintf("Not compared, since none was read: %s.\n", strings.Join(unread, ", "))
	}
	if len(a.Uncounted) > 0 {
		text += fmt.Sprintf("Not known is what comes to %s: how long samples of rollouts take is not looked at where these take part.\n",
			strings.Join(a.Uncounted, ", "))
	}
	return text
}

func numberOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// marketsOf are the differences of a namespace.
type marketsOf struct {
	Namespace string      `json:"namespace,omitempty"`
	Bands     []lint.Band `json:"bands"`
}

// printMarkets lists the markets in which scores mean something else.
func (f *linting) printMarkets(out io.Writer, b *bundle) error {
	all := []marketsOf{}
	for _, ns := range b.namespaces() {
		if bands := lint.Differences(of(ns, b.policies)); len(bands) > 0 {
			all = append(all, marketsOf{ns, bands})
		}
	}
	if f.output == "json" {
		return writeJSON(out, all)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintf(out, "%s: scores mean the same in all markets.\n", amountOf(len(b.policies), lint.KindPolicy))
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "POLICY\tLABEL\tMARKETS\tACT-AT\tREVIEW-AT\tOVERRIDE")
	for _, m := range all {
		for _, d := range m.Bands {
			name := d.Policy
			if m.Namespace != "" {
				name = m.Namespace + "/" + name
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", name, d.Label, marketsText(d.Markets), marked(d.ActAt, d.Acts),
				marked(d.ReviewAt, d.Reviews), d.Override)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func amountOf(n int, kind string) string { return fmt.Sprintf("%d %s", n, plural(kind, n)) }

func marketsText(markets []string) string {
	if len(markets) == 0 {
		return "all others"
	}
	return strings.Join(markets, " ")
}

// marked is a score, with a star where it is not the label's own.
func marked(score string, differs bool) string {
	if score == "" {
		score = "none"
	}
	if differs {
		score += " *"
	}
	return score
}
