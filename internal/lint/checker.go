package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
)

// checker is the state of one Check: the objects by name, and what was found.
type checker struct {
	in       Input
	severity map[string]string
	policies map[string]*v1alpha1.ModerationPolicy
	pools    map[string]*v1alpha1.ClassifierPool
	queues   map[string]*v1alpha1.ModerationQueue
	sources  map[Object]*v1alpha1.MetricSourceSpec
	// usedBy are the queues of a policy, and of a pool, by name.
	usedBy map[Object][]*v1alpha1.ModerationQueue
	// broken are the policies that get into no document, refused those that the API server would not take.
	broken, refused map[string]bool
	people          people
	out             []Finding
}

func newChecker(in Input) *checker {
	c := &checker{
		in: in, severity: severities(), policies: map[string]*v1alpha1.ModerationPolicy{}, pools: map[string]*v1alpha1.ClassifierPool{},
		queues: map[string]*v1alpha1.ModerationQueue{}, sources: map[Object]*v1alpha1.MetricSourceSpec{},
		usedBy: map[Object][]*v1alpha1.ModerationQueue{}, broken: map[string]bool{}, refused: map[string]bool{},
	}
	c.in.Queues = named(c, KindQueue, in.Queues)
	c.in.Policies = named(c, KindPolicy, in.Policies)
	c.in.Pools = named(c, KindPool, in.Pools)
	c.in.Teams = named(c, KindTeam, in.Teams)
	c.in.Targets = named(c, KindTarget, in.Targets)
	c.in.Sources = named(c, KindSource, in.Sources)
	c.in.ClusterSources = named(c, KindClusterSource, in.ClusterSources)
	c.in.Overrides = named(c, KindOverride, in.Overrides)
	for _, p := range c.in.Policies {
		c.policies[p.Name] = p
	}
	for _, p := range c.in.Pools {
		c.pools[p.Name] = p
	}
	for _, s := range c.in.Sources {
		c.sources[Object{KindSource, s.Name}] = &s.Spec
	}
	for _, s := range c.in.ClusterSources {
		c.sources[Object{KindClusterSource, s.Name}] = &s.Spec
	}
	for _, q := range c.in.Queues {
		c.queues[q.Name] = q
		if p := q.Spec.PolicyRef; p != nil {
			c.use(Object{KindPolicy, p.Name}, q)
		}
		if m := q.Spec.Classification; m != nil {
			c.use(Object{KindPool, m.PoolRef.Name}, q)
		}
	}
	return c
}

func (c *checker) use(o Object, q *v1alpha1.ModerationQueue) { c.usedBy[o] = append(c.usedBy[o], q) }

// named are the objects of a kind by name. Of several of one name the last counts, as if each were applied.
func named[T interface{ GetName() string }](c *checker, kind string, in []T) []T {
	sorted := slices.Clone(in)
	slices.SortStableFunc(sorted, func(a, b T) int { return strings.Compare(a.GetName(), b.GetName()) })
	var out []T
	for _, x := range sorted {
		if last := len(out) - 1; last >= 0 && out[last].GetName() == x.GetName() {
			c.add(&Finding{
				Code: CodeDeclaredTwice, Object: Object{kind, x.GetName()},
				Message: fmt.Sprintf("There are two of the kind %s and the name %s; the one that is applied last holds.", kind, x.GetName()),
				Fix:     "Leave one of them, or give one another name.",
			})
			out[last] = x
			continue
		}
		out = append(out, x)
	}
	return out
}

func (c *checker) run() {
	for _, f := range c.in.Refused {
		f.Code = cmp.Or(f.Code, CodeRefused)
		c.add(&f)
		if f.Object.Kind == KindPolicy {
			c.broken[f.Object.Name], c.refused[f.Object.Name] = true, true
		}
	}
	for _, check := range []func(){
		c.checkQueues, c.checkPolicies, c.checkPools, c.checkSources, c.checkOverrides, c.checkTeams, c.checkTargets, c.checkPeople,
	} {
		check()
	}
}

// knows reports whether an object of a kind that is not here does not exist.
func (c *checker) knows(kind string) bool { return !c.in.Unread[kind] }

// most is how many bytes a message or a fix of a status has at most.
const most = 512

func (c *checker) add(f *Finding) {
	if f.Severity == "" {
		f.Severity = c.severity[f.Code]
	}
	f.Message, f.Fix = clip(f.Message), clip(f.Fix)
	c.out = append(c.out, *f)
}

func clip(s string) string {
	if len(s) <= most {
		return s
	}
	s = s[:most-3]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "..."
}

// invalid adds what a check of package resolve says of a spec: the field, a colon, and what is wrong.
func (c *checker) invalid(o Object, err error) {
	if err == nil {
		return
	}
	field, message, ok := strings.Cut(err.Error(), ": ")
	if !ok || strings.ContainsAny(field, " \"") {
		field, message = "spec", err.Error()
	}
	c.add(&Finding{
		Code: CodeInvalidSpec, Object: o, Field: field, Message: sentence(message),
		Fix: "Correct the field; the page of the kind says what it takes.",
	})
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s = strings.ReplaceAll(s, "\n", "; "); s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

// listed joins words for a sentence, the first few of many.
func listed(words []string) string {
	const few = 5
	if len(words) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:few], ", "), len(words)-few)
	}
	return strings.Join(words, ", ")
}

// text is a list of words of the API as strings.
func text[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

func objects(kind string, names ...string) []Object {
	out := make([]Object, len(names))
	for i, n := range names {
		out[i] = Object{kind, n}
	}
	return out
}

func stamp(t metav1.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
