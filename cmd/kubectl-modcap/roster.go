package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/modcap/modcap/internal/roster"
)

func newRosterCommand(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "roster",
		Short: "Carry shifts, calendar and cohorts of teams to a spreadsheet and back",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("roster needs export or import: see kubectl modcap roster --help")
		},
	}
	c.AddCommand(newRosterExportCommand(s), newRosterImportCommand(s))
	return c
}

// sheetPaths are the files of a roster; "" is none, "-" a standard stream.
type sheetPaths struct{ shifts, calendar, cohorts string }

func (p *sheetPaths) addTo(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&p.shifts, "csv", "", "file with the shifts; - is the standard stream")
	flags.StringVar(&p.calendar, "calendar", "", "file with the calendar: holidays, training days, extra hands")
	flags.StringVar(&p.cohorts, "cohorts", "", "file with the cohorts of new people")
}

// sheetPath is one of them.
type sheetPath struct {
	sheet roster.Sheet
	path  string
}

// given are the files that are set, the standard stream at most once.
func (p *sheetPaths) given() ([]sheetPath, error) {
	var given []sheetPath
	seen := map[string]bool{}
	for _, one := range []sheetPath{{roster.Shifts, p.shifts}, {roster.Calendar, p.calendar}, {roster.Cohorts, p.cohorts}} {
		if one.path == "" {
			continue
		}
		if seen[one.path] {
			return nil, fmt.Errorf("--csv, --calendar and --cohorts need a file each, and %s is given twice", one.path)
		}
		seen[one.path] = true
		given = append(given, one)
	}
	if len(given) == 0 {
		return nil, errors.New("say which file: --csv FILE for the shifts, --calendar FILE, --cohorts FILE, or several of them")
	}
	return given, nil
}

// rosterExport are the flags of roster export.
type rosterExport struct {
	cluster   clusterFlags
	files     sheetPaths
	target    string
	overwrite bool
}

func newRosterExportCommand(s streams) *cobra.Command {
	var f rosterExport
	c := &cobra.Command{
		Use:   "export [TEAM...] --csv FILE",
		Short: "Write the shifts, the calendar and the cohorts of teams as CSV",
		Long: `Writes what ReviewTeams have as CSV (UTF-8) for a spreadsheet, a row for each shift, and
in files of their own the calendar and the cohorts. roster import takes the same files
back. Without TEAM and --target it is all teams of the namespace. The rights of the
ClusterRole modcap-staffing-view are enough.`,
		Example: `  kubectl modcap roster export --csv shifts.csv -n moderation
  kubectl modcap roster export lisbon bogota --csv shifts.csv --calendar calendar.csv --cohorts cohorts.csv
  kubectl modcap roster export --target trust-and-safety --csv -`,
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s, args) },
	}
	f.cluster.addTo(c)
	f.files.addTo(c)
	c.Flags().StringVar(&f.target, "target", "", "export the teams that this StaffingTarget selects")
	c.Flags().BoolVar(&f.overwrite, "overwrite", false, "write over files that exist")
	return c
}

func (f *rosterExport) run(ctx context.Context, s streams, names []string) error {
	files, err := f.files.given()
	if err != nil {
		return err
	}
	if f.target != "" && len(names) > 0 {
		return errors.New("name teams or --target, and not both")
	}
	c, err := f.cluster.connect()
	if err != nil {
		return err
	}
	all, err := c.teams(ctx)
	if err != nil {
		return err
	}
	chosen, err := f.choose(ctx, c, all, names)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := f.write(s, file, chosen); err != nil {
			return err
		}
	}
	return nil
}

func (f *rosterExport) choose(ctx context.Context, c *cluster, all []staffed, names []string) (chosen []roster.Team, err error) {
	selects := labels.Everything()
	if f.target != "" {
		if selects, err = c.teamSelector(ctx, f.target); err != nil {
			return nil, err
		}
	}
	wanted := map[string]bool{}
	for _, name := range names {
		if _, err := c.find(all, name); err != nil {
			return nil, err
		}
		wanted[name] = true
	}
	for _, t := range all {
		if selects.Matches(labels.Set(t.raw.GetLabels())) && (len(names) == 0 || wanted[t.team.Name]) {
			chosen = append(chosen, t.team)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("there is no team to export in namespace %s: choose a namespace with -n", c.namespace)
	}
	return chosen, nil
}

func (f *rosterExport) write(s streams, file sheetPath, teams []roster.Team) error {
	out, name := s.Out, "standard output"
	if file.path != "-" {
		how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
		if f.overwrite {
			how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		}
		opened, err := os.OpenFile(file.path, how, 0o644)
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("%s exists, and may have edits that are not imported yet: choose another name, or add --overwrite", file.path)
		}
		if err != nil {
			return fmt.Errorf("create output: %w", err)
		}
		defer func() { _ = opened.Close() }() // closed below; this is for errors
		out, name = opened, file.path
	}
	rows, notes, err := file.sheet.Write(out, teams)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if closer, ok := out.(io.Closer); ok && file.path != "-" {
		if err := closer.Close(); err != nil {
			return fmt.Errorf("write output: %w", err)
		}
	}
	for _, note := range notes {
		fmt.Fprintln(s.Err, note)
	}
	what := map[roster.Sheet]string{roster.Shifts: "shift", roster.Calendar: "calendar entr", roster.Cohorts: "cohort"}[file.sheet]
	fmt.Fprintf(s.Err, "%s: %s of %s\n", name, counted(rows, what), counted(len(teams), "team"))
	return nil
}

// counted is "1 team" or "2 teams"; a noun in -entr becomes entry or entries.
func counted(n int, noun string) string {
	one, many := "", "s"
	if strings.HasSuffix(noun, "entr") {
		one, many = "y", "ies"
	}
	if n == 1 {
		return "1 " + noun + one
	}
	return fmt.Sprintf("%d %s%s", n, noun, many)
}
