package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/trace"
)

// recommendSeed is that of the desks shown: others were looked at while the search was made.
const recommendSeed = 2026

// runPeople does what is about people, prints its tables, and writes its page.
func (o *options) runPeople(out, told io.Writer) error {
	traces, err := readAll(o.traces, told)
	if err != nil {
		return err
	}
	forecasts, passed := lab.ForecastPeople(traces)
	if len(forecasts) > 0 {
		fmt.Fprintf(out, "People, the forecast:\n\n%s\n%s\n%s\n", lab.CheckTable(lab.CheckPeople(forecasts)),
			lab.ForecastErrors(forecasts), lab.ForecastIntervals(forecasts))
	}
	today := lab.TodayPeople(traces)
	if len(today) > 0 {
		fmt.Fprintf(out, "People, the rest of the day:\n\n%s\n%s\n", lab.CheckTable(lab.CheckToday(today)), lab.TodayTable(today))
	}
	for _, p := range passed {
		fmt.Fprintf(told, "lab: people: passed over %s\n", p)
	}
	sections := []string{lab.ForecastSection(forecasts, passed), lab.TodaySection(today)}
	if o.allocations > 0 {
		proof := o.allocate(out, told)
		sections = append(sections, lab.AllocatedSection(&proof, machine()))
	}
	if o.desks > 0 {
		done := lab.RecommendPlants(lab.ShortPlants(o.desks, recommendSeed))
		fmt.Fprintf(out, "People, what is recommended:\n\n%s\n%s\n", lab.CheckTable(lab.CheckRecommended(done)), lab.RecommendTable(done))
		sections = append(sections, lab.RecommendSection(done))
	}
	if o.plants > 0 {
		played := o.believe(out, told)
		sections = append(sections, lab.BelieveSection(o.plants, played), o.harder(played, out, told))
	}
	page := filepath.Join(o.docs, "lab-people.md")
	if err := os.WriteFile(page, []byte(lab.PeoplePage(sections...)), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Fprintf(told, "lab: wrote %s\n", page)
	return nil
}

// believe plays plants, and prints how well promises were predicted.
func (o *options) believe(out, told io.Writer) []lab.BelievePoint {
	if o.plants <= 0 {
		return nil
	}
	p := newProgress(told, "playing plants of people")
	played := lab.Believe(o.plants, runtime.GOMAXPROCS(0), p.tell)
	p.done()
	fmt.Fprintf(out, "People, the promise:\n\n%s\n%s\n%s\n%s\n", lab.CheckTable(lab.CheckBelieve(played)),
		lab.BelieveErrors(played), lab.BelieveDays(played), lab.BelieveLevels(played))
	return played
}

// harder plays a fifth as many plants of each harder family.
func (o *options) harder(plain []lab.BelievePoint, out, told io.Writer) string {
	p := newProgress(told, "playing harder plants of people")
	played := lab.BelieveHarder(max(o.plants/5, 1), runtime.GOMAXPROCS(0), p.tell)
	p.done()
	section := lab.HarderSection(o.plants, plain, played)
	fmt.Fprintf(out, "People, the promise on harder plants:\n\n%s\n", section)
	return section
}

// readAll reads a folder's traces, by name, whatever the width of their bins.
func readAll(folder string, told io.Writer) ([]*trace.Trace, error) {
	if folder == "" {
		return nil, errors.New("no traces are named: make lab TRACES=folder")
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("read traces: %w", err)
	}
	var out []*trace.Trace
	for _, f := range files {
		if f.IsDir() || filepath.Ext(f.Name()) != ".csv" {
			continue
		}
		t, err := trace.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			fmt.Fprintf(told, "lab: passed over, not a trace: %v\n", err)
			continue
		}
		t.Name = strings.TrimSuffix(f.Name(), ".csv")
		out = append(out, t)
	}
	return out, nil
}
