package api

import "fmt"

// changing are reviews with so many changes of the handle time.
func changing(sizes ...int) []any {
	var all []any
	for i, n := range sizes {
		stream := review(fmt.Sprintf("r%d", i), fmt.Sprintf("d%d", i))
		var changes []any
		for k := range n {
			changes = append(changes, map[string]any{
				"name": fmt.Sprintf("c%d", k), "from": "2099-07-01T18:00:00Z", "percent": "130", "reason": "new policy",
			})
		}
		stream["handleTimeChanges"] = changes
		all = append(all, stream)
	}
	return all
}

// relaxing are steps of relaxation: each its time and what is dropped.
func relaxing(steps ...string) []any {
	var all []any
	for i := 0; i < len(steps); i += 2 {
		all = append(all, map[string]any{"after": steps[i], "drop": steps[i+1]})
	}
	return all
}

// labelled are n reviews, with so many labels each.
func labelled(n, each int) []any {
	var all []any
	for i := range n {
		stream := review(fmt.Sprintf("r%d", i), fmt.Sprintf("d%d", i))
		names := map[string]any{}
		for k := range each {
			names[fmt.Sprintf("l%d", k)] = "live"
		}
		stream["metrics"].(map[string]any)["matchLabels"] = names
		all = append(all, stream)
	}
	return all
}

// demandCases are about the work that the first stream of the rich queue has besides
// its own items. Its requires.tier is 1, its one promise 15m.
func demandCases() map[string]ruleCase {
	const stream = `spec.reviews[0]: Invalid value: `
	rooms := `spec.reviews[1]: Invalid value: reworkShare, qaSample, escalation, handleTimeChanges and relax are for work: Items only`
	either := stream + `escalation needs either its share or metrics.escalated, which counts the items passed on, and not both`
	handle := `: Invalid value: "999ms": handleTime must be from 1s to 8h`
	series := map[string]any{"series": "escalated"}
	return map[string]ruleCase{
		"more changes than a queue may have": {
			good: []edit{set("spec.reviews", changing(4, 4))},
			bad:  []edit{set("spec.reviews", changing(4, 4, 1))},
			want: []string{`spec: Invalid value: the reviews have more than 8 handleTimeChanges together: remove those that are over`},
		},
		"more labels than the reviews may have": {
			good: []edit{set("spec.reviews", labelled(16, 4))},
			bad:  []edit{set("spec.reviews", labelled(13, 5))},
			want: []string{`spec: Invalid value: the metrics of the reviews have more than 64 matchLabels together`},
		},
		"a sample of rooms": {
			bad:  []edit{set("spec.reviews[1].qaSample", map[string]any{"reviewed": "0.1"})},
			want: []string{rooms},
		},
		"rework of rooms": {
			bad:  []edit{set("spec.reviews[1].reworkShare", "0.1")},
			want: []string{rooms},
		},
		"rooms are relaxed": {
			bad:  []edit{set("spec.protected", false), set("spec.reviews[1].relax", relaxing("1m", "market"))},
			want: []string{rooms},
		},
		"protected work is relaxed": {
			good: []edit{set("spec.protected", false), set("spec.reviews[0].relax", relaxing("1m", "market"))},
			bad:  []edit{set("spec.protected", true), set("spec.reviews[0].relax", relaxing("1m", "market"))},
			want: []string{`spec: Invalid value: protected work is never relaxed: remove relax from the reviews, or protected`},
		},
		"the steps of relax fall": {
			good: []edit{set("spec.protected", false), set("spec.reviews[0].relax", relaxing("10m", "surface", "10m", "market"))},
			bad:  []edit{set("spec.protected", false), set("spec.reviews[0].relax", relaxing("10m", "surface", "9m", "market"))},
			want: []string{`spec.reviews[0].relax: Invalid value: the steps of relax must stand in the order of their time: after must not fall`},
		},
		"relaxed at once": {
			good: []edit{set("spec.protected", false), set("spec.reviews[0].relax", relaxing("60s", "surface"))},
			bad:  []edit{set("spec.protected", false), set("spec.reviews[0].relax", relaxing("59s", "surface"))},
			want: []string{`spec.reviews[0].relax[0].after: Invalid value: "59s": after must be at least 1m`},
		},
		"a sample of nothing": {
			good: []edit{set("spec.reviews[0].qaSample", map[string]any{"allowed": "0"})},
			bad:  []edit{set("spec.reviews[0].qaSample", map[string]any{"within": "8h"})},
			want: []string{`spec.reviews[0].qaSample: Invalid value: a qaSample needs allowed, actioned or reviewed`},
		},
		"a sample of more than all": {
			good: []edit{set("spec.reviews[0].qaSample.reviewed", "1")},
			bad:  []edit{set("spec.reviews[0].qaSample.reviewed", "1.01")},
			want: []string{`spec.reviews[0].qaSample.reviewed: Invalid value: "1.01": ` +
				`must be a number from 0 to 1 with at most six decimals, such as 0.97`},
		},
		"a sample of samples": {
			good: []edit{set("spec.reviews[0].requires.role", "QA"), unset("spec.reviews[0].qaSample")},
			bad:  []edit{set("spec.reviews[0].requires.role", "QA")},
			want: []string{stream + `a stream of quality samples (requires.role: QA) has no qaSample of its own`},
		},
		"a look of less than a second": {
			good: []edit{set("spec.reviews[0].qaSample.handleTime", "1s")},
			bad:  []edit{set("spec.reviews[0].qaSample.handleTime", "999ms")},
			want: []string{`spec.reviews[0].qaSample.handleTime` + handle},
		},
		"a look within no time": {
			good: []edit{set("spec.reviews[0].qaSample.within", "1s")},
			bad:  []edit{set("spec.reviews[0].qaSample.within", "0s")},
			want: []string{`spec.reviews[0].qaSample.within: Invalid value: "0s": a qaSample needs at least 1s`},
		},
		"escalated to the same tier": {
			good: []edit{set("spec.reviews[0].requires.tier", int64(2)), set("spec.reviews[0].escalation.tier", int64(3))},
			bad:  []edit{set("spec.reviews[0].requires.tier", int64(2))},
			want: []string{stream + `escalation.tier must be above requires.tier: items are passed on to a higher tier`},
		},
		"escalated by share and by count": {
			good: []edit{unset("spec.reviews[0].escalation.share"), set("spec.reviews[0].metrics.escalated", series)},
			bad:  []edit{set("spec.reviews[0].metrics.escalated", series)},
			want: []string{either},
		},
		"escalated by neither": {
			bad:  []edit{unset("spec.reviews[0].escalation.share")},
			want: []string{either},
		},
		"counted, and not escalated": {
			good: []edit{unset("spec.reviews[0].escalation")},
			bad:  []edit{unset("spec.reviews[0].escalation"), set("spec.reviews[0].metrics.escalated", series)},
			want: []string{either},
		},
		"all are escalated": {
			good: []edit{set("spec.reviews[0].escalation.share", "0.999999")},
			bad:  []edit{set("spec.reviews[0].escalation.share", "1")},
			want: []string{`spec.reviews[0].escalation.share: Invalid value: "1": ` +
				`must be a number above 0 and below 1 with at most six decimals, such as 0.05`},
		},
		"escalated without time": {
			good: []edit{set("spec.reviews[0].escalation.within", "901s")},
			bad:  []edit{set("spec.reviews[0].escalation.within", "15m")},
			want: []string{stream + `escalation.within must be longer than the shortest of serviceLevels: ` +
				`it counts from the item's clock start`},
		},
		"an escalated decision in no time": {
			good: []edit{set("spec.reviews[0].escalation.handleTime", "8h")},
			bad:  []edit{set("spec.reviews[0].escalation.handleTime", "999ms")},
			want: []string{`spec.reviews[0].escalation.handleTime` + handle},
		},
		"nearly everything comes back": {
			good: []edit{set("spec.reviews[0].reworkShare", "0.9")},
			bad:  []edit{set("spec.reviews[0].reworkShare", "0.900001")},
			want: []string{`spec.reviews[0].reworkShare: Invalid value: "0.900001": ` +
				`reworkShare must be at most 0.9: with more, hardly any decision would stand`},
		},
		"less than nothing comes back": {
			bad: []edit{set("spec.reviews[0].reworkShare", "-0.1")},
			want: []string{`spec.reviews[0].reworkShare: Invalid value: "-0.1": ` +
				`must be a number above 0 and below 1 with at most six decimals, such as 0.05`},
		},
		"a change of more than ten times": {
			good: []edit{set("spec.reviews[0].handleTimeChanges[0].percent", "1000")},
			bad:  []edit{set("spec.reviews[0].handleTimeChanges[0].percent", "1000.1")},
			want: []string{`spec.reviews[0].handleTimeChanges[0].percent: Invalid value: "1000.1": ` +
				`a change of the handle time is from 10 to 1000 percent of the one before`},
		},
		"a change that is over at once": {
			good: []edit{set("spec.reviews[0].handleTimeChanges[0].decay", "1h")},
			bad:  []edit{set("spec.reviews[0].handleTimeChanges[0].decay", "59m")},
			want: []string{`spec.reviews[0].handleTimeChanges[0].decay: Invalid value: "59m": decay must be at least 1h`},
		},
	}
}
