package api

import "strings"

func ramp(steps ...any) []any {
	var all []any
	for i := 0; i < len(steps); i += 2 {
		all = append(all, map[string]any{"afterWeeks": steps[i], "percent": steps[i+1]})
	}
	return all
}

func teamCases() map[string]ruleCase {
	const noDay = `must be a day of the calendar such as 2026-12-24`
	cases := map[string]ruleCase{
		"a shift that ends as it starts": {
			good: []edit{set("spec.shifts[0].end", "08:59")},
			bad:  []edit{set("spec.shifts[0].end", "09:00")},
			want: []string{`spec.shifts[0]: Invalid value: a shift's end must differ from its start; ` +
				`an end earlier than the start means the next day`},
		},
		"a shift whose from is after its until": {
			good: []edit{set("spec.shifts[0].from", "2026-12-31")},
			bad:  []edit{set("spec.shifts[0].from", "2027-01-01")},
			want: []string{`spec.shifts[0]: Invalid value: a shift's from must not be after its until`},
		},
		"shifts and a schedule": {
			bad:  []edit{set("spec.scheduleRef", map[string]any{"name": "roster"})},
			want: []string{`spec: Invalid value: a team needs shifts or scheduleRef, and not both`},
		},
		"neither shifts nor a schedule": {
			bad:  []edit{unset("spec.shifts")},
			want: []string{`spec: Invalid value: a team needs shifts or scheduleRef, and not both`},
		},
		"a label of metrics without a name": {
			good: []edit{unset("spec.metrics.handling")},
			bad:  []edit{set("spec.metrics.matchLabels", map[string]any{"": "lisbon"})},
			want: []string{`spec.metrics.matchLabels: Invalid value: the name of a label has 1 to 128 characters`},
		},
		"a time with seconds": {
			good: []edit{set("spec.shifts[0].start", "00:00")},
			bad:  []edit{set("spec.shifts[0].start", "09:00:00")},
			want: []string{`spec.shifts[0].start: Invalid value: "09:00:00": must be a time of day from 00:00 to 23:59`},
		},
		"24:00": {
			good: []edit{set("spec.shifts[0].start", "23:59")},
			bad:  []edit{set("spec.shifts[0].start", "24:00")},
			want: []string{`spec.shifts[0].start: Invalid value: "24:00": must be a time of day from 00:00 to 23:59`},
		},
		"a day that the calendar does not have": {
			good: []edit{set("spec.calendar[0].from", "2024-02-29")},
			bad:  []edit{set("spec.calendar[0].from", "2026-02-29")},
			want: []string{`spec.calendar[0].from: Invalid value: "2026-02-29": ` + noDay},
		},
		"an entry of the calendar backwards": {
			good: []edit{set("spec.calendar[0].to", "2026-12-31")},
			bad:  []edit{set("spec.calendar[0].to", "2026-12-30")},
			want: []string{`spec.calendar[0]: Invalid value: a calendar entry's from must not be after its to`},
		},
		"an entry of the calendar that changes nothing": {
			good: []edit{unset("spec.calendar[0].training"), set("spec.calendar[0].headcountDelta", int64(1))},
			bad:  []edit{unset("spec.calendar[0].training"), set("spec.calendar[0].headcountDelta", int64(0))},
			want: []string{`spec.calendar[0]: Invalid value: a calendar entry needs a headcountDelta that is not 0, or training`},
		},
		"an entry of the calendar without training": {
			good: []edit{unset("spec.calendar[0].headcountDelta")},
			bad:  []edit{unset("spec.calendar[0].headcountDelta"), unset("spec.calendar[0].training")},
			want: []string{`spec.calendar[0]: Invalid value: a calendar entry needs a headcountDelta that is not 0, or training`},
		},
		"training that is longer than a day": {
			good: []edit{set("spec.calendar[0].training", "24h")},
			bad:  []edit{set("spec.calendar[0].training", "25h")},
			want: []string{`spec.calendar[0].training: Invalid value: "25h": training must be from 1m to 24h`},
		},
		"a shift on call that nobody knows how to call": {
			good: []edit{unset("spec.onCall"), set("spec.shifts[1].duty", "Work")},
			bad:  []edit{unset("spec.onCall")},
			want: []string{`spec: Invalid value: a shift on call needs onCall.callTime: how long after the call its people work`},
		},
		"people who are called too late": {
			good: []edit{set("spec.onCall.callTime", "1440m")},
			bad:  []edit{set("spec.onCall.callTime", "59s")},
			want: []string{`spec.onCall.callTime: Invalid value: "59s": callTime must be from 1m to 24h`},
		},
		"a stretch without a break": {
			good: []edit{unset("spec.exposure[0].break"), unset("spec.exposure[0].continuous")},
			bad:  []edit{unset("spec.exposure[0].break")},
			want: []string{`spec.exposure[0]: Invalid value: continuous and break belong together: so long at a time, then so long something else`},
		},
		"a limit of exposure that limits nothing": {
			good: []edit{unset("spec.exposure[0].perPersonPerDay")},
			bad:  []edit{unset("spec.exposure[0].perPersonPerDay"), unset("spec.exposure[0].break"), unset("spec.exposure[0].continuous")},
			want: []string{`spec.exposure[0]: Invalid value: an exposure limit needs perPersonPerDay, or continuous and break, or all three`},
		},
		"a stretch and a break too short": {
			bad: []edit{set("spec.exposure[0].continuous", "59s"), set("spec.exposure[0].break", "59s")},
			want: []string{`spec.exposure[0].break: Invalid value: "59s": break must be from 1m to 24h`,
				`spec.exposure[0].continuous: Invalid value: "59s": continuous must be from 1m to 24h`},
		},
		"more exposure than a day has hours": {
			good: []edit{set("spec.exposure[0].perPersonPerDay", "24h")},
			bad:  []edit{set("spec.exposure[0].perPersonPerDay", "24h1ms")},
			want: []string{`spec.exposure[0].perPersonPerDay: Invalid value: "24h1ms": perPersonPerDay must be from 1m to 24h`},
		},
		"a ramp that falls": {
			good: []edit{set("spec.cohorts[0].ramp", ramp(int64(8), "100", int64(0), "9.5", int64(4), "60"))},
			bad:  []edit{set("spec.cohorts[0].ramp", ramp(int64(8), "9.5", int64(4), "60"))},
			want: []string{`spec.cohorts[0]: Invalid value: a ramp must not fall: people do not get slower by learning`},
		},
		"a ramp of nonsense": {
			bad: []edit{set("spec.cohorts[0].ramp", ramp(int64(0), "half", int64(8), "100"))},
			want: []string{`spec.cohorts[0].ramp[0].percent: Invalid value: "half": ` +
				`must be a percent above 0 and up to 100, such as 99 or 99.5, without a percent sign`},
		},
		"more new people than people": {
			good: []edit{set("spec.cohorts[0].headcount", int64(20))},
			bad:  []edit{set("spec.cohorts[0].headcount", int64(21))},
			want: []string{`spec: Invalid value: cohorts are people of the shifts: ` +
				`together they cannot be more than the shifts' headcount`},
		},
		"shrinkage of everything": {
			good: []edit{set("spec.shrinkage.planned", "99.9999")},
			bad:  []edit{set("spec.shrinkage.planned", "100")},
			want: []string{`spec.shrinkage.planned: Invalid value: "100": ` +
				`must be a percent from 0 to below 100, such as 20 or 12.5, without a percent sign`},
		},
		"an occupancy above 100": {
			good: []edit{set("spec.maxOccupancy", "100.0000")},
			bad:  []edit{set("spec.maxOccupancy", "100.0001")},
			want: []string{`spec.maxOccupancy: Invalid value: "100.0001": ` +
				`must be a percent above 0 and up to 100, such as 99 or 99.5, without a percent sign`},
		},
	}
	for name, c := range cases {
		c.kind = "ReviewTeam"
		cases[name] = c
	}
	return cases
}

func otherCases() map[string]ruleCase {
	cases := targetCases()
	const needsReplicas = `spec: Invalid value: replicas is needed with Floor and Ceiling, and not allowed with others`
	for name, c := range map[string]ruleCase{
		"a floor of nothing": {
			good: []edit{set("spec.replicas", int64(0))},
			bad:  []edit{unset("spec.replicas")},
			want: []string{needsReplicas},
		},
		"a pause with replicas": {
			from: 1,
			bad:  []edit{set("spec.replicas", int64(0))},
			want: []string{needsReplicas},
		},
		"a pause of items": {
			from: 1,
			bad:  []edit{set("spec.rework", map[string]any{"queueRef": map[string]any{"name": "live"}, "review": "hate", "items": int64(1)})},
			want: []string{`spec: Invalid value: rework is needed with type: Rework, and not allowed with others`},
		},
		"a pause of no pool": {
			from: 1,
			bad:  []edit{unset("spec.poolRef")},
			want: []string{`spec: Invalid value: poolRef is needed with Pause, Floor and Ceiling, and not allowed with others`},
		},
		"items of a pool": {
			from: 2,
			bad:  []edit{set("spec.poolRef", map[string]any{"name": "pool"})},
			want: []string{`spec: Invalid value: poolRef is needed with Pause, Floor and Ceiling, and not allowed with others`},
		},
		"more done than there is": {
			from: 2,
			good: []edit{set("spec.rework.done", int64(400))},
			bad:  []edit{set("spec.rework.done", int64(401))},
			want: []string{`spec.rework: Invalid value: done cannot be more than items`},
		},
		"a decision about a pool": {
			from: 6,
			bad:  []edit{unset("spec.rollout"), set("spec.poolRef", map[string]any{"name": "pool"})},
			want: []string{
				`spec: Invalid value: poolRef is needed with Pause, Floor and Ceiling, and not allowed with others`,
				`spec: Invalid value: rollout is needed with type: RolloutDecision, and not allowed with others`,
			},
		},
		"an approval of no step": {
			from: 6,
			good: []edit{set("spec.rollout.action", "Abort"), unset("spec.rollout.step")},
			bad:  []edit{unset("spec.rollout.step")},
			want: []string{`spec.rollout: Invalid value: step is needed with action: Approve, and not allowed with others`},
		},
		"a freeze of a pool": {
			from: 7,
			good: []edit{unset("spec.policyRefs")},
			bad:  []edit{set("spec.poolRef", map[string]any{"name": "pool"})},
			want: []string{`spec: Invalid value: poolRef is needed with Pause, Floor and Ceiling, and not allowed with others`},
		},
		"a pause of a policy": {
			from: 1,
			bad:  []edit{set("spec.policyRefs", []any{map[string]any{"name": "community"}})},
			want: []string{`spec: Invalid value: policyRefs is for type: Freeze only; without it a freeze is of all policies of the namespace`},
		},
		"an override that ends as it begins": {
			good: []edit{set("spec.from", "2099-12-31T23:59:59.5Z")},
			bad:  []edit{set("spec.from", "2100-01-01T01:00:00+01:00")},
			want: []string{`spec: Invalid value: from must be before until`},
		},
	} {
		c.kind = "CapacityOverride"
		cases[name] = c
	}
	for name, c := range surgeCases() {
		c.kind = "CapacityOverride"
		cases[name] = c
	}
	return cases
}

// points are those of a curve.
func points(steps ...string) (all []any) {
	for i := 0; i < len(steps); i += 2 {
		all = append(all, map[string]any{"from": steps[i], "arrivals": steps[i+1]})
	}
	return all
}

func surgeCases() map[string]ruleCase {
	const (
		surge, curve, priority = 3, 4, 5
		bounds                 = `arrivals of a surge are from 10 to 10000 percent of what would arrive otherwise`
		rise                   = `spec.surge.curve: Invalid value: the points of a curve must rise in time`
		within                 = `spec: Invalid value: the points of a curve lie between the override's from and its until`
		level                  = `spec.surge: Invalid value: a surge needs arrivals or a curve, and not both`
		queues                 = `spec: Invalid value: queueRefs is needed with Surge and Priority, and not allowed with others: name at least one queue`
	)
	return map[string]ruleCase{
		"a surge of nothing": {
			from: surge, good: []edit{set("spec.surge.arrivals", "10")}, bad: []edit{unset("spec.surge")},
			want: []string{`spec: Invalid value: surge is needed with type: Surge, and not allowed with others`},
		},
		"a priority of nothing": {
			from: priority, good: []edit{set("spec.priority", int64(0))}, bad: []edit{unset("spec.priority")},
			want: []string{`spec: Invalid value: priority is needed with type: Priority, and not allowed with others`},
		},
		"a surge of no queue":    {from: surge, good: []edit{set("spec.queueRefs", []any{map[string]any{"name": "live"}})}, bad: []edit{unset("spec.queueRefs")}, want: []string{queues}},
		"a pause of a queue":     {from: 1, bad: []edit{set("spec.queueRefs", []any{map[string]any{"name": "live"}})}, want: []string{queues}},
		"a surge of no arrivals": {from: surge, bad: []edit{unset("spec.surge.arrivals")}, want: []string{level}},
		"arrivals and a curve":   {from: curve, bad: []edit{set("spec.surge.arrivals", "200")}, want: []string{level}},
		"a surge too small": {
			from: surge, good: []edit{set("spec.surge.arrivals", "10000")}, bad: []edit{set("spec.surge.arrivals", "9.9")},
			want: []string{`spec.surge.arrivals: Invalid value: "9.9": ` + bounds},
		},
		"a point too small": {
			from: curve, bad: []edit{set("spec.surge.curve[1].arrivals", "1")},
			want: []string{`spec.surge.curve[1].arrivals: Invalid value: "1": ` + bounds},
		},
		"a curve that goes back": {
			from: curve, good: []edit{set("spec.surge.curve", points("2099-01-01T00:00:00Z", "150", "2099-01-01T03:00:00+02:00", "90"))},
			bad:  []edit{set("spec.surge.curve", points("2099-01-01T02:00:00Z", "150", "2099-01-01T03:00:00+02:00", "90"))},
			want: []string{rise},
		},
		"a curve that stands": {
			from: curve, bad: []edit{set("spec.surge.curve", points("2099-01-01T02:00:00Z", "150", "2099-01-01T03:00:00+01:00", "90"))},
			want: []string{rise},
		},
		"a curve before from": {from: curve, bad: []edit{set("spec.from", "2099-01-01T01:00:01Z")}, want: []string{within}},
		"a curve after until": {from: curve, good: []edit{unset("spec.from")}, bad: []edit{set("spec.until", "2099-01-01T02:00:00Z")}, want: []string{within}},
	}
}

func targetCases() map[string]ruleCase {
	const (
		needsValues = `Invalid value: values are needed with In and NotIn, and not allowed with Exists and DoesNotExist`
		labelName   = `Invalid value: matchLabels: a name must be one that Kubernetes allows for labels, such as team or example.com/team`
		labelKey    = `must be a name that Kubernetes allows for labels, such as team or example.com/team`
		labelValue  = `must be a value that Kubernetes allows for labels: at most 63 letters, digits, dashes, dots and underscores`
	)
	cases := map[string]ruleCase{
		"a horizon too short": {
			good: []edit{set("spec.horizon", "60m")},
			bad:  []edit{set("spec.horizon", "59m59s")},
			want: []string{`spec.horizon: Invalid value: "59m59s": horizon must be from 1h to 672h`},
		},
		"a horizon too long": {
			good: []edit{set("spec.horizon", "1440m")},
			bad:  []edit{set("spec.horizon", "673h")},
			want: []string{`spec.horizon: Invalid value: "673h": horizon must be from 1h to 672h`},
		},
		"a strange interval": {
			good: []edit{set("spec.interval", "60m")},
			bad:  []edit{set("spec.interval", "45m")},
			want: []string{`spec.interval: Invalid value: "45m": interval must be 15m, 30m or 1h`},
		},
		"a target's name too long": {
			good: []edit{set("metadata.name", strings.Repeat("a", 63))},
			bad:  []edit{set("metadata.name", strings.Repeat("a", 64))},
			want: []string{`<nil>: Invalid value: the name of a target has at most 63 characters, ` +
				`since objects made for it are named after it`},
		},
	}
	for _, selector := range []struct{ path, what string }{
		{"spec.queueSelector", "queue"}, {"spec.teamSelector", "team"},
	} {
		p := selector.path
		empty := p + `: Invalid value: ` + selector.what + `Selector must not be empty: an empty selector would take every ` + selector.what
		for name, c := range map[string]ruleCase{
			"empty": {
				good: []edit{unset(p + ".matchLabels")},
				bad:  []edit{unset(p + ".matchLabels"), unset(p + ".matchExpressions")},
				want: []string{empty},
			},
			"with empty parts": {
				good: []edit{set(p+".matchExpressions", []any{})},
				bad:  []edit{set(p+".matchLabels", map[string]any{}), set(p+".matchExpressions", []any{})},
				want: []string{empty},
			},
			"In nothing": {
				bad:  []edit{set(p+".matchExpressions[0].values", []any{})},
				want: []string{p + `.matchExpressions[0]: ` + needsValues},
			},
			"Exists with values": {
				good: []edit{set(p+".matchExpressions[0].operator", "Exists"), unset(p + ".matchExpressions[0].values")},
				bad:  []edit{set(p+".matchExpressions[0].operator", "Exists")},
				want: []string{p + `.matchExpressions[0]: ` + needsValues},
			},
			"a label that cannot be": {
				good: []edit{set(p+".matchLabels", map[string]any{"example.com/plan": "apac"})},
				bad:  []edit{set(p+".matchLabels", map[string]any{"a b": "apac"})},
				want: []string{p + `: ` + labelName},
			},
			"a label too long": {
				good: []edit{set(p+".matchLabels", map[string]any{longLabel(253): "apac"})},
				bad:  []edit{set(p+".matchLabels", map[string]any{longLabel(254): "apac"})},
				want: []string{p + `: ` + labelName},
			},
			"a value that cannot be": {
				good: []edit{set(p+".matchLabels.plan", "A.b_c")},
				bad:  []edit{set(p+".matchLabels.plan", "a b")},
				want: []string{p + `.matchLabels[plan]: Invalid value: "a b": ` + labelValue},
			},
			"a key that cannot be": {
				good: []edit{set(p+".matchExpressions[0].key", "example.com/surface")},
				bad:  []edit{set(p+".matchExpressions[0].key", "surface/")},
				want: []string{p + `.matchExpressions[0].key: Invalid value: "surface/": ` + labelKey},
			},
		} {
			cases[p+": "+name] = c
		}
	}
	for name, c := range cases {
		c.kind = "StaffingTarget"
		cases[name] = c
	}
	return cases
}

// longLabel is the name of a label with a prefix of n characters.
func longLabel(n int) string {
	prefix := strings.Repeat(strings.Repeat("a", 61)+".", 5)
	return prefix[:n-1] + "a/plan"
}
