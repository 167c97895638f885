package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// recommendation are the flags of the recommend command.
type recommendation struct {
	cluster  clusterFlags
	notice   lengthFlag
	lead     lengthFlag
	training lengthFlag
	courses  lengthFlag
	output   string
	zone     string
}

func newRecommendCommand(s streams) *cobra.Command { return new(recommendation).command(s) }

func (f *recommendation) command(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "recommend NAME",
		Short: "Say what would close the gaps of a plan at the least cost: shifts, overtime, hires, training",
		Long: `Says what closes the gaps of the plan of a StaffingTarget for the fewest paid hours:
more people on shifts there are, and people who stay longer or begin earlier on named days
(an hour of overtime counts as one and a half). Nothing is recommended for before the
notice is over. Then what could be done in its place, one or the other: shifts alone,
overtime alone, people to hire, and what people could learn. Each line says what is
missing before and after it, and why. Then the plan is made once more with the first of
them, and what is still missing is told. Nothing is written.`,
		Example: `  kubectl modcap recommend trust-and-safety -n moderation
  kubectl modcap recommend trust-and-safety --notice 72h --lead 672h -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s.Out, args[0]) },
	}
	f.cluster.addTo(c)
	terms := resolve.DefaultTerms()
	flags := c.Flags()
	f.notice, f.lead = lengthFlag(terms.Notice.Duration()), lengthFlag(terms.Lead.Duration())
	f.training, f.courses = lengthFlag(terms.Training.Duration()), lengthFlag(terms.TrainingTime.Duration())
	flags.Var(&f.notice, "notice", "from when on people can be there, counted from the start of the plan, such as 0s, 72h or 3d")
	flags.Var(&f.lead, "lead", "how long it takes, after the notice, to find somebody new")
	flags.Var(&f.training, "training", "how long it takes, after the notice, until somebody can do what they learn")
	flags.Var(&f.courses, "training-time", "paid time that somebody spends on learning it")
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	flags.StringVar(&f.zone, "time-zone", "", "zone of days and hours, such as Europe/Berlin; unset, that of this machine")
	return c
}

func (f *recommendation) run(ctx context.Context, out io.Writer, name string) error {
	if f.output != "text" && f.output != "json" {
		return fmt.Errorf("-o is text or json, not %q", f.output)
	}
	if _, err := f.terms(); err != nil {
		return err
	}
	zone, err := zoneOf(f.zone)
	if err != nil {
		return err
	}
	c, err := f.cluster.connect()
	if err != nil {
		return err
	}
	a, err := f.advise(ctx, c, name)
	if err != nil {
		return err
	}
	return f.print(out, a, zone)
}

// terms are those of the flags.
func (f *recommendation) terms() (resolve.Terms, error) {
	for _, x := range []struct {
		flag string
		time lengthFlag
	}{{"--notice", f.notice}, {"--lead", f.lead}, {"--training", f.training}} {
		if x.time < 0 {
			return resolve.Terms{}, fmt.Errorf("%s: %v is below 0", x.flag, &x.time)
		}
	}
	if f.courses <= 0 {
		return resolve.Terms{}, fmt.Errorf("--training-time: %v is no time to learn in", &f.courses)
	}
	return resolve.Terms{
		Notice: f.notice.of(), Lead: f.lead.of(), Training: f.training.of(), TrainingTime: f.courses.of(),
	}, nil
}

// advice is what is recommended, and what comes of it.
type advice struct {
	name      string
	namespace string
	notes     []string
	from      sample.Instant
	terms     resolve.Terms
	options   *resolve.Options
	changes   staffing.Changes
	headcount map[string]int32 // by team/shift, as it is
	change    *sheet.Change
	held      []staffing.Held // with what is best
	turns     turns
	bill      *bill
}

// turns are what changes do for what is on time, by list; of the first ones where the plan is large.
type turns struct{ best, shifts, hours, hire, train []sheet.Turn }

// mostPlanned bounds classes times intervals planned to tell them: some tens of seconds.
const mostPlanned = 2_000_000

func turnsOf(in *staffing.Input, o *resolve.Options, c *staffing.Changes) turns {
	p := sheet.PromisesOf(in, mostPlanned)
	return turns{
		best: p.Together(o.Soon, c.Best), shifts: p.Together(o.Soon, c.Shifts), hours: p.Together(o.Soon, c.Hours),
		hire: p.Together(o.Hire, c.Hire), train: p.Each(o.Train, c.Train),
	}
}

func (f *recommendation) advise(ctx context.Context, c *cluster, name string) (*advice, error) {
	terms, err := f.terms()
	if err != nil {
		return nil, err
	}
	if _, err := c.target(ctx, name); err != nil {
		return nil, err
	}
	before, notes, err := c.wholeInput(ctx, name)
	if err != nil {
		return nil, err
	}
	all, err := c.teams(ctx)
	if err != nil {
		return nil, err
	}
	a := &advice{
		name: name, namespace: c.namespace, notes: notes, from: before.Now.Add(terms.Notice), terms: terms, headcount: map[string]int32{},
	}
	teams := make([]*v1alpha1.ReviewTeam, 0, len(all))
	for i := range all {
		teams = append(teams, all[i].spec)
		for _, s := range all[i].spec.Spec.Shifts {
			a.headcount[all[i].spec.Name+"/"+string(s.Name)] = s.Headcount
		}
	}
	if a.options, err = resolve.OptionsOf(teams, before, terms); err != nil {
		return nil, err
	}
	a.changes = staffing.ChangesOf(*before, a.options.Soon, a.options.Hire, a.options.Train)
	after := staffing.With(*before, a.options.Soon, a.changes.Best)
	a.change = sheet.Compare(before, &after)
	a.held = staffing.HeldBack(after)
	a.turns = turnsOf(before, a.options, &a.changes)
	a.bill, err = c.billOf(ctx, a.teams(), nil)
	return a, err
}

// teams are those of all that is recommended.
func (a *advice) teams() []string {
	var out []string
	for _, list := range [][]staffing.Remedy{a.changes.Best, a.changes.Shifts, a.changes.Hours, a.changes.Hire, a.changes.Train} {
		for i := range list {
			out = append(out, list[i].Team)
		}
	}
	return out
}

// ways are what may be done in place of the best, those that close an hour for the least first;
// the best itself is none of them.
func (a *advice) ways() []way {
	var out []way
	add := func(name string, remedies []staffing.Remedy, turns []sheet.Turn, together bool) {
		if len(remedies) > 0 {
			out = append(out, way{name, remedies, turns, together})
		}
	}
	sameAs := func(x []staffing.Remedy) bool {
		return len(x) == len(a.changes.Best) && staffing.CostOf(x) == staffing.CostOf(a.changes.Best)
	}
	if !sameAs(a.changes.Shifts) {
		add("shifts alone", a.changes.Shifts, a.turns.shifts, true)
	}
	if !sameAs(a.changes.Hours) {
		add("overtime and people on call alone", a.changes.Hours, a.turns.hours, true)
	}
	if !a.options.HireBeyondPlan {
		add("new people", a.changes.Hire, a.turns.hire, true)
	}
	if !a.options.TrainBeyondPlan {
		add("training, one or the other", a.changes.Train, a.turns.train, false)
	}
	slices.SortStableFunc(out, func(x, y way) int { return int(min(max(x.price()-y.price(), -1), 1)) })
	return out
}

// way is a set of remedies.
type way struct {
	name     string
	remedies []staffing.Remedy
	turns    []sheet.Turn
	together bool
}

// price is the paid time for a thousand hours closed; of those that are one or the other, of the
// first.
func (w *way) price() int64 {
	m := w.remedies
	if !w.together {
		m = m[:1]
	}
	closed := m[0].Before - m[len(m)-1].After
	return sample.MulDiv(int64(staffing.CostOf(m)), 1000, max(int64(closed), 1))
}
