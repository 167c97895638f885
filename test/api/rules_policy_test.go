package api

import (
	"fmt"
	"maps"
	"strings"
)

// countries are n different country codes.
func countries(first byte, n int) []any {
	var all []any
	for i := range n {
		all = append(all, fmt.Sprintf("%c%c", first+byte(i/26), 'A'+byte(i%26)))
	}
	return all
}

func override(name string, markets ...any) map[string]any {
	return map[string]any{"name": name, "markets": markets, "reviewAt": "0.5"}
}

// labels are n labels with so many overrides each, the first with some more.
func labels(n, overrides, more int) []any {
	var all []any
	for i := range n {
		var list []any
		for j := range overrides + more {
			list = append(list, override(fmt.Sprintf("o%d", j), countries('A', j+1)[j]))
		}
		more = 0
		all = append(all, map[string]any{
			"name": fmt.Sprintf("l%d", i), "harmDomain": "hate", "reviewAt": "0.5", "overrides": list,
			"score": map[string]any{"model": "hate", "version": "1"},
		})
	}
	return all
}

// cleared are n labels of eight clearances each.
func cleared(n int) []any {
	all := labels(n, 0, 0)
	for i := range all {
		var words []any
		for j := range 8 {
			words = append(words, fmt.Sprintf("c%d", j))
		}
		all[i].(map[string]any)["requires"] = map[string]any{"clearances": words}
	}
	return all
}

func policyCases() map[string]ruleCase {
	const above = `reviewAt must not be above actAt: scores from reviewAt up to actAt go to people`
	cases := map[string]ruleCase{
		"no band": {
			good: []edit{unset("spec.labels[0].actAt"), unset("spec.labels[0].overrides")},
			bad: []edit{
				unset("spec.labels[0].actAt"), unset("spec.labels[0].reviewAt"), unset("spec.labels[0].overrides"),
			},
			want: []string{`spec.labels[0]: Invalid value: a label needs actAt, or reviewAt, or both: ` +
				`without them its scores mean nothing`},
		},
		"reviewAt above actAt": {
			good: []edit{set("spec.labels[0].reviewAt", "0.970")},
			bad:  []edit{set("spec.labels[0].reviewAt", "0.970001"), unset("spec.labels[0].overrides")},
			want: []string{`spec.labels[0]: Invalid value: ` + above},
		},
		"reviewAt of nonsense": {
			good: []edit{set("spec.labels[0].reviewAt", "0")},
			bad:  []edit{set("spec.labels[0].reviewAt", "60%")},
			want: []string{`spec.labels[0].reviewAt: Invalid value: "60%": ` +
				`must be a number from 0 to 1 with at most six decimals, such as 0.97`},
		},
		"actAt above 1": {
			good: []edit{set("spec.labels[0].actAt", "1.0")},
			bad:  []edit{set("spec.labels[0].actAt", "1.01")},
			want: []string{`spec.labels[0].actAt: Invalid value: "1.01": ` +
				`must be a number from 0 to 1 with at most six decimals, such as 0.97`},
		},
		"an override of nothing": {
			good: []edit{unset("spec.labels[0].overrides[0].actAt")},
			bad:  []edit{unset("spec.labels[0].overrides[0].actAt"), unset("spec.labels[0].overrides[0].reviewAt")},
			want: []string{`spec.labels[0].overrides[0]: Invalid value: an override needs actAt, or reviewAt, or both`},
		},
		"reviewAt above actAt in an override": {
			good: []edit{set("spec.labels[0].overrides[0].reviewAt", "0.95")},
			bad:  []edit{set("spec.labels[0].overrides[0].reviewAt", "0.96")},
			want: []string{`spec.labels[0].overrides[0]: Invalid value: ` + above},
		},
		"an override's reviewAt above the label's actAt": {
			good: []edit{unset("spec.labels[0].overrides[0].actAt"), set("spec.labels[0].overrides[0].reviewAt", "0.97")},
			bad:  []edit{unset("spec.labels[0].overrides[0].actAt"), set("spec.labels[0].overrides[0].reviewAt", "0.98")},
			want: []string{`spec.labels[0]: Invalid value: reviewAt of an override must not be above the label's actAt, ` +
				`which holds where the override sets none`},
		},
		"an override's actAt below the label's reviewAt": {
			good: []edit{unset("spec.labels[0].overrides[0].reviewAt"), set("spec.labels[0].overrides[0].actAt", "0.60")},
			bad:  []edit{unset("spec.labels[0].overrides[0].reviewAt"), set("spec.labels[0].overrides[0].actAt", "0.59")},
			want: []string{`spec.labels[0]: Invalid value: actAt of an override must not be below the label's reviewAt, ` +
				`which holds where the override sets none`},
		},
		"more markets than there are": {
			good: []edit{set("spec.labels[0].overrides", []any{
				override("a", countries('A', 125)...), override("b", countries('K', 125)...),
			})},
			bad: []edit{set("spec.labels[0].overrides", []any{
				override("a", countries('A', 125)...), override("b", countries('K', 126)...),
			})},
			want: []string{`spec.labels[0]: Invalid value: the overrides of a label list more than 250 markets together: ` +
				`a market may stand in one override only`},
		},
		"too many overrides": {
			good: []edit{unset("spec.relief"), set("spec.labels", labels(32, 8, 0))},
			bad:  []edit{unset("spec.relief"), set("spec.labels", labels(32, 8, 1))},
			want: []string{`spec: Invalid value: the labels have more than 256 overrides together: ` +
				`markets of the same bands can share one`},
		},
		"too many clearances": {
			good: []edit{unset("spec.relief"), set("spec.labels", cleared(16))},
			bad:  []edit{unset("spec.relief"), set("spec.labels", cleared(17))},
			want: []string{`spec: Invalid value: the labels require more than 128 clearances together: ` +
				`a review stream can require what all of its items need`},
		},
		"an escalation at once": {
			good: []edit{set("spec.labels[0].escalation.within", "1s"), unset("spec.moveUp")},
			bad:  []edit{set("spec.labels[0].escalation.within", "0s"), unset("spec.moveUp")},
			want: []string{`spec.labels[0].escalation.within: Invalid value: "0s": an escalation needs at least 1s`},
		},
		"steps of more markets than there are": {
			good: []edit{set("spec.rollout.steps[0].markets", countries('A', 250))},
			bad:  []edit{set("spec.rollout.steps[0].markets", countries('A', 250)), set("spec.rollout.steps[1].markets", countries('A', 1))},
			want: []string{`spec.rollout: Invalid value: the steps list more than 250 markets together: a step without markets is for all`},
		},
		"a shadow that holds too long": {
			good: []edit{set("spec.rollout.shadow.hold", "72h")},
			bad:  []edit{set("spec.rollout.shadow.hold", "73h")},
			want: []string{`spec.rollout.shadow: Invalid value: hold must not be longer than maxHold`},
		},
		"a step that holds too long": {
			good: []edit{set("spec.rollout.steps[0].hold", "72h")},
			bad:  []edit{set("spec.rollout.steps[0].hold", "73h")},
			want: []string{`spec.rollout.steps[0]: Invalid value: hold must not be longer than maxHold`},
		},
		"a step named shadow": {
			good: []edit{set("spec.rollout.steps[0].name", "shadows")},
			bad:  []edit{set("spec.rollout.steps[0].name", "shadow")},
			want: []string{`spec.rollout.steps[0].name: Invalid value: "shadow": shadow is the name of the first step, which is there by itself`},
		},
		"a cohort too short": {
			good: []edit{set("spec.rollout.metrics.cohort", "1m")},
			bad:  []edit{set("spec.rollout.metrics.cohort", "59s")},
			want: []string{`spec.rollout.metrics.cohort: Invalid value: "59s": cohort must be from 1m to 24h`},
		},
		"a condition of nothing": {
			good: []edit{unset("spec.rollout.conditions[0].atMost")},
			bad:  []edit{unset("spec.rollout.conditions[0].atMost"), unset("spec.rollout.conditions[0].atLeast")},
			want: []string{`spec.rollout.conditions[0]: Invalid value: a condition needs atMost, or atLeast, or both`},
		},
		"a condition's label without a name": {
			good: []edit{set("spec.rollout.conditions[0].matchLabels", map[string]any{"a": "b"})},
			bad:  []edit{set("spec.rollout.conditions[0].matchLabels", map[string]any{"": "b"})},
			want: []string{`spec.rollout.conditions[0].matchLabels: Invalid value: the name of a label has 1 to 128 characters`},
		},
		"items looked at again at once": {
			good: []edit{set("spec.rollout.rereview.within", "1h")},
			bad:  []edit{set("spec.rollout.rereview.within", "59m")},
			want: []string{`spec.rollout.rereview.within: Invalid value: "59m": within must be from 1h to 9999h`},
		},
		"training of nothing": {
			good: []edit{unset("spec.rollout.training.minTrained")},
			bad:  []edit{unset("spec.rollout.training.minTrained"), unset("spec.rollout.training.minutesPerPerson")},
			want: []string{`spec.rollout.training: Invalid value: training needs minutesPerPerson, or minTrained, or both`},
		},
		"a freeze that ends as it starts": {
			good: []edit{set("spec.rollout.freezeWindows[0].end", "15:59")},
			bad:  []edit{set("spec.rollout.freezeWindows[0].end", "16:00")},
			want: []string{`spec.rollout.freezeWindows[0]: Invalid value: a window's end must differ from its start; ` +
				`an end earlier than the start means the next day`},
		},
		"a policy's name too long": {
			good: []edit{set("metadata.name", strings.Repeat("a", 63))},
			bad:  []edit{set("metadata.name", strings.Repeat("a", 64))},
			want: []string{`<nil>: Invalid value: the name of a policy has at most 63 characters, ` +
				`since objects made for it are named after it`},
		},
	}
	maps.Copy(cases, escalationCases())
	for name, c := range cases {
		c.kind = "ModerationPolicy"
		cases[name] = c
	}
	return cases
}
