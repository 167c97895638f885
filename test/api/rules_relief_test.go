package api

import "fmt"

// reliefSteps are steps of each type, by name, with the fields that a type takes.
func reliefStep(name, kind string, fields map[string]any) map[string]any {
	out := map[string]any{"name": name, "type": kind}
	for k, v := range fields {
		out[k] = v
	}
	return out
}

// queuesOf are n names of queues.
func queuesOf(prefix string, n int) (out []any) {
	for i := range n {
		out = append(out, fmt.Sprintf("%s%d", prefix, i))
	}
	return out
}

func deferring(name string, queues ...any) map[string]any {
	return reliefStep(name, "Defer", map[string]any{"queues": queues, "within": "4h"})
}

func raising(name string, labels ...any) map[string]any {
	return reliefStep(name, "RaiseReviewAt", map[string]any{"labels": labels, "raise": "0.05", "leaksPerDay": "20"})
}

// lowLabels are n labels that relief may raise.
func lowLabels(n int) []any {
	all := labels(n, 0, 0)
	for i := range all {
		all[i].(map[string]any)["severity"] = "Low"
	}
	return all
}

func reliefCases() map[string]ruleCase {
	const steps, raise = "spec.relief.steps", "spec.relief.steps[4]"
	widen := reliefStep("w", "Widen", nil)
	relax := func(name, drop string) map[string]any { return reliefStep(name, "Relax", map[string]any{"drop": drop}) }
	cases := map[string]ruleCase{
		"relief for less than 10s": {
			good: []edit{set("spec.relief.minOn", "10s")}, bad: []edit{set("spec.relief.minOn", "9s")},
			want: []string{`spec.relief.minOn: Invalid value: "9s": minOn must be from 10s to 24h`},
		},
		"relief names too many queues": {
			good: []edit{set(steps, []any{deferring("a", queuesOf("a", 8)...), deferring("b", queuesOf("b", 8)...)})},
			bad:  []edit{set(steps, []any{deferring("a", queuesOf("a", 8)...), deferring("b", queuesOf("b", 9)...)})},
			want: []string{`spec.relief: Invalid value: the steps name more than 16 queues together`},
		},
		"relief names too many labels": {
			good: []edit{set("spec.labels", lowLabels(17)), set(steps, []any{raising("a", queuesOf("l", 16)...)})},
			bad:  []edit{set("spec.labels", lowLabels(17)), set(steps, []any{raising("a", queuesOf("l", 16)...), raising("b", "l16")})},
			want: []string{`spec.relief: Invalid value: the steps name more than 16 labels together`},
		},
		"relief defers a queue twice": {
			good: []edit{set(steps, []any{deferring("a", "live-br"), deferring("b", "live-mx")})},
			bad:  []edit{set(steps, []any{deferring("a", "live-br"), deferring("b", "live-br")})},
			want: []string{`spec.relief: Invalid value: a queue stands in two steps: within of one is all the time that it is given`},
		},
		"relief raises a label twice": {
			good: []edit{set("spec.labels", lowLabels(2)), set(steps, []any{raising("a", "l0"), raising("b", "l1")})},
			bad:  []edit{set("spec.labels", lowLabels(2)), set(steps, []any{raising("a", "l0"), raising("b", "l0")})},
			want: []string{`spec.relief: Invalid value: a label stands in two steps: raise of one is all that its reviewAt rises by`},
		},
		"relief gives the same twice": {
			good: []edit{set(steps, []any{widen, relax("a", "market"), relax("b", "surface")})},
			bad:  []edit{set(steps, []any{widen, relax("a", "market"), relax("b", "market")})},
			want: []string{`spec.relief: Invalid value: two steps give the same: Widen and QAFloor may stand once, ` +
				`and Relax once for market and once for surface`},
		},
		"relief relaxes nothing": {
			good: []edit{set("spec.relief.steps[1].drop", "surface")}, bad: []edit{unset("spec.relief.steps[1].drop")},
			want: []string{`spec.relief.steps[1]: Invalid value: drop is needed with Relax, and not allowed with other types`},
		},
		"relief defers without a time": {
			good: []edit{set("spec.relief.steps[2].within", "1m")}, bad: []edit{unset("spec.relief.steps[2].within")},
			want: []string{`spec.relief.steps[2]: Invalid value: queues and within are needed with Defer, and not allowed with other types`},
		},
		"relief defers by less than a minute": {
			good: []edit{set("spec.relief.steps[2].within", "1m")}, bad: []edit{set("spec.relief.steps[2].within", "59s")},
			want: []string{`spec.relief.steps[2].within: Invalid value: "59s": within needs at least 1m`},
		},
		"a share kept of other work": {
			good: []edit{set("spec.relief.steps[3].keep", "0.5")}, bad: []edit{set("spec.relief.steps[0].keep", "0.5")},
			want: []string{`spec.relief.steps[0]: Invalid value: keep is needed with QAFloor, and not allowed with other types`},
		},
		"reviewAt raised without a bound of leaks": {
			good: []edit{set(raise+".leaksPerDay", "0.5")}, bad: []edit{unset(raise + ".leaksPerDay")},
			want: []string{`spec.relief.steps[4]: Invalid value: labels, raise and leaksPerDay are needed with RaiseReviewAt, ` +
				`and not allowed with other types`},
		},
		"relief of a label that is not there": {
			good: []edit{set(raise+".labels", []any{"spam"})}, bad: []edit{set(raise+".labels", []any{"spam", "scam"})},
			want: []string{`spec: Invalid value: a step of relief names a label that the policy does not have`},
		},
		"relief of a label that is not Low": {
			good: []edit{set("spec.labels[1].protected", false)}, bad: []edit{set("spec.labels[1].severity", "Medium")},
			want: []string{`spec: Invalid value: relief raises reviewAt only of labels of severity Low that are not protected`},
		},
		"relief of a label without reviewAt": {
			good: []edit{unset("spec.labels[1].actAt"), unset("spec.labels[1].overrides")},
			bad:  []edit{unset("spec.labels[1].reviewAt"), unset("spec.labels[1].overrides")},
			want: []string{`spec: Invalid value: relief raises reviewAt only of labels that have one`},
		},
		"relief raises up to actAt": {
			good: []edit{unset("spec.labels[1].overrides"), set(raise+".raise", "0.0999")},
			bad:  []edit{unset("spec.labels[1].overrides"), set(raise+".raise", "0.101")},
			want: []string{`spec: Invalid value: relief must not raise reviewAt up to actAt: some of every band stays with people`},
		},
		"relief raises up to actAt of an override": {
			good: []edit{set("spec.labels[1].overrides[0].reviewAt", "0.89")},
			bad:  []edit{set("spec.labels[1].overrides[0].reviewAt", "0.91")},
			want: []string{`spec: Invalid value: relief must not raise reviewAt up to actAt in the markets of an override either`},
		},
	}
	for name, c := range cases {
		c.kind = "ModerationPolicy"
		cases[name] = c
	}
	return cases
}
