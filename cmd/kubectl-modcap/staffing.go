package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/sheet"
)

// staffingView are the flags of the staffing command.
type staffingView struct {
	cluster   clusterFlags
	output    string
	html      string
	zone      string
	color     string
	languages []string
	show      []string
}

func newStaffingCommand(s streams) *cobra.Command { return new(staffingView).command(s) }

func (f *staffingView) command(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "staffing NAME",
		Short: "Show how many people are required, scheduled and missing, by language, day and hour",
		Long: `Shows the plan of a StaffingTarget: what each language comes to, what keeps work from being
done in time and who alone could do it, where people's time goes, and maps of the people
that are missing, required and scheduled, with a row for each day and a column for each
hour. It reads the target and the ConfigMap with its plan: the rights of the ClusterRole
modcap-staffing-view are enough. Nothing is written.`,
		Example: `  kubectl modcap staffing trust-and-safety -n moderation
  kubectl modcap staffing trust-and-safety --language pt-BR --show gap --time-zone America/Sao_Paulo
  kubectl modcap staffing trust-and-safety --html plan.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s.Out, args[0]) },
	}
	f.cluster.addTo(c)
	flags := c.Flags()
	flags.StringVarP(&f.output, "output", "o", "text", "text, csv or json")
	flags.StringVar(&f.html, "html", "", "write one self-contained page to this file, and print no maps")
	flags.StringVar(&f.zone, "time-zone", "", "zone of days and hours, such as Europe/Berlin; unset, that of this machine")
	flags.StringVar(&f.color, "color", "auto", "mark gaps by color: auto (on a terminal), always or never")
	flags.StringSliceVar(&f.languages, "language", []string{sheet.All}, `languages to draw maps of, such as "pt-BR,en"; "*" is all together`)
	flags.StringSliceVar(&f.show, "show", measureNames(), "maps to draw, in this order")
	return c
}

func measureNames() []string {
	var out []string
	for _, m := range sheet.Measures() {
		out = append(out, string(m))
	}
	return out
}

func (f *staffingView) run(ctx context.Context, out io.Writer, name string) error {
	view, err := f.view(name, out)
	if err != nil {
		return err
	}
	c, err := f.cluster.connect()
	if err != nil {
		return err
	}
	return f.print(ctx, out, c, view)
}

// print shows what the cluster has of a plan.
func (f *staffingView) print(ctx context.Context, out io.Writer, c *cluster, view *sheet.View) error {
	found, err := c.plan(ctx, view.Name)
	if err != nil {
		return err
	}
	plan := found.sheet
	view.Notes, view.Planned = found.notes, found.at
	if err := knownLanguages(plan, view.Languages); err != nil {
		return err
	}
	if f.html != "" {
		return writePage(out, f.html, plan, view)
	}
	switch f.output {
	case "csv":
		_, err = out.Write(found.raw)
		return err
	case "json":
		return writeJSON(out, plan.Data(view))
	}
	return plan.Text(out, view)
}

// view checks the flags.
func (f *staffingView) view(name string, out io.Writer) (*sheet.View, error) {
	if !slices.Contains([]string{"text", "csv", "json"}, f.output) {
		return nil, fmt.Errorf("-o is text, csv or json, not %q", f.output)
	}
	zone, err := zoneOf(f.zone)
	if err != nil {
		return nil, err
	}
	v := &sheet.View{Name: name, Zone: zone, Languages: f.languages}
	for _, m := range f.show {
		if !slices.Contains(measureNames(), m) {
			return nil, fmt.Errorf("--show: %q is none of %s", m, strings.Join(measureNames(), ", "))
		}
		v.Measures = append(v.Measures, sheet.Measure(m))
	}
	if len(v.Measures) == 0 || len(v.Languages) == 0 {
		return nil, fmt.Errorf("--show and --language need at least one value each")
	}
	v.Color, err = f.colors(out)
	return v, err
}

// colors is true where gaps are marked by color.
func (f *staffingView) colors(out io.Writer) (bool, error) {
	switch f.color {
	case "auto":
		file, ok := out.(*os.File)
		return ok && isTerminal(file) && os.Getenv("NO_COLOR") == "", nil
	case "always", "never":
		return f.color == "always", nil
	}
	return false, fmt.Errorf("--color is auto, always or never, not %q", f.color)
}

// zoneOf is the zone of a name; of none, that of this machine.
func zoneOf(name string) (*time.Location, error) {
	if name == "" {
		return time.Local, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("--time-zone: %q is not a zone; use a name such as Europe/Berlin or UTC", name)
	}
	return zone, nil
}

// knownLanguages refuses a language that the plan does not have, and names those it has.
func knownLanguages(s *sheet.Sheet, asked []string) error {
	for _, a := range asked {
		if !slices.ContainsFunc(s.Lines, func(l sheet.Line) bool { return strings.EqualFold(l.Language, a) }) {
			var names []string
			for _, l := range s.Lines[1:] {
				if l.Language != "" && !slices.Contains(names, l.Language) {
					names = append(names, l.Language)
				}
			}
			return fmt.Errorf("--language: the plan has no work in %q; it has %s", a, strings.Join(names, ", "))
		}
	}
	return nil
}

func writePage(out io.Writer, path string, s *sheet.Sheet, v *sheet.View) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	err = s.HTML(file, v)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	_, err = fmt.Fprintf(out, "wrote %s: open it in a browser\n", path)
	return err
}
