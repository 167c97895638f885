package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// simulation are the flags of the simulate command.
type simulation struct {
	scenario  string
	manifests []string
	day       string
	seed      uint64
	meanRate  float64
	scale     string
	output    string
	timeline  string
	plot      string
	compare   bool
}

func newSimulateCommand(s streams) *cobra.Command {
	var f simulation
	c := &cobra.Command{
		Use:   "simulate (--scenario NAME | -f FILE…) TRACE",
		Short: "Replay a day of recorded traffic under modcap's own engine",
		Long: `Replays a day of a trace, second by second, under the forecast and plan that the
operator runs, and says what share of the items would have been done in time, at
what cost. A trace is lines of t_seconds,count (see "trace record" and "trace
generate"); "-" reads it from standard input. Nothing is asked of a cluster.`,
		Example: `  kubectl modcap simulate -f queue.yaml -f pool.yaml --compare traffic.csv
  kubectl modcap simulate --scenario live --day peak --plot out.svg traffic.csv`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("simulate takes one trace file, %d are given", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return f.run(s, args[0]) },
	}
	flags := c.Flags()
	flags.StringVar(&f.scenario, "scenario", "", "promise and pool of the laboratory: "+scenarioNames())
	flags.StringArrayVarP(&f.manifests, "filename", "f", nil,
		"file with the ModerationQueue, or its ClassifierPool, to simulate; repeat for several")
	flags.StringVar(&f.day, "day", string(simulate.LastDay), "day to score: last (the final 24 hours) or peak (the day with the largest bin)")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of the random arrivals within each bin; 0 spreads them evenly")
	flags.Float64Var(&f.meanRate, "mean-rate", 0, "items a second over the scored day, to which the trace is scaled")
	flags.StringVar(&f.scale, "scale", "1",
		"factor on the trace's counts, or auto: its busiest 5 minutes then need 70 % of the pool's most replicas")
	flags.StringVarP(&f.output, "output", "o", "table", "table or json")
	flags.StringVar(&f.timeline, "timeline", "", "write t_seconds,arrivals,desired, a row a second, to this file")
	flags.StringVar(&f.plot, "plot", "", "draw arrivals, workers, backlog and late items to this SVG file")
	flags.BoolVar(&f.compare, "compare", false, "show beside it HPA/KEDA and Knative, each with its best setting in hindsight")
	c.MarkFlagsMutuallyExclusive("scenario", "filename")
	c.MarkFlagsMutuallyExclusive("scenario", "mean-rate")
	c.MarkFlagsMutuallyExclusive("scenario", "scale")
	c.MarkFlagsMutuallyExclusive("mean-rate", "scale")
	return c
}

func scenarioNames() string {
	var names []string
	for _, s := range simulate.Grid {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// collectEvery is the growth of the heap, in percent, at which garbage is collected:
// decisions leave much of it, and a day in memory is small.
const collectEvery = 400

func (f *simulation) run(s streams, path string) error {
	if err := f.check(); err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(collectEvery))
	t, err := readTrace(s.In, path)
	if err != nil {
		return err
	}
	c, name, err := f.makeCase(s.In, t)
	if err != nil {
		return err
	}
	report := newReport(f, t, c, name)
	progress := newProgress(s.Err, f.runs(c)*len(c.Arrivals))
	result, tape := simulate.Record(c.Arrivals, c.Pool, progress.watch(c.Engine()))
	report.Modcap = report.score(result)
	if f.compare {
		for _, rule := range c.Rules() {
			report.addPeer(rule, progress.best(rule, c))
		}
	}
	progress.done()
	if err := f.write(tape, report); err != nil {
		return err
	}
	return report.print(s.Out, f.output)
}

func (f *simulation) check() error {
	switch {
	case f.scenario == "" && len(f.manifests) == 0:
		return errors.New("nothing says what to simulate: give your manifests (-f queue.yaml -f pool.yaml) or a --scenario: " + scenarioNames())
	case f.day != string(simulate.LastDay) && f.day != string(simulate.PeakDay):
		return fmt.Errorf("--day is %q: want last or peak", f.day)
	case f.output != "table" && f.output != "json":
		return fmt.Errorf("--output is %q: want table or json", f.output)
	case !(f.meanRate >= 0 && f.meanRate <= 1e6):
		return fmt.Errorf("--mean-rate is %g: want more than 0 items a second, and at most a million", f.meanRate)
	}
	return nil
}

// runs is how many times the day is replayed.
func (f *simulation) runs(c *simulate.Case) int {
	n := 1
	if f.compare {
		for _, r := range c.Rules() {
			n += len(r.Knobs)
		}
	}
	return n
}

func readTrace(stdin io.Reader, path string) (*trace.Trace, error) {
	if path == "-" {
		return trace.Read("standard input", stdin)
	}
	return trace.ReadFile(path)
}

// makeCase is the day to simulate, and what it is called.
func (f *simulation) makeCase(stdin io.Reader, t *trace.Trace) (*simulate.Case, string, error) {
	if f.scenario == "" {
		return f.declaredCase(stdin, t)
	}
	for _, s := range simulate.Grid {
		if s.Name == f.scenario {
			c, err := s.Case(t, simulate.Day(f.day), f.seed)
			return c, "scenario " + s.Name, err
		}
	}
	return nil, "", fmt.Errorf("there is no scenario %q: want one of %s", f.scenario, scenarioNames())
}

func (f *simulation) declaredCase(stdin io.Reader, t *trace.Trace) (*simulate.Case, string, error) {
	m, err := readManifests(stdin, f.manifests)
	if err != nil {
		return nil, "", err
	}
	declared, err := m.declared()
	if err != nil {
		return nil, "", err
	}
	mean, err := f.mean(t, declared)
	if err != nil {
		return nil, "", err
	}
	c, err := simulate.NewCase(t, declared, simulate.Load{Day: simulate.Day(f.day), Seed: f.seed, Mean: mean})
	return c, "queue " + m.queues[0].Name + " on pool " + m.pools[0].Name, err
}

// busiestShare of the most replicas is what the busiest stretch, in seconds, needs
// of them with --scale auto.
const (
	busiestShare   = 0.7
	busiestStretch = 300
)

// mean is the items a second that --mean-rate or --scale ask for; 0 leaves the trace
// as it is.
func (f *simulation) mean(t *trace.Trace, d simulate.Declared) (float64, error) {
	if f.meanRate > 0 || f.scale == "1" {
		return f.meanRate, nil
	}
	rates, _ := simulate.Day(f.day).Of(t)
	day := simulate.Busiest(rates, len(rates))
	if f.scale == "auto" {
		pool := d.Pool(t.Begins)
		most := float64(d.Max) * pool.Throughput.Float() / d.Queue.WorkPerItem.Float()
		return busiestShare * most * day / max(simulate.Busiest(rates, busiestStretch), 1e-12), nil
	}
	factor, err := strconv.ParseFloat(f.scale, 64)
	if err != nil || !(factor > 0 && factor <= 1e6) {
		return 0, fmt.Errorf("--scale is %q: want a factor above 0, or auto", f.scale)
	}
	return factor * day, nil
}

// write writes the files that were asked for.
func (f *simulation) write(tape *simulate.Tape, r *report) error {
	if f.timeline != "" {
		if err := toFile(f.timeline, tape.Timeline); err != nil {
			return err
		}
	}
	if f.plot == "" {
		return nil
	}
	return toFile(f.plot, func(w io.Writer) error { return tape.Plot(w, r.title(), r.sentence()) })
}

// toFile writes a file.
func toFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create output: %w", err)
	}
	if err := write(file); err != nil {
		_ = file.Close() // what went wrong first is told
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
