package api

import "fmt"

// escalating are n labels with an escalation, each with what is given besides.
func escalating(n int, besides map[string]any) []any {
	all := labels(n, 0, 0)
	for i := range all {
		e := map[string]any{"tier": int64(2), "within": "1h"}
		for k, v := range besides {
			e[k] = v
		}
		all[i].(map[string]any)["escalation"] = e
	}
	return all
}

// flagged are n labels of four flags each, and one more of some.
func flagged(n, more int) []any {
	all := escalating(n+1, nil)
	for i := range all {
		var flags []any
		for j := range 4 {
			flags = append(flags, fmt.Sprintf("f%d", j))
		}
		if i == n {
			flags = flags[:more]
		}
		all[i].(map[string]any)["escalation"].(map[string]any)["flags"] = flags
	}
	return all
}

func escalationCases() map[string]ruleCase {
	const (
		then  = "spec.moveUp[0].then"
		steps = `spec.moveUp[0]: Invalid value: after and within of then must rise, ` +
			`and items must move up before the time of their tier is over`
	)
	cases := map[string]ruleCase{
		"straight up below the band": {
			good: []edit{set("spec.labels[0].escalation.scoreAt", "0.60")},
			bad:  []edit{set("spec.labels[0].escalation.scoreAt", "0.59")},
			want: []string{`spec.labels[0]: Invalid value: escalation.scoreAt must not be below reviewAt: lower scores are allowed`},
		},
		"a flag of capitals": {
			good: []edit{set("spec.labels[0].escalation.flags", []any{"a-1"})},
			bad:  []edit{set("spec.labels[0].escalation.flags", []any{"A-1"})},
			want: []string{`spec.labels[0].escalation.flags[0]: Invalid value: "A-1": ` +
				`must be lower-case letters, digits and dashes, starting and ending with a letter or digit`},
		},
		"too many scores": {
			good: []edit{set("spec.labels", escalating(20, map[string]any{"scoreAt": "0.9"})), unset("spec.moveUp"), unset("spec.relief")},
			bad:  []edit{set("spec.labels", escalating(21, map[string]any{"scoreAt": "0.9"})), unset("spec.moveUp"), unset("spec.relief")},
			want: []string{`spec: Invalid value: more than 20 labels have escalation.scoreAt`},
		},
		"too many flags": {
			good: []edit{set("spec.labels", flagged(2, 0)), unset("spec.moveUp"), unset("spec.relief")},
			bad:  []edit{set("spec.labels", flagged(2, 1)), unset("spec.moveUp"), unset("spec.relief")},
			want: []string{`spec: Invalid value: the labels have more than 8 flags together`},
		},
		"up, and not higher": {
			good: []edit{set("spec.labels[0].escalation.tier", int64(2))},
			bad:  []edit{set("spec.labels[0].escalation.tier", int64(3))},
			want: []string{`spec: Invalid value: moveUp.then must begin above the tier of each escalation of its severity`},
		},
		"up when it is late": {
			good: []edit{set("spec.labels[0].escalation.within", "21m")},
			bad:  []edit{set("spec.labels[0].escalation.within", "20m")},
			want: []string{`spec: Invalid value: moveUp.after must be shorter than each escalation.within of its severity: ` +
				`an item that moves up keeps its clock`},
		},
		"up at once": {
			good: []edit{set("spec.moveUp[0].after", "1s")},
			bad:  []edit{set("spec.moveUp[0].after", "0s")},
			want: []string{`spec.moveUp[0].after: Invalid value: "0s": after must be at least 1s`},
		},
		"further tiers that do not rise": {
			good: []edit{set(then+"[1].tier", int64(4))},
			bad:  []edit{set(then+"[1].tier", int64(3))},
			want: []string{`spec.moveUp[0]: Invalid value: tiers of then must rise`},
		},
		"further before the first": {
			good: []edit{set(then+"[0].after", "21m")},
			bad:  []edit{set(then+"[0].after", "20m")},
			want: []string{`spec.moveUp[0]: Invalid value: the ages from which items move up must rise: then[0].after must be longer than after`},
		},
		"further when it is late": {
			good: []edit{set(then+"[1].within", "121m")},
			bad:  []edit{set(then+"[1].within", "90m")},
			want: []string{
				`spec.moveUp[0].then[1]: Invalid value: after must be shorter than within: an item that moves up keeps its clock`, steps,
			},
		},
		"a last step that comes too late": {
			good: []edit{set(then+"[1].after", "119m")},
			bad:  []edit{set(then+"[1].after", "120m")},
			want: []string{steps},
		},
	}
	for name, c := range cases {
		c.kind = "ModerationPolicy"
		cases[name] = c
	}
	return cases
}
