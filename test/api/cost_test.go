package api

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Budgets of the API server's static estimate, from apiextensions-apiserver
// pkg/apis/apiextensions/validation: StaticEstimatedCostLimit for a rule at its
// largest number of places, StaticEstimatedCRDCostLimit for a CRD.
const (
	ruleBudget = 10_000_000
	crdBudget  = 100_000_000
)

// TestCost keeps every rule, and every CRD, within three quarters of the API server's
// budget, so that another version that estimates a little higher accepts them too. It asks the API server itself: a rule is repeated, tenfold more
// often each time, until the server refuses it and says by which factor.
func TestCost(t *testing.T) {
	for kind, c := range loadCRDs(t) {
		t.Run(kind, func(t *testing.T) {
			costs := estimate(t, c)
			rules := 0
			for _, n := range walk(node{schema: c.schema()}) {
				rules += len(n.schema.XValidations)
			}
			if len(costs) != rules {
				t.Fatalf("%d of %d rules were estimated", len(costs), rules)
			}
			total := 0.0
			for _, r := range costs {
				total += r.cost
				if r.cost > ruleBudget*3/4 {
					t.Errorf("%s costs %.0f, more than three quarters of %d", r.path, r.cost, ruleBudget)
				}
			}
			if total > crdBudget*3/4 {
				t.Errorf("The rules together cost %.0f, more than three quarters of %d", total, crdBudget)
			}
			worst := slices.MaxFunc(costs, func(a, b ruleCost) int { return cmp.Compare(a.cost, b.cost) })
			t.Logf("%d rules: together %.2g of %d, the worst %.2g of %d at %s",
				len(costs), total, crdBudget, worst.cost, ruleBudget, worst.path)
		})
	}
}

type ruleCost struct {
	path string
	cost float64
}

var overBudget = regexp.MustCompile(`^(.*)\.rule: .*estimated rule cost exceeds budget by factor of ([0-9.]+)x`)

// maxLevels is enough for a rule of cost 1 at one place.
const maxLevels = 8

// estimate returns the cost of each rule of a CRD, to about two digits.
func estimate(t *testing.T, c crd) []ruleCost {
	t.Helper()
	found := map[string]float64{}
	repeat, times := "%s", 1.0
	for level := range maxLevels {
		repeat = fmt.Sprintf("[0,1,2,3,4,5,6,7,8,9].all(i%d, %s)", level, repeat)
		times *= 10
		for path, factor := range refusedRules(t, c, repeat) {
			if _, ok := found[path]; !ok {
				found[path] = factor * ruleBudget / times
			}
		}
	}
	var costs []ruleCost
	for path, cost := range found {
		costs = append(costs, ruleCost{path, cost})
	}
	return costs
}

// refusedRules offers the CRD with every rule written into the pattern, and returns
// by which factor each is above the budget.
func refusedRules(t *testing.T, c crd, pattern string) map[string]float64 {
	t.Helper()
	offered := c.DeepCopy()
	rewrite(offered.Spec.Versions[0].Schema.OpenAPIV3Schema, pattern)
	offered.ResourceVersion = ""
	offered.Name = offered.Spec.Names.Plural + "x." + offered.Spec.Group
	offered.Spec.Names = apiextensionsv1.CustomResourceDefinitionNames{
		Plural: offered.Spec.Names.Plural + "x", Kind: offered.Spec.Names.Kind + "x", ListKind: offered.Spec.Names.Kind + "xList",
	}
	refused := map[string]float64{}
	for _, r := range refusals(t, env.Client.Create(context.Background(), offered, client.DryRunAll)) {
		if match := overBudget.FindStringSubmatch(r.String()); match != nil {
			factor, err := strconv.ParseFloat(match[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			refused[match[1]] = factor
		}
	}
	return refused
}

// rewrite writes every rule of the schema into the pattern, and takes away the
// defaults: on those the API server would run the rules.
func rewrite(s *apiextensionsv1.JSONSchemaProps, pattern string) {
	s.Default = nil
	for i := range s.XValidations {
		s.XValidations[i].Rule = fmt.Sprintf(pattern, s.XValidations[i].Rule)
	}
	for name, property := range s.Properties {
		rewrite(&property, pattern)
		s.Properties[name] = property
	}
	if s.Items != nil {
		rewrite(s.Items.Schema, pattern)
	}
	if s.AdditionalProperties != nil {
		rewrite(s.AdditionalProperties.Schema, pattern)
	}
}
