package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/roster"
)

// rosterImport are the flags of roster import.
type rosterImport struct {
	cluster clusterFlags
	files   sheetPaths
	prune   bool
	edition edition
}

func newRosterImportCommand(s streams) *cobra.Command {
	var f rosterImport
	c := &cobra.Command{
		Use:   "import --csv FILE",
		Short: "Show what CSV files would change of teams, and change it with --write",
		Long: `Compares CSV files, as roster export writes them, with the teams of the namespace and
says in words what they would change. It writes nothing unless --write is given: then
each team that differs is tried on the API server first, and only if none is refused,
all are written. What the files do not name stays as it is, unless --prune is given.
Teams are changed and never made. Columns other than the roster's are dropped, those
about persons first of all; a cell with an e-mail address is refused.

Comma, semicolon or tab may separate the cells. Times are 08:00, 8:00 or 8:00 AM; dates
are YYYY-MM-DD only; days are "every day", "Mon Wed Fri" or "Mon-Fri". To look, the rights
of the ClusterRole modcap-staffing-view are enough; --write needs modcap-planner.`,
		Example: `  kubectl modcap roster import --csv shifts.csv -n moderation
  kubectl modcap roster import --csv shifts.csv --write
  kubectl modcap roster import --csv shifts.csv --calendar calendar.csv --cohorts cohorts.csv --prune
  kubectl modcap roster import --csv shifts.csv -o yaml > changed.yaml   # the teams as they would be`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c.Context(), s) },
	}
	f.cluster.addTo(c)
	f.files.addTo(c)
	f.edition.addTo(c)
	c.Flags().BoolVar(&f.prune, "prune", false, "remove shifts, entries and cohorts that the teams in the file have and the file does not")
	return c
}

func (f *rosterImport) run(ctx context.Context, s streams) error {
	if err := f.edition.check(); err != nil {
		return err
	}
	paths, err := f.files.given()
	if err != nil {
		return err
	}
	edit, problems, err := f.read(s, paths)
	if err != nil {
		return err
	}
	c, err := f.cluster.connect()
	if err != nil {
		return f.first(paths, problems, err)
	}
	all, err := c.teams(ctx)
	if err != nil {
		return f.first(paths, problems, err)
	}
	_, more := edit.Compare(rosters(all))
	for sheet, p := range more {
		problems[sheet] = roster.Merge(problems[sheet], p)
	}
	if err := f.first(paths, problems, nil); err != nil {
		return err
	}
	return f.edition.apply(ctx, s, c, all, edit)
}

// read reads the files, each bounded.
func (f *rosterImport) read(s streams, paths []sheetPath) (edit roster.Edit, problems map[roster.Sheet]roster.Problems, err error) {
	edit.Prune, problems = f.prune, map[roster.Sheet]roster.Problems{}
	for _, one := range paths {
		data, err := readSheet(s.In, one.path)
		if err != nil {
			return edit, nil, err
		}
		file, wrong := one.sheet.Read(data)
		for _, note := range file.Notes {
			fmt.Fprintf(s.Err, "%s: %s\n", one.path, note)
		}
		problems[one.sheet] = wrong
		edit.Files = append(edit.Files, file)
	}
	return edit, problems, nil
}

func readSheet(stdin io.Reader, path string) ([]byte, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read roster: %w", err)
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, roster.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read roster: %w", err)
	}
	return data, nil
}

// first are the problems of the files as one error; what else went wrong is told only
// where there is none, since the files can be corrected without a cluster.
func (f *rosterImport) first(paths []sheetPath, problems map[roster.Sheet]roster.Problems, otherwise error) error {
	var told []string
	for _, one := range paths {
		if p := problems[one.sheet]; len(p) > 0 {
			told = append(told, fmt.Sprintf("%s cannot be imported, and nothing was written:\n  %s", one.path,
				strings.ReplaceAll(p.Error(), "\n", "\n  ")))
		}
	}
	if len(told) == 0 {
		return otherwise
	}
	return fmt.Errorf("%s", strings.Join(told, "\n"))
}
