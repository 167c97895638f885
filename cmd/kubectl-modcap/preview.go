package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/preview"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/staffing"
)

// previewFlags are those of plan that concern a ModerationPolicy.
type previewFlags struct {
	before     string
	scores     string
	hours      float64
	prometheus scoreServer
	appeals    string
}

func (f *previewFlags) addTo(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.before, "before", "", "file with the ModerationPolicy to compare with; unset, the one in the cluster")
	flags.StringVar(&f.scores, "scores", "",
		`file of joint scores (CSV, a row for each item) to try a ModerationPolicy on; "-" is standard input`)
	flags.Float64Var(&f.hours, "hours", 0, "how many hours the items of --scores took to come; unset, by their column time")
	flags.StringVar(&f.appeals, "appeal-rate", "",
		`share of the items acted on that is appealed, such as "0.03"; unset, appeals are left out`)
	f.prometheus.addTo(c)
}

// trialOf is a policy that is tried.
type trialOf struct {
	change *preview.Change
	said   *preview.Preview
	from   string // where the scores are from
	rate   float64
	// target is the plan's, if people were planned for; left is work that no class of it stands for.
	target   string
	people   *preview.People
	left     []preview.WorkChange
	declared []declaration
	notes    []string
}

// preview tries a policy. Without the name of a target nothing is said of people.
func (f *whatIf) preview(ctx context.Context, s streams, m *manifests, args []string) error {
	zone, err := zoneOf(f.zone)
	if err != nil {
		return err
	}
	if err := f.checkPreview(m); err != nil {
		return err
	}
	var c *cluster
	if f.policy.before == "" || len(args) > 0 {
		if c, err = f.cluster.connect(); err != nil {
			return err
		}
	}
	t, err := f.tryPolicy(ctx, s.In, c, m)
	if err == nil && len(args) > 0 && len(t.change.Labels) > 0 {
		err = f.people(ctx, c, t, m, args[0])
	}
	if err != nil {
		return err
	}
	return f.printPreview(s.Out, t, zone)
}

func (f *whatIf) checkPreview(m *manifests) error {
	p := &f.policy
	switch {
	case len(m.policies) > 1:
		return fmt.Errorf("the files hold the policies %s and %s: try one at a time", m.policies[0].Name, m.policies[1].Name)
	case p.scores == "" && p.prometheus.url == "":
		return errors.New("say which scores to try the policy on: --scores FILE, or --prometheus URL")
	case p.scores != "" && p.prometheus.url != "":
		return errors.New("name --scores or --prometheus, and not both")
	case p.hours < 0 || math.IsNaN(p.hours) || math.IsInf(p.hours, 0):
		return fmt.Errorf("--hours is %g: want more than 0", p.hours)
	}
	return nil
}

// tryPolicy says what the policy of the files would do.
func (f *whatIf) tryPolicy(ctx context.Context, stdin io.Reader, c *cluster, m *manifests) (*trialOf, error) {
	before, err := f.policyBefore(ctx, stdin, c, m.policies[0].Name)
	if err != nil {
		return nil, err
	}
	queues, err := queuesOf(ctx, c, m, m.policies[0].Name)
	if err != nil {
		return nil, err
	}
	t := &trialOf{}
	if t.rate, err = f.policy.appealRate(); err != nil {
		return nil, err
	}
	was, err := preview.NewRules(before, queues)
	if err != nil {
		return nil, fmt.Errorf("before: %w", err)
	}
	is, err := preview.NewRules(&m.policies[0], queues)
	if err != nil {
		return nil, err
	}
	if t.change, err = preview.NewChange(was, is); err != nil || len(t.change.Labels) == 0 {
		return t, err
	}
	if f.policy.scores != "" {
		err = f.policy.countScores(stdin, t)
	} else {
		err = f.policy.prometheus.count(ctx, t)
	}
	return t, err
}

// policyBefore is the policy of a file, or the one in force.
func (f *whatIf) policyBefore(ctx context.Context, stdin io.Reader, c *cluster, name string) (*v1alpha1.ModerationPolicy, error) {
	if f.policy.before == "" {
		var p v1alpha1.ModerationPolicy
		err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &p)
		if apierrors.IsForbidden(err) {
			return nil, fmt.Errorf("you may not read ModerationPolicy %s: %s, or name the one in force with --before", name, c.asked())
		}
		if err != nil {
			return nil, c.sentence(ctx, err, "ModerationPolicy", name, &v1alpha1.ModerationPolicyList{})
		}
		return &p, nil
	}
	m, err := readManifests(stdin, []string{f.policy.before})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.policies, func(p v1alpha1.ModerationPolicy) bool { return p.Name == name })
	switch {
	case i < 0:
		return nil, fmt.Errorf("--before: %s holds no ModerationPolicy %s", f.policy.before, name)
	case slices.ContainsFunc(m.policies[i+1:], func(p v1alpha1.ModerationPolicy) bool { return p.Name == name }):
		return nil, fmt.Errorf("--before: %s holds more than one ModerationPolicy %s: leave one", f.policy.before, name)
	}
	return &m.policies[i], nil
}

// asked is what to have bound.
func (c *cluster) asked() string {
	return "have the ClusterRole modcap-planner or view bound to you in namespace " + c.namespace
}

// queuesOf are the queues that use a policy: those of the files, and those of the cluster of which there is none in the files.
func queuesOf(ctx context.Context, c *cluster, m *manifests, policy string) ([]*v1alpha1.ModerationQueue, error) {
	all := slices.Clone(m.queues)
	for i := range all {
		if err := resolve.CheckQueue(&all[i]); err != nil {
			return nil, fmt.Errorf("ModerationQueue %s: %w", all[i].Name, err)
		}
	}
	if c != nil {
		var list v1alpha1.ModerationQueueList
		if err := c.client.List(ctx, &list, client.InNamespace(c.namespace)); err != nil {
			return nil, fmt.Errorf("list ModerationQueues (%s): %w", c.asked(), err)
		}
		for i := range list.Items {
			if name := list.Items[i].Name; !slices.ContainsFunc(m.queues, func(q v1alpha1.ModerationQueue) bool { return q.Name == name }) {
				all = append(all, list.Items[i])
			}
		}
	}
	var out []*v1alpha1.ModerationQueue
	for i := range all {
		if ref := all[i].Spec.PolicyRef; ref != nil && ref.Name == policy {
			out = append(out, &all[i])
		}
	}
	return out, nil
}

func (f *previewFlags) appealRate() (float64, error) {
	if f.appeals == "" {
		return 0, nil
	}
	ppm, err := v1alpha1.Score(f.appeals).PPM()
	if err != nil {
		return 0, fmt.Errorf("--appeal-rate: %w", err)
	}
	return float64(ppm) / 1e6, nil
}

// countScores counts the change on the items of a file.
func (f *previewFlags) countScores(stdin io.Reader, t *trialOf) error {
	data, name, err := f.read(stdin)
	if err != nil {
		return fmt.Errorf("read scores: %w", err)
	}
	scores, err := preview.ReadScores(data, t.change)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	t.from = name
	last, before, both := scores.Windows()
	switch {
	case f.hours > 0 && scores.Timed:
		return errors.New("--hours is for items without a time, and these have one: leave it out")
	case f.hours > 0:
		last.Hours = f.hours
	case last.Hours == 0:
		t.note("The items have no time, so that these are numbers of the file: say with --hours how long they took to come.")
	case last.Hours < 1:
		last.Hours = 0
		t.note("The items came within less than an hour, from which no rate follows: these are numbers of the file.")
	}
	var was *preview.Tally
	if both {
		was = scores.Count(t.change, before)
	}
	t.said = preview.Of(scores.Count(t.change, last), was)
	t.noteFew(len(scores.Rows))
	if untold := scores.Untold(); len(untold) > 0 {
		t.note("The file does not tell of which model version the scores of %s are: they are taken to be of the policy's.",
			strings.Join(untold, ", "))
	}
	return nil
}

// read is the file of scores, and its name.
func (f *previewFlags) read(stdin io.Reader) (data []byte, name string, err error) {
	if f.scores == "-" {
		data, err = io.ReadAll(stdin)
		return data, "standard input", err
	}
	data, err = os.ReadFile(f.scores)
	return data, f.scores, err
}

func (t *trialOf) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// people plans for them before and after the change.
func (f *whatIf) people(ctx context.Context, c *cluster, t *trialOf, m *manifests, name string) error {
	if !t.said.PerHour {
		return errors.New("how many people it takes needs items an hour: say with --hours how long the items took to come")
	}
	in, err := f.changed(ctx, c, name, m.teams)
	if err != nil {
		return err
	}
	declare(in.after, m.queues)
	d := t.said.Demand(in.after, t.rate)
	t.target, t.left, t.notes = name, d.Left, append(t.notes, in.notes...)
	for _, k := range d.Emptied {
		t.note("More items would leave %s than the plan expects to come: the scores are of another traffic than the plan's.", keyName(k))
	}
	t.declared = declared(t.said, &d.After)
	t.people = preview.Plan(in.before, &d.After)
	return nil
}

// declare puts the changes of handle times that queues of the files declare in the place of those that were.
func declare(in *staffing.Input, queues []v1alpha1.ModerationQueue) {
	in.Classes = slices.Clone(in.Classes)
	for i := range queues {
		for k := range queues[i].Spec.Reviews {
			r := &queues[i].Spec.Reviews[k]
			for j := range in.Classes {
				if c := &in.Classes[j]; c.Key.Queue == queues[i].Name && c.Key.Review == string(r.Name) {
					c.HandleChanges = resolve.HandleChanges(r)
				}
			}
		}
	}
}

// declaration is a declared change of the handle time of a stream.
type declaration struct {
	queue, stream string
	staffing.HandleChange
}

// declared are those of the streams that the change concerns, which begin or fade while the plan lasts.
func declared(said *preview.Preview, in *staffing.Input) []declaration {
	var out []declaration
	for _, w := range said.Work {
		i := slices.IndexFunc(in.Classes, func(c staffing.Class) bool { return c.Key.Queue == w.Queue && c.Key.Review == w.Stream })
		known := slices.ContainsFunc(out, func(d declaration) bool { return d.queue == w.Queue && d.stream == w.Stream })
		if i < 0 || known {
			continue
		}
		for _, h := range in.Classes[i].HandleChanges {
			if preview.Concerns(h, in) {
				out = append(out, declaration{w.Queue, w.Stream, h})
			}
		}
	}
	return out
}

// fewRows is below how many rows it is said what does not show in them.
const fewRows = 1000

// noteFew says what does not show in so few rows: of what is 3 in them by expectation, one is there in nineteen of twenty files.
func (t *trialOf) noteFew(rows int) {
	if rows < fewRows {
		t.note("Little follows from so few rows (%d): a move of less than %s of all items may not show in them.",
			rows, percentage(min(3/float64(rows), 1)))
	}
}
