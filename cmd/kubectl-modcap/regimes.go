package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
)

// notAdvice goes with everything that is said of laws.
const notAdvice = "Information, and not legal advice: have somebody who may give it read the sources."

// regimesFlags are the flags of the regimes command.
type regimesFlags struct {
	files  []string
	output string
	at     string
}

func newRegimesCommand(s streams) *cobra.Command {
	var f regimesFlags
	c := &cobra.Command{
		Use:   "regimes [NAME]...",
		Short: "List the deadlines of laws and codes that queues may name",
		Long: `Lists the catalogue of regimes: what they ask for now and from which day on, what starts the
clock, where, the sources, and the day on which somebody last read them. A queue promises
one with serviceLevels: [{regime: NAME}]. With -f it checks regimes of your own, a ConfigMap
or what stands in it, and lists them with the others. Nothing is asked of a cluster.

` + notAdvice,
		Example: `  kubectl modcap regimes
  kubectl modcap regimes india-it-rules-orders --at 2026-02-19
  kubectl modcap regimes -f our-regimes.yaml -o json`,
		RunE: func(_ *cobra.Command, names []string) error { return f.run(s, names) },
	}
	flags := c.Flags()
	flags.StringSliceVarP(&f.files, "filename", "f", nil, `files with regimes of your own; "-" is standard input`)
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	flags.StringVar(&f.at, "at", "", "the `day` on which they are asked for (its beginning, UTC); unset, now")
	return c
}

func (f *regimesFlags) run(s streams, names []string) error {
	if f.output != "text" && f.output != "json" {
		return fmt.Errorf("-o is text or json, not %q", f.output)
	}
	at := time.Now()
	if f.at != "" {
		var err error
		if at, err = time.Parse(time.DateOnly, f.at); err != nil {
			return fmt.Errorf("--at: %q is not a day such as 2026-02-20", f.at)
		}
	}
	all, err := f.catalogue(s.In)
	if err != nil {
		return err
	}
	list, err := chosen(all, names)
	if err != nil {
		return err
	}
	if f.output == "json" {
		return writeJSON(s.Out, regimesData(list, sample.At(at)))
	}
	return printRegimes(s.Out, list, sample.At(at))
}

// catalogue is what is shipped and what the files add.
func (f *regimesFlags) catalogue(stdin io.Reader) (regimes.Catalogue, error) {
	all, err := regimes.Shipped()
	if err != nil {
		return all, err
	}
	for _, path := range f.files {
		own, err := readRegimes(stdin, path)
		if err != nil {
			return all, fmt.Errorf("%s: %w", path, err)
		}
		var refused []regimes.Refused
		if all, refused = all.With(path, own); len(refused) > 0 {
			return all, fmt.Errorf("%s: regime %s: %s", path, refused[0].Name, refused[0].Why)
		}
	}
	return all, nil
}

// readRegimes reads a ConfigMap of regimes, or what stands in one.
func readRegimes(stdin io.Reader, path string) ([]regimes.Regime, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("open: %w", errors.Unwrap(err))
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, 2*regimes.MaxBytes))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	var m corev1.ConfigMap
	if yaml.Unmarshal(data, &m) != nil || m.Kind != "ConfigMap" {
		return regimes.Read(data)
	}
	text, ok := m.Data[v1alpha1.RegimesKey]
	switch {
	case !ok:
		return nil, fmt.Errorf("ConfigMap %s has no key %s", m.Name, v1alpha1.RegimesKey)
	case m.Labels[v1alpha1.RegimesLabel] != "true":
		return nil, fmt.Errorf("ConfigMap %s has no label %s: \"true\": without it the operator does not read it",
			m.Name, v1alpha1.RegimesLabel)
	}
	return regimes.Read([]byte(text))
}

// chosen are the regimes of some names; all, if none is given.
func chosen(all regimes.Catalogue, names []string) ([]*regimes.Regime, error) {
	var out []*regimes.Regime
	for _, name := range names {
		r := all.Find(name)
		if r == nil {
			text := fmt.Sprintf("there is no regime %q", name)
			if near := all.Nearest(name, 3); len(near) > 0 {
				text += "; did you mean " + strings.Join(near, ", or ") + "?"
			}
			return nil, errors.New(text)
		}
		out = append(out, r)
	}
	if len(names) == 0 {
		for i := range all.All() {
			out = append(out, &all.All()[i])
		}
	}
	return out, nil
}

// regimeData is a regime for other programs.
type regimeData struct {
	*regimes.Regime
	// InForce is what it asks for at the time asked for; absent where it asks for nothing.
	InForce *regimes.Term `json:"inForce,omitempty"`
}

type regimesAnswer struct {
	At      string       `json:"at"`
	Notice  string       `json:"notice"`
	Regimes []regimeData `json:"regimes"`
}

func regimesData(list []*regimes.Regime, at sample.Instant) regimesAnswer {
	out := regimesAnswer{At: at.Time().UTC().Format(time.RFC3339), Notice: notAdvice, Regimes: []regimeData{}}
	for _, r := range list {
		d := regimeData{Regime: r}
		if t, ok := r.TermAt(at); ok {
			d.InForce = &t
		}
		out.Regimes = append(out.Regimes, d)
	}
	return out
}

func printRegimes(out io.Writer, list []*regimes.Regime, at sample.Instant) error {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tASKS FOR\tTHE CLOCK STARTS WHEN\tWHERE\tNEXT CHANGE")
	for _, r := range list {
		asks, next := "nothing", "-"
		if term, ok := r.TermAt(at); ok {
			asks = fmt.Sprintf("%s%% in %s", term.Percent, term.Within)
		}
		if change := r.NextChange(at); change != 0 {
			next = change.Time().UTC().Format("2006-01-02 15:04 UTC")
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.Name, asks, r.StartsAt, r.Where, next)
	}
	_ = t.Flush() // a strings.Builder does not fail
	for _, r := range list {
		printRegime(&b, r)
	}
	b.WriteString("\n" + notAdvice + "\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// printRegime says where a regime stands, and what it asked for at which time.
func printRegime(b *strings.Builder, r *regimes.Regime) {
	fmt.Fprintf(b, "\n%s: %s\n  %s", r.Name, r.Title, r.Instrument)
	if r.Article != "" {
		fmt.Fprintf(b, ", %s", r.Article)
	}
	b.WriteString("\n")
	for _, t := range r.Terms {
		fmt.Fprintf(b, "  %s%% in %s%s\n", t.Percent, t.Within, lastsFor(t))
	}
	if r.Note != "" {
		fmt.Fprintf(b, "  %s\n", r.Note)
	}
	for _, s := range r.Sources {
		fmt.Fprintf(b, "  %s\n", s)
	}
	fmt.Fprintf(b, "  sources read on %s", r.Checked)
	if r.Origin != "" {
		fmt.Fprintf(b, "; declared in %s", r.Origin)
		if r.ReplacesShipped {
			b.WriteString(", in place of the shipped one")
		}
	}
	b.WriteString("\n")
}

func lastsFor(t regimes.Term) string {
	switch {
	case t.From != "" && t.Until != "":
		return " from " + t.From + " until " + t.Until
	case t.From != "":
		return " from " + t.From + " on"
	case t.Until != "":
		return " until " + t.Until
	}
	return ""
}
