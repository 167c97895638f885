package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// collectEvery is the growth of the heap, in percent, at which garbage is collected:
// decisions leave much of it, and a few days in memory are small.
const collectEvery = 400

// options are the flags.
type options struct {
	traces     string
	seeds      string
	scenarios  string
	engineOnly bool
	// calibration runs nothing but that.
	calibration bool
	// otherDays, if more than 0, is how many other days of each trace are run, and nothing else.
	otherDays int
	// mixes runs nothing but pools of several queues.
	mixes bool
	// family does nothing but derive that of the tuner.
	family bool
	// people does nothing but what is about people.
	people bool
	// policy does nothing but roll out imitated changes of policies, so many of each kind, follow as many worlds with relief, and
	// preview changes.
	policy   bool
	rollouts int
	// desks is how many generated plants people are recommended to, and plants how many are
	// played to see whether promises can be predicted; with people.
	desks, plants int
	// allocations is how many plants are held against the best, more of them beside, and large the
	// intervals of the plants that are timed; with people.
	allocations, large int
	// leaveOneOut also runs the engine with families chosen without the trace, as a run of
	// the whole grid does in any case.
	leaveOneOut bool
	json        string
	docs        string
}

func main() {
	var o options
	flag.StringVar(&o.traces, "traces", "", "`folder` of trace files")
	flag.StringVar(&o.seeds, "seeds", "", "seeds of the random arrivals, with commas (1,2,3 if empty)")
	flag.StringVar(&o.scenarios, "scenario", "", "scenarios, with commas (all if empty)")
	flag.BoolVar(&o.engineOnly, "engine-only", false, "take the peers' results from the cache alone")
	flag.BoolVar(&o.calibration, "calibration", false, "only look how often the figures of time to breach and drain time hold")
	flag.IntVar(&o.otherDays, "other-days", 0, "only run so many days of each trace beside its last and its busiest")
	flag.BoolVar(&o.mixes, "mixes", false, "only run several queues with different deadlines on one pool")
	flag.BoolVar(&o.family, "family", false, "only derive the family of ways that the tuner tries, and print it as Go source")
	flag.BoolVar(&o.people, "people", false, "only do what is about people, and write lab-people.md")
	flag.BoolVar(&o.policy, "policy", false, "only roll out, relieve and preview policies, and write lab-policy.md; needs no traces")
	flag.IntVar(&o.rollouts, "rollouts", 1000, "how many changes of each kind are rolled out; as many worlds have relief, a fifth previews")
	flag.IntVar(&o.allocations, "allocations", 200, "how many generated plants are held against the best allocation; 0 leaves that out")
	flag.IntVar(&o.large, "large", 672, "how many intervals the large plants have whose plans are timed; 0 leaves that out")
	flag.IntVar(&o.desks, "desks", 48, "how many generated desks people are recommended to; 0 leaves that out")
	flag.IntVar(&o.plants, "plants", 200, "how many generated plants of people are played")
	flag.BoolVar(&o.leaveOneOut, "leave-one-out", false, "score each trace with a family chosen without it too, as for the whole grid")
	flag.StringVar(&o.json, "json", "", "`file` to write all results to")
	flag.StringVar(&o.docs, "docs", "docs", "`folder` of lab.md, which a run of the whole grid writes")
	flag.Parse()
	debug.SetGCPercent(collectEvery)
	if err := o.run(os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(1)
	}
}

// part says that not the whole grid is run.
func (o *options) part() bool { return o.seeds != "" || o.scenarios != "" || o.engineOnly }

// apart is what was asked for alone and needs no grid; nil if nothing was.
func (o *options) apart() func(out, told io.Writer) error {
	switch {
	case o.policy:
		return o.runPolicy
	case o.people:
		return o.runPeople
	}
	return nil
}

// alone is what was asked for alone of what is run on the grid's traces; nil if nothing was.
func (o *options) alone() func(run lab.Options, out, told io.Writer) error {
	switch {
	case o.calibration:
		return printCalibration
	case o.mixes:
		return printMixes
	case o.otherDays > 0:
		return o.printOtherDays
	case o.family:
		return printFamily
	}
	return nil
}

func (o *options) run(out, told io.Writer) error {
	if only := o.apart(); only != nil {
		return only(out, told)
	}
	run, err := o.grid(told)
	if err != nil {
		return err
	}
	run.Store = newCache(told)
	if only := o.alone(); only != nil {
		return only(run, out, told)
	}
	var explored []lab.Explored
	if o.leaveOneOut || !o.part() {
		var without lab.Variant
		without, explored, err = leftOut(run, told)
		switch {
		case err == nil:
			run.Variants = append(run.Variants, without)
		case o.leaveOneOut:
			return err
		default:
			fmt.Fprintf(told, "lab: %v\n", err)
		}
	}
	return o.score(run, explored, out, told)
}

// score runs the grid, prints what came of it, and writes the page if it was all of it.
func (o *options) score(run lab.Options, explored []lab.Explored, out, told io.Writer) error {
	p := newProgress(told, "the grid")
	run.Progress = p.tell
	result, err := lab.Run(run)
	p.done()
	if err != nil {
		return err
	}
	for _, s := range result.Skipped {
		fmt.Fprintf(told, "lab: left out %s\n", s)
	}
	rows := lab.Summarize(result.Cells[0], run.Bars)
	result.Hindsight = lab.InHindsight(result.Cells[0], explored, run.Bars)
	printTables(out, result, rows, run.Bars)
	if err := o.writeJSON(result, rows); err != nil {
		return err
	}
	if o.part() {
		return nil
	}
	if result.Others, err = otherDays(run, lab.OtherDays, out, told); err != nil {
		return err
	}
	if result.Calibrated, err = calibrate(run, out, told); err != nil {
		return err
	}
	if result.Mixed, err = mix(run, out, told); err != nil {
		return err
	}
	if err := o.writePage(told, result, &run); err != nil {
		return err
	}
	return o.runPeople(out, told)
}

// printTables writes the tables, and that of the leave-one-out check if there is one.
func printTables(out io.Writer, result *lab.Result, rows []lab.Row, bars map[string]lab.Bar) {
	fmt.Fprintf(out, "%s\n", lab.Table(rows))
	if missed := lab.MissedTable(rows); missed != "" {
		fmt.Fprintf(out, "Missed cells:\n\n%s\n", missed)
	}
	if check := result.LeaveOneOutTable(bars); check != "" {
		fmt.Fprintf(out, "Leave one out:\n\n%s\n", check)
	}
	if len(result.Hindsight) > 0 {
		fmt.Fprintf(out, "What any way could have had, in hindsight:\n\n%s\n", lab.HindsightTable(result.Hindsight))
	}
}

// grid is what is run.
func (o *options) grid(told io.Writer) (lab.Options, error) {
	run := lab.Options{Variants: []lab.Variant{lab.Engine()}, Bars: lab.Bars(), Workers: runtime.GOMAXPROCS(0)}
	if o.engineOnly {
		run.Peers = lab.PeersStored
	}
	var err error
	if run.Traces, err = readTraces(o.traces, told); err != nil {
		return run, err
	}
	if run.Seeds, err = seeds(o.seeds); err != nil {
		return run, err
	}
	run.Scenarios, err = scenarios(o.scenarios)
	return run, err
}

// readTraces reads the traces of a folder that the grid is made of, and says what it passes over.
func readTraces(folder string, told io.Writer) ([]*trace.Trace, error) {
	all, err := readAll(folder, told)
	if err != nil {
		return nil, err
	}
	var out []*trace.Trace
	for _, t := range all {
		if t.Bin > lab.WidestBin {
			fmt.Fprintf(told, "lab: passed over, its bins are %d s wide: %s.csv\n", t.Bin, t.Name)
			continue
		}
		out = append(out, t)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no trace with bins of %d s or less: docs/simulate.md says what one is", folder, lab.WidestBin)
	}
	return out, nil
}

func seeds(text string) ([]uint64, error) {
	if text == "" {
		return []uint64{1, 2, 3}, nil
	}
	var out []uint64
	for _, part := range strings.Split(text, ",") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil || n == 0 || slices.Contains(out, n) {
			return nil, fmt.Errorf("seeds are %q: want different whole numbers from 1 on, with commas", text)
		}
		out = append(out, n)
	}
	return out, nil
}

func scenarios(text string) ([]simulate.Scenario, error) {
	if text == "" {
		return simulate.Grid, nil
	}
	var out []simulate.Scenario
	for _, name := range strings.Split(text, ",") {
		i := slices.IndexFunc(simulate.Grid, func(s simulate.Scenario) bool { return s.Name == name })
		if i < 0 {
			var known []string
			for _, s := range simulate.Grid {
				known = append(known, s.Name)
			}
			return nil, fmt.Errorf("there is no scenario %q: want %s", name, strings.Join(known, ", "))
		}
		out = append(out, simulate.Grid[i])
	}
	return out, nil
}

func (o *options) writeJSON(result *lab.Result, rows []lab.Row) error {
	if o.json == "" {
		return nil
	}
	data, err := json.MarshalIndent(struct {
		Rows []lab.Row `json:"rows"`
		*lab.Result
	}{rows, result}, "", "  ")
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	if err := os.WriteFile(o.json, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// writePage writes lab.md and its plots.
func (o *options) writePage(told io.Writer, result *lab.Result, run *lab.Options) error {
	plots := map[string]lab.Plot{}
	for _, s := range run.Scenarios {
		cell, ok := lab.Typical(result.Cells[0], s.Name)
		if !ok {
			continue
		}
		name := "lab-" + s.Name + ".svg"
		var svg strings.Builder
		if err := run.Plot(&svg, cell); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(o.docs, name), []byte(svg.String()), 0o644); err != nil {
			return fmt.Errorf("write plot: %w", err)
		}
		plots[s.Name] = lab.Plot{File: name, Cell: cell}
	}
	page := filepath.Join(o.docs, "lab.md")
	if err := os.WriteFile(page, []byte(result.Page(run, plots)), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Fprintf(told, "lab: wrote %s and %d plots beside it\n", page, len(plots))
	return nil
}
