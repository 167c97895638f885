package preview

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/routing"
)

// AnyQueue stands for the queues of a policy where it is not known which of them takes an item.
const AnyQueue = "any"

// Rules are a policy as routers apply it.
type Rules struct {
	policy *v1alpha1.ModerationPolicy
	queues []*v1alpha1.ModerationQueue
	table  *v1.Table
	// Labels as documents carry them, by name.
	Labels []v1.Label
}

// NewRules compiles a policy for the queues that use it. The error says what is wrong with the policy, or why a queue
// would not take it.
func NewRules(p *v1alpha1.ModerationPolicy, queues []*v1alpha1.ModerationQueue) (*Rules, error) {
	if err := checkMarkets(p); err != nil {
		return nil, fmt.Errorf("ModerationPolicy %s: %w", p.Name, err)
	}
	r := &Rules{policy: p, queues: queues}
	bySurface := map[string][]*v1alpha1.ModerationQueue{}
	for _, q := range append(slices.Clone(queues), anyQueue(p.Name)) {
		bySurface[string(q.Spec.Surface)] = append(bySurface[string(q.Spec.Surface)], q)
	}
	var sets []v1.Set
	for _, surface := range sortedKeys(bySurface) {
		set, err := compiled(p, surface, bySurface[surface])
		if err != nil {
			return nil, fmt.Errorf("ModerationPolicy %s: %w", p.Name, err)
		}
		sets = append(sets, set)
	}
	table, err := v1.NewTable(sets...)
	if err != nil {
		return nil, fmt.Errorf("ModerationPolicy %s: %w", p.Name, err)
	}
	d, _ := table.Document(AnyQueue)
	r.table, r.Labels = table, d.Revisions[0].Labels
	return r, nil
}

// anyQueue has all of a policy, and people for all of it.
func anyQueue(policy string) *v1alpha1.ModerationQueue {
	q := &v1alpha1.ModerationQueue{}
	q.Name = AnyQueue
	q.Spec.Surface = "modcap-preview"
	q.Spec.Match = &v1alpha1.QueueMatch{Default: true}
	q.Spec.PolicyRef = &v1alpha1.ObjectReference{Name: policy}
	q.Spec.Reviews = []v1alpha1.ReviewStream{{Name: "all", HarmDomains: []v1alpha1.HarmDomainName{v1.Any}}}
	return q
}

// compiled are the documents of a surface with the policy.
func compiled(p *v1alpha1.ModerationPolicy, surface string, queues []*v1alpha1.ModerationQueue) (v1.Set, error) {
	in := routing.Input{
		Namespace: cmp.Or(p.Namespace, "preview"), Surface: surface, Queues: queues,
		Policies: map[string]*v1alpha1.ModerationPolicy{p.Name: p}, Pools: map[string]bool{},
	}
	for _, q := range queues {
		if c := q.Spec.Classification; c != nil {
			in.Pools[c.PoolRef.Name] = true // whether it is there is not what is asked
		}
	}
	out := routing.Compile(in)
	if err := refused(out); err != nil {
		return v1.Set{}, err
	}
	set := v1.Set{Documents: map[string]*v1.PolicyDocument{}}
	var err error
	if set.Index, err = v1.DecodeIndex(out.Index, ""); err != nil {
		return set, fmt.Errorf("surface %s: %w", surface, err)
	}
	for _, d := range out.Documents {
		doc, err := v1.DecodeDocument(d.Bytes, "")
		if err != nil {
			return set, fmt.Errorf("queue %s: %w", d.Queue, err)
		}
		set.Documents[doc.Hash] = doc
	}
	return set, nil
}

// refused says what keeps a policy out of documents. What concerns people is said elsewhere: teams are not asked here.
func refused(out routing.Output) error {
	var errs []error
	for _, f := range out.Findings {
		left := f.Object.Kind == routing.KindQueue && !out.Queues[f.Object.Name].Current
		if f.Severity == routing.Error && (f.Object.Kind == routing.KindPolicy || left) && len(errs) < mostErrors {
			errs = append(errs, fmt.Errorf("%s: %s %s", f.Field, f.Message, f.Fix))
		}
	}
	return errors.Join(errs...)
}

// decide is the verdict on an item of a queue.
func (r *Rules) decide(queue string, item v1.Item, scores []v1.Score) v1.Verdict {
	return r.table.Decide(queue, item, scores)
}

// queueOf is the queue of items that name it, or the only one there is.
func (r *Rules) queueOf(named string) string {
	switch {
	case named != "":
		return named
	case len(r.queues) == 1:
		return r.queues[0].Name
	}
	return AnyQueue
}

// takes reports whether a queue has items of a market.
func (r *Rules) takes(queue, market string) bool {
	d, ok := r.table.Document(queue)
	return ok && (len(d.Match.Markets) == 0 || d.Match.Default || market == "" || slices.Contains(d.Match.Markets, market))
}

// has reports whether the policy has a queue of that name.
func (r *Rules) has(queue string) bool {
	return slices.ContainsFunc(r.queues, func(q *v1alpha1.ModerationQueue) bool { return q.Name == queue })
}

// label is the label of that name.
func (r *Rules) label(name string) (v1.Label, bool) {
	i := slices.IndexFunc(r.Labels, func(l v1.Label) bool { return l.Name == name })
	if i < 0 {
		return v1.Label{}, false
	}
	return r.Labels[i], true
}

// alone are the rules of one label, as if there were no others; nil where the policy does not have it.
func (r *Rules) alone(label string) (*Rules, error) {
	p := r.policy.DeepCopy()
	p.Spec.Labels = slices.DeleteFunc(p.Spec.Labels, func(l v1alpha1.PolicyLabel) bool { return string(l.Name) != label })
	if len(p.Spec.Labels) == 0 {
		return nil, nil
	}
	return NewRules(p, r.queues)
}

// Rest is what the labels besides one decide of an item: what a platform puts into the label rest of its histograms.
func (r *Rules) Rest(label, market string, labels []string, scores []v1.PPM) v1.Action {
	others := make([]v1.Score, 0, len(labels))
	for i, name := range labels {
		switch {
		case name == label:
			others = append(others, v1.Score{Label: name}) // a score of 0, by which it asks for nothing
		case scores[i] != NoScore:
			others = append(others, v1.Score{Label: name, PPM: scores[i]})
		}
	}
	return r.decide(AnyQueue, v1.Item{Market: market}, others).Action
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
