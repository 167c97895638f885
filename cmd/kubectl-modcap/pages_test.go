package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	modtest "github.com/modcap/modcap/internal/testing"
)

var update = flag.Bool("update", false, "write what the pages show anew")

// pages are those that show what simulations print, read once and written once.
type pages struct {
	t    *testing.T
	docs string
	text map[string]string
	work string // a folder with the manifests and traces of the pages
}

func openPages(t *testing.T) *pages {
	t.Helper()
	root, err := modtest.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	p := &pages{t: t, docs: filepath.Join(root, "docs"), text: map[string]string{}, work: t.TempDir()}
	for _, name := range []string{"simulate.md", "capacity.md", "calculators.md", "workforce.md", "policy-preview.md"} {
		data, err := os.ReadFile(filepath.Join(p.docs, name))
		if err != nil {
			t.Fatal(err)
		}
		p.text[name] = string(data)
	}
	return p
}

// block is the code block of a page whose first line begins like this, and where it
// begins.
func (p *pages) block(page, first string) (string, int) {
	p.t.Helper()
	fence := "\n```"
	for at := 0; ; {
		i := strings.Index(p.text[page][at:], fence)
		if i < 0 {
			p.t.Fatalf("docs/%s has no block that begins with %q", page, first)
		}
		start := at + i + len(fence)
		start += strings.IndexByte(p.text[page][start:], '\n') + 1
		length := strings.Index(p.text[page][start:], fence) + 1
		if strings.HasPrefix(p.text[page][start:], first) {
			return p.text[page][start : start+length], start
		}
		at = start + length
	}
}

// shows holds a block to what it must be, or writes it.
func (p *pages) shows(page, first, want string) {
	p.t.Helper()
	got, at := p.block(page, first)
	if got == want {
		return
	}
	if *update {
		p.text[page] = p.text[page][:at] + want + p.text[page][at+len(got):]
		return
	}
	p.t.Errorf("docs/%s shows something else; write it anew with -update, and read it:\n%s", page, cmp.Diff(got, want))
}

func (p *pages) close() {
	for name, text := range p.text {
		if *update {
			write(p.t, filepath.Join(p.docs, name), text)
		}
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs the plugin in the folder of the pages.
func (p *pages) run(args ...string) string {
	p.t.Helper()
	out, _, err := tool("", args...)
	if err != nil {
		p.t.Fatalf("%q: %v", args, err)
	}
	return out
}

// shown holds the block of a command to what it prints.
func (p *pages) shown(page, command string) {
	p.t.Helper()
	prompt := "$ kubectl modcap " + command + "\n"
	p.shows(page, prompt, prompt+p.run(strings.Fields(command)...))
}

// TestPagesShowTheCalculators holds docs/calculators.md to what they print.
func TestPagesShowTheCalculators(t *testing.T) {
	p := openPages(t)
	system := "erlang --arrivals 100 --interval 30m --handle-time 3m "
	p.shown("calculators.md", system+"--percent 80 --within 20s --max-occupancy 85 --shrinkage 30")
	p.shown("calculators.md", system+"--percent 90 --within 9m --max-occupancy 85 --shrinkage 30 --measure Decided")
	p.shown("calculators.md", system+"--percent 80 --within 20s --max-occupancy 85 --shrinkage 30 --patience 2m")
	p.close()
}

// TestPagesShowToday holds docs/workforce.md to what today says of the day of its tests: a demo's day
// is over in minutes.
func TestPagesShowToday(t *testing.T) {
	p := openPages(t)
	prompt := "$ kubectl modcap today emea --time-zone UTC\n"
	got, err := todayOf(t, busyDay(t, 8), 0)
	if err != nil {
		t.Fatal(err)
	}
	p.shows("workforce.md", prompt, prompt+got)
	p.close()
}

// TestPagesShowRealOutput holds docs/simulate.md, its plot and docs/capacity.md to what
// the commands on them print. A change of the engine changes it: write it anew with
//
//	go test ./cmd/kubectl-modcap -run Pages -update
func TestPagesShowRealOutput(t *testing.T) {
	p := openPages(t)
	t.Chdir(p.work)
	manifests, _ := p.block("simulate.md", "# queue.yaml")
	queue, pool, _ := strings.Cut(manifests, "---\n")
	write(t, "pool.yaml", pool)
	write(t, "queue.yaml", queue)

	p.run(strings.Fields("trace generate --mean 40 --days 8 --surge 7d14h:2:15m:30m:20m --out traffic.csv")...)
	p.shown("simulate.md", "simulate -f queue.yaml -f pool.yaml --compare --plot simulate.svg traffic.csv")
	p.plot("simulate.svg")
	comments, _ := p.block("simulate.md", "# comments.yaml")
	write(t, "comments.yaml", comments)
	p.run(strings.Fields("trace generate --mean 60 --days 8 --peak-at 10h --seed 7 --out comments.csv")...)
	p.shown("simulate.md", "simulate -f queue.yaml -f comments.yaml -f pool.yaml "+
		"--trace live-br=traffic.csv --trace comments=comments.csv --price 2.40 --compare")

	raids := strings.Fields("trace generate --mean 40 --days 8 --out raids.csv")
	for h := 2; h <= 190; h += 5 {
		raids = append(raids, "--surge", fmt.Sprintf("%dh20m:1.5:1m:3m:2m", h))
	}
	p.run(raids...)
	var rows strings.Builder
	w := tabwriter.NewWriter(&rows, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "PROMISE\tATTAINED\tWORKER-HOURS\tCOST/WORK\tCHANGES/DAY\tMOST WORKERS")
	for _, within := range []string{"10m", "2m", "30s"} {
		write(t, "queue.yaml", strings.Replace(queue, "within: 2m", "within: "+within, 1))
		s := simulated(t, "-f", "queue.yaml", "-f", "pool.yaml", "raids.csv").Modcap
		fmt.Fprintf(w, "99 %% within %s\t%s\t%.1f\t%.3f\t%.0f\t%d\n", within, percent(s.Attained), s.WorkerHours, s.CostOfWork,
			s.ChangesPerDay, s.MostReplicas)
		if within != "10m" {
			first := "99 % within " + within + "\n"
			p.shows("capacity.md", first, first+p.words())
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	p.shows("capacity.md", "PROMISE ", rows.String())
	p.shown("capacity.md", "simulate -f queue.yaml -f pool.yaml --compare raids.csv") // of the last promise
	p.close()
}

// plot holds a picture of the pages to the one just drawn.
func (p *pages) plot(name string) {
	p.t.Helper()
	drawn, err := os.ReadFile(name)
	if err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(p.docs, name)
	if *update {
		write(p.t, path, string(drawn))
		return
	}
	if shown, err := os.ReadFile(path); err != nil || string(shown) != string(drawn) {
		p.t.Errorf("docs/%s is another picture (%v); draw it anew with -update, and look at it", name, err)
	}
}

// moment is a decision, and what was seen when it was made.
type moment struct {
	view     simulate.View
	decision capacity.Decision
}

// scribe keeps the decisions of an engine.
type scribe struct {
	engine  *simulate.Engine
	moments []moment
}

// watching looks at decisions, and says nothing of what is beyond the lead.
type watching struct{}

func (watching) Outlook(int, *forecast.State, sample.Instant, []forecast.Event) capacity.Outlook {
	return capacity.Outlook{}
}

func (watching) Decided(*capacity.Input, *capacity.Decision) {}

func (s *scribe) Step(v *simulate.View) int {
	n := s.engine.Step(v)
	if v.Second%5 == 0 {
		d := s.engine.Last
		d.Steps = slices.Clone(d.Steps) // they are good until the next decision
		for i := range d.Steps {
			d.Steps[i].Terms = slices.Clone(d.Steps[i].Terms)
		}
		s.moments = append(s.moments, moment{*v, d})
	}
	return n
}

// words are four decisions about the raid of 14:20: before it, the first that adds
// workers, one after it, the first that takes workers away.
func (p *pages) words() string {
	p.t.Helper()
	f := simulation{manifests: []string{"queue.yaml", "pool.yaml"}, day: "last", seed: 1, scale: "1"}
	day, err := f.makeDay(nil, []string{"raids.csv"})
	if err != nil {
		p.t.Fatal(err)
	}
	s := scribe{engine: day.cases.Engine()}
	s.engine.Watch = watching{} // so that decisions are whole
	day.cases.Run(&s)
	const raid, after = 14*3600 + 20*60, 14*3600 + 27*60
	var b strings.Builder
	for _, is := range []func(m *moment) bool{
		func(m *moment) bool { return m.view.Second == raid-5 },
		func(m *moment) bool { return m.view.Second >= raid && m.decision.Verdict == capacity.ScaleUp },
		func(m *moment) bool { return m.view.Second == after },
		func(m *moment) bool { return m.view.Second > after && m.decision.Verdict == capacity.ScaleDown },
	} {
		i := slices.IndexFunc(s.moments, func(m moment) bool { return is(&m) })
		if i < 0 {
			p.t.Fatal("there is no such decision: tell another story")
		}
		v, d := &s.moments[i].view, s.moments[i].decision
		d.Risk = nil
		fmt.Fprintf(&b, "\n%02d:%02d:%02d  %.0f items arrive in a second, %.0f wait, %d workers\n", v.Second/3600, v.Second/60%60, v.Second%60,
			v.Arrived, v.Backlog, v.Desired)
		for _, line := range capacity.Explain(d) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	return b.String()
}
