package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // schedules name time zones, also where no tz database is installed

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
)

// manifests are the objects of files that something is tried with.
type manifests struct {
	queues    []v1alpha1.ModerationQueue
	pools     []v1alpha1.ClassifierPool
	teams     []v1alpha1.ReviewTeam
	overrides []v1alpha1.CapacityOverride
	policies  []v1alpha1.ModerationPolicy
	pool      *v1alpha1.ClassifierPool // the chosen one
}

// readManifests reads files, "-" being standard input. Objects of other kinds are
// passed over.
func readManifests(stdin io.Reader, paths []string) (*manifests, error) {
	m := &manifests{}
	for _, path := range paths {
		if path == "-" {
			if err := m.read("standard input", stdin); err != nil {
				return nil, err
			}
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read manifest: %w", err)
		}
		if err := m.read(path, bytes.NewReader(data)); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *manifests) read(name string, r io.Reader) error {
	documents := utilyaml.NewYAMLReader(bufio.NewReader(r))
	for n := 1; ; n++ {
		data, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = m.add(data)
		}
		if err != nil {
			return fmt.Errorf("%s: document %d: %w", name, n, err)
		}
	}
}

// add takes in one document, strictly: a misspelt field is not to be ignored. A list, as kubectl get
// prints it, is its items.
func (m *manifests) add(data []byte) error {
	var kind struct {
		APIVersion string            `json:"apiVersion"`
		Kind       string            `json:"kind"`
		Items      []json.RawMessage `json:"items"`
	}
	if err := yaml.Unmarshal(data, &kind); err != nil {
		return unreadable(err)
	}
	for _, item := range kind.Items {
		if err := m.add(item); err != nil {
			return err
		}
	}
	if kind.APIVersion != v1alpha1.GroupVersion.String() {
		return nil
	}
	if err := m.take(kind.Kind, data); err != nil {
		return fmt.Errorf("%s: %w", kind.Kind, unreadable(err))
	}
	return nil
}

// take takes in an object of a kind; others are passed over.
func (m *manifests) take(kind string, data []byte) (err error) {
	switch kind {
	case "ModerationQueue":
		m.queues, err = appended(m.queues, data)
	case "ClassifierPool":
		m.pools, err = appended(m.pools, data)
	case "ReviewTeam":
		m.teams, err = appended(m.teams, data)
	case "CapacityOverride":
		m.overrides, err = appended(m.overrides, data)
	case "ModerationPolicy":
		m.policies, err = appended(m.policies, data)
	}
	return err
}

// appended is a list with one more object.
func appended[T any](list []T, data []byte) ([]T, error) {
	var x T
	if err := yaml.UnmarshalStrict(data, &x); err != nil {
		return nil, err
	}
	return append(list, x), nil
}

// declared is what the chosen objects say, for each queue.
func (m *manifests) declared() ([]simulate.Declared, error) {
	p := m.pool
	var out []simulate.Declared
	for i := range m.queues {
		if err := complete(&m.queues[i], p); err != nil {
			return nil, err
		}
	}
	if err := resolve.CheckPool(p); err != nil {
		return nil, fmt.Errorf("ClassifierPool %s: %w", p.Name, err)
	}
	if err := checkSurges(m.overrides); err != nil {
		return nil, err
	}
	for i := range m.queues {
		q := &m.queues[i]
		if err := resolve.CheckQueue(q); err != nil {
			return nil, fmt.Errorf("ModerationQueue %s: %w", q.Name, err)
		}
		queue, ok := resolve.Queue(q, unread{})
		if !ok {
			return nil, fmt.Errorf("ModerationQueue %s: spec.classification cannot be read", q.Name)
		}
		d := simulate.Declared{
			Queue: queue, Events: resolve.Expected(q, m.overrides), Min: int(p.Spec.Replicas.Min), Max: int(p.Spec.Replicas.Max),
			Pool: func(now sample.Instant) capacity.Pool { return resolve.Pool(p, resolve.Learned{}, 0, nil, now.Time()) },
		}
		for _, s := range p.Spec.Schedules {
			d.Min, d.Max = min(d.Min, int(s.Min)), max(d.Max, int(s.Max))
		}
		out = append(out, d)
	}
	return out, nil
}

// checkSurges says what is wrong with the surges of files.
func checkSurges(overrides []v1alpha1.CapacityOverride) error {
	for i := range overrides {
		o := &overrides[i]
		if o.Spec.Type != v1alpha1.OverrideSurge {
			continue
		}
		if err := resolve.CheckSurge(o); err != nil {
			return fmt.Errorf("CapacityOverride %s: %w", o.Name, err)
		}
	}
	return nil
}

// subject is what is simulated, in words.
func (m *manifests) subject() string {
	if len(m.queues) == 1 {
		return "queue " + m.queues[0].Name + " on pool " + m.pool.Name
	}
	return fmt.Sprintf("pool %s, shared by %d queues", m.pool.Name, len(m.queues))
}

// choose finds the queues with a machine stage that have traces, and their pool. It
// leaves them in m.
func (m *manifests) choose(f *files) error {
	queues := slices.DeleteFunc(slices.Clone(m.queues), func(q v1alpha1.ModerationQueue) bool { return q.Spec.Classification == nil })
	switch {
	case len(m.queues) == 0:
		return errors.New("the manifests hold no ModerationQueue: add the file of one with -f")
	case len(queues) == 0:
		return fmt.Errorf("ModerationQueue %s has no machine stage: set spec.classification", m.queues[0].Name)
	}
	for i := range queues {
		if j := slices.IndexFunc(queues[:i], func(q v1alpha1.ModerationQueue) bool { return q.Name == queues[i].Name }); j >= 0 {
			return fmt.Errorf("the manifests hold the ModerationQueue %s twice: leave one of them out", queues[i].Name)
		}
	}
	wanted, err := poolFor(queues, f)
	if err != nil {
		return err
	}
	m.queues = slices.DeleteFunc(queues, func(q v1alpha1.ModerationQueue) bool { return poolName(&q) != wanted })
	for i := range m.queues {
		if name := m.queues[i].Name; f.of(name) == "" {
			return fmt.Errorf("the queue %s shares the pool %s and has no trace: add --trace %s=FILE, or leave its manifest out",
				name, wanted, name)
		}
	}
	i := slices.IndexFunc(m.pools, func(p v1alpha1.ClassifierPool) bool { return p.Name == wanted })
	if i < 0 {
		return fmt.Errorf("ModerationQueue %s names the pool %q, which the manifests do not hold: "+
			"add its file with -f, or correct spec.classification.poolRef", m.queues[0].Name, wanted)
	}
	m.pool = &m.pools[i]
	return nil
}

func poolName(q *v1alpha1.ModerationQueue) string { return q.Spec.Classification.PoolRef.Name }

// poolFor is the pool of the queues that traces are given for.
func poolFor(queues []v1alpha1.ModerationQueue, f *files) (string, error) {
	var names, flags []string
	for i := range queues {
		names, flags = append(names, queues[i].Name), append(flags, "--trace "+queues[i].Name+"=FILE")
	}
	if f.only != "" {
		if len(queues) > 1 {
			return "", fmt.Errorf("the manifests hold %d queues (%s), and a trace is the traffic of one: say which is whose, %s",
				len(queues), strings.Join(names, ", "), strings.Join(flags, " "))
		}
		return poolName(&queues[0]), nil
	}
	first := -1
	for _, name := range f.names {
		i := slices.Index(names, name)
		switch {
		case i < 0:
			return "", fmt.Errorf("--trace names the queue %q, and the manifests hold %s: correct the name, or add its file with -f",
				name, strings.Join(names, ", "))
		case first < 0:
			first = i
		case poolName(&queues[i]) != poolName(&queues[first]):
			return "", fmt.Errorf("the queues %s and %s are on different pools (%s, %s): simulate one pool at a time",
				names[first], name, poolName(&queues[first]), poolName(&queues[i]))
		}
	}
	return poolName(&queues[first]), nil
}

// complete says what to add to a queue and pool that cannot be simulated as they are;
// the API server would not have taken most of them.
func complete(q *v1alpha1.ModerationQueue, p *v1alpha1.ClassifierPool) error {
	level, replicas := q.Spec.Classification.ServiceLevel, p.Spec.Replicas
	for _, c := range []struct {
		missing bool
		object  string
		what    string
	}{
		{level.Within == "", "the queue " + q.Name, "promises no time: set spec.classification.serviceLevel.within, such as 30s"},
		{level.Percent == "", "the queue " + q.Name, `promises no percent: set spec.classification.serviceLevel.percent, such as "99"`},
		{p.Spec.Throughput.ItemsPerSecond == "", "the pool " + p.Name,
			"declares no throughput: set spec.throughput.itemsPerSecond to what one ready worker does"},
		{p.Spec.Startup.Time == "", "the pool " + p.Name,
			"declares no startup: set spec.startup.time to what nine of ten new workers take to be ready"},
		{replicas.Max < 1, "the pool " + p.Name, "allows no workers: set spec.replicas.max"},
		{replicas.Min < 0 || replicas.Min > replicas.Max, "the pool " + p.Name,
			"has spec.replicas.min outside 0 to spec.replicas.max: lower it"},
	} {
		if c.missing {
			return errors.New(c.object + " " + c.what)
		}
	}
	if _, err := p.Spec.Startup.Time.Parse(); err != nil {
		return fmt.Errorf("the pool %s: spec.startup.time: %w", p.Name, err)
	}
	if d, err := level.Within.Parse(); err == nil && d < time.Second {
		return fmt.Errorf("the queue %s promises %s: a simulation has steps of 1s, which is the least it can tell", q.Name, level.Within)
	}
	return nil
}

// unread are the rows of a source that nobody reads: the simulation makes the numbers.
type unread struct{}

func (unread) Value(resolve.Row) sample.Sample { return sample.Missing(sample.CauseNotReadYet) }

func (unread) Classes(resolve.Row) map[resolve.Class]sample.Sample { return nil }

func (unread) Split(resolve.Row) resolve.Split { return resolve.Split{} }

func (unread) PerHour(resolve.Row, sample.Span) (sample.Sample, map[resolve.Class]sample.Sample) {
	return sample.Missing(sample.CauseNotReadYet), nil
}

func (unread) Increase(resolve.Row, sample.Span) sample.Sample {
	return sample.Missing(sample.CauseNotReadYet)
}
