package api

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ruleCase is a pair of edits to a rich object: good ones after which the API server
// admits it, and bad ones, to which it answers want, word for word.
type ruleCase struct {
	kind      string // MetricSource stands for ClusterMetricSource too
	from      int    // which of the kind's rich objects
	good, bad []edit
	want      []string
}

// ruleSeen records which rules have refused something: by place, and by message.
type ruleSeen map[string]bool

func ruleKey(kind, path, message string) string {
	return fmt.Sprintf("%s %s: %s", kind, path, message)
}

func (s ruleSeen) record(c crd, kind string, got []refusal) {
	for _, r := range got {
		field := strings.TrimPrefix(r.field, "<nil>")
		for _, n := range walk(node{schema: c.schema()}) {
			if n.path != schemaPath(field) {
				continue
			}
			for _, rule := range n.schema.XValidations {
				if strings.HasSuffix(r.message, rule.Message) {
					s[ruleKey(kind, n.path, rule.Message)], s[rule.Message] = true, true
				}
			}
		}
	}
}

// TestRules shows a passing and a failing case for every rule of every CRD. It fails
// for a rule, at any place of any kind, that no case breaks.
func TestRules(t *testing.T) {
	crds, objects, seen := loadCRDs(t), rich(t), ruleSeen{}
	cases := map[string]ruleCase{}
	for _, table := range []map[string]ruleCase{sourceCases(), poolCases(), queueCases(), policyCases(), qualityCases(), reliefCases(), teamCases(), otherCases()} {
		maps.Copy(cases, table)
	}
	for name, c := range cases {
		for _, kind := range kindsOf(c) {
			t.Run(kind+"/"+name, func(t *testing.T) {
				good := objects[kind][c.from].DeepCopy()
				apply(t, good, c.good...)
				if got := dryRun(t, good); got != nil {
					t.Errorf("The good object is refused: %v", got)
				}
				bad := objects[kind][c.from].DeepCopy()
				apply(t, bad, c.bad...)
				got := dryRun(t, bad)
				if diff := cmp.Diff(c.want, texts(got)); diff != "" {
					t.Errorf("What a planner sees (-want +got):\n%s", diff)
				}
				seen.record(crds[kind], kind, got)
			})
		}
	}
	t.Run("formats", func(t *testing.T) { refuseNonsense(t, crds, objects, seen) })
	t.Run("immutable", func(t *testing.T) { refuseChanges(t, crds, objects, seen) })
	t.Run("status", func(t *testing.T) { refuseStatus(t, crds, objects, seen) })
	t.Run("every rule has a failing case", func(t *testing.T) { checkComplete(t, crds, seen) })
}

// checkComplete wants every rule of a spec broken at its place in its kind, and every
// rule of a status, which the operator alone writes, somewhere.
func checkComplete(t *testing.T, crds map[string]crd, seen ruleSeen) {
	for kind, c := range crds {
		for _, n := range walk(node{schema: c.schema()}) {
			for _, rule := range n.schema.XValidations {
				everywhere := ruleKey(kind, n.path, rule.Message)
				somewhere := strings.HasPrefix(n.path, "status.") && seen[rule.Message]
				if !seen[everywhere] && !somewhere {
					t.Errorf("No case breaks %s", everywhere)
				}
			}
		}
	}
}

// refuseStatus breaks the rules of what every status has.
func refuseStatus(t *testing.T, crds map[string]crd, objects map[string][]*unstructured.Unstructured, seen ruleSeen) {
	const kind = "CapacityOverride"
	const long = "status.conditions[0]: Invalid value: a condition has a type and a reason of at most 64 characters, " +
		"and a message of at most 1024"
	created := objects[kind][0].DeepCopy()
	created.SetNamespace(env.Namespace(t))
	if err := env.Client.Create(context.Background(), created); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		field, good, bad string
		want             []string
	}{
		"message": {"message", strings.Repeat("m", 1024), strings.Repeat("m", 1025), []string{long}},
		"reason":  {"reason", strings.Repeat("R", 64), strings.Repeat("R", 65), []string{long}},
		"type":    {"type", strings.Repeat("T", 64), strings.Repeat("T", 65), []string{long}},
		"lastTransitionTime": {"lastTransitionTime", "2026-12-24T18:00:00Z", "0000-12-24T18:00:00Z", []string{
			"status.conditions[0]: Invalid value: lastTransitionTime must be a time such as 2026-12-24T18:00:00Z",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			update := func(value string) []refusal {
				object := created.DeepCopy()
				apply(t, object, set("status", map[string]any{"conditions": []any{map[string]any{
					"type": "Ready", "status": "True", "reason": "Succeeded", "message": "", "lastTransitionTime": "2026-12-24T18:00:00Z",
				}}}), set("status.conditions[0]."+c.field, value))
				return refusals(t, env.Client.Status().Update(context.Background(), object, client.DryRunAll))
			}
			if got := update(c.good); got != nil {
				t.Errorf("The good status is refused: %v", got)
			}
			got := update(c.bad)
			if diff := cmp.Diff(c.want, texts(got)); diff != "" {
				t.Errorf("What is said (-want +got):\n%s", diff)
			}
			seen.record(crds[kind], kind, got)
		})
	}
}

func kindsOf(c ruleCase) []string {
	if c.kind == "MetricSource" {
		return []string{"MetricSource", "ClusterMetricSource"}
	}
	return []string{c.kind}
}

func texts(all []refusal) []string {
	var lines []string
	for _, r := range all {
		lines = append(lines, r.String())
	}
	return lines
}

// refuseNonsense writes "?" into every string that has a format, and expects one
// sentence for it, from a rule of that very field.
func refuseNonsense(t *testing.T, crds map[string]crd, objects map[string][]*unstructured.Unstructured, seen ruleSeen) {
	for kind, c := range crds {
		for _, n := range specNodes(c)[1:] {
			if n.schema.Type != "string" || len(n.schema.XValidations) == 0 || transitional(n) {
				continue
			}
			object, path, ok := concrete(objects[kind], n.path)
			if !ok {
				t.Errorf("No rich object of %s sets %s", kind, n.path)
				continue
			}
			changed := object.DeepCopy()
			apply(t, changed, set(path, "?"))
			got := dryRun(t, changed)
			if !slices.ContainsFunc(got, func(r refusal) bool { return sameField(r.field, path) }) {
				t.Errorf("%s: nonsense in %s gets %v", kind, path, got)
			}
			for _, r := range got {
				if strings.Contains(r.message, "rule evaluation error") {
					t.Errorf("%s: nonsense in %s makes another rule fail: %v", kind, path, r)
				}
			}
			seen.record(c, kind, got)
		}
	}
}

// transitional reports whether all rules of the place are about a change.
func transitional(n node) bool {
	for _, rule := range n.schema.XValidations {
		if !strings.Contains(rule.Rule, "oldSelf") {
			return false
		}
	}
	return true
}

// refuseChanges creates an object of each kind that has a field which cannot be
// changed, and changes that field.
func refuseChanges(t *testing.T, crds map[string]crd, objects map[string][]*unstructured.Unstructured, seen ruleSeen) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		kind, path string
		value      any
		want       []string
	}{
		"surface": {"ModerationQueue", "spec.surface", "comments", []string{
			`spec.surface: Invalid value: "comments": surface cannot be changed; create another queue for another surface`,
		}},
		"scaleTargetRef": {"ClassifierPool", "spec.scaleTargetRef.name", "other", []string{
			`spec.scaleTargetRef: Invalid value: scaleTargetRef cannot be changed; create another pool for another target`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			object := objects[c.kind][0].DeepCopy()
			object.SetNamespace(env.Namespace(t))
			if err := env.Client.Create(ctx, object); err != nil {
				t.Fatal(err)
			}
			apply(t, object, set("metadata.labels", map[string]any{"changed": "yes"}))
			if err := env.Client.Update(ctx, object); err != nil {
				t.Errorf("Another change is refused: %v", err)
			}
			apply(t, object, set(c.path, c.value))
			got := refusals(t, env.Client.Update(ctx, object))
			if diff := cmp.Diff(c.want, texts(got)); diff != "" {
				t.Errorf("What a planner sees (-want +got):\n%s", diff)
			}
			seen.record(crds[c.kind], c.kind, got)
		})
	}
}
