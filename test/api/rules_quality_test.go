package api

// qualityCases are those of a policy's spec.quality.
func qualityCases() map[string]ruleCase {
	cases := map[string]ruleCase{
		"a window without cohorts that count": {
			good: []edit{set("spec.quality.window", "84h")},
			bad:  []edit{set("spec.quality.window", "83h")},
			want: []string{`spec.quality: Invalid value: window must be at least two cohorts and the labelDelay of metrics: ` +
				`younger decisions have no checks that count`},
		},
		"a window too long": {
			good: []edit{set("spec.quality.window", "720h")},
			bad:  []edit{set("spec.quality.window", "721h")},
			want: []string{`spec.quality.window: Invalid value: "721h": window must be from 24h to 720h`},
		},
		"a cohort of checks too short": {
			good: []edit{set("spec.quality.metrics.cohort", "1h")},
			bad:  []edit{set("spec.quality.metrics.cohort", "59m")},
			want: []string{`spec.quality.metrics.cohort: Invalid value: "59m": cohort must be from 1h to 168h`},
		},
		"checks that miss most": {
			good: []edit{set("spec.quality.checks.missed", "0.5")},
			bad:  []edit{set("spec.quality.checks.missed", "0.51")},
			want: []string{`spec.quality.checks.missed: Invalid value: "0.51": missed must be at most 0.5: checks that miss more say nothing`},
		},
		"checks that are mistaken": {
			good: []edit{set("spec.quality.checks.mistaken", "0.2")},
			bad:  []edit{set("spec.quality.checks.mistaken", "0.21")},
			want: []string{`spec.quality.checks.mistaken: Invalid value: "0.21": mistaken must be at most 0.2: ` +
				`ask a second opinion before a decision counts as wrong`},
		},
		"nothing wanted": {
			good: []edit{unset("spec.quality.wanted.allowed"), unset("spec.quality.wanted.actioned")},
			bad: []edit{
				unset("spec.quality.wanted.allowed"), unset("spec.quality.wanted.actioned"), unset("spec.quality.wanted.reviewed"),
			},
			want: []string{`spec.quality.wanted: Invalid value: wanted needs allowed, actioned or reviewed`},
		},
	}
	for name, c := range cases {
		c.kind = "ModerationPolicy"
		cases[name] = c
	}
	return cases
}
