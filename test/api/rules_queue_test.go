package api

import (
	"fmt"
	"maps"
	"strings"
)

// review is the smallest review stream of items.
func review(name string, domains ...any) map[string]any {
	return map[string]any{
		"name": name, "harmDomains": domains, "handleTime": "60s",
		"serviceLevels": []any{map[string]any{"percent": "90", "within": "15m"}},
		"metrics": map[string]any{
			"sourceRef": map[string]any{"name": "source"}, "matchLabels": map[string]any{"queue": name},
			"arrivals": map[string]any{"series": "arrivals"},
		},
	}
}

// domains are n different harm domains.
func domains(prefix string, n int) []any {
	var all []any
	for i := range n {
		all = append(all, fmt.Sprintf("%s%d", prefix, i))
	}
	return all
}

func share(domain, share string) map[string]any {
	return map[string]any{"language": "pt", "harmDomain": domain, "share": share}
}

// mixes are reviews with mixes of so many classes.
func mixes(sizes ...int) []any {
	var all []any
	for i, n := range sizes {
		name := fmt.Sprintf("r%d", i)
		mix := []any{share(name, "1")}
		for range n - 1 {
			mix = append(mix, share(name, "0"))
		}
		stream := review(name, name)
		stream["mix"] = mix
		all = append(all, stream)
	}
	return all
}

// event is a calendar of one event.
func event(from, to string) edit {
	return set("spec.calendar", []any{map[string]any{"name": "final", "from": from, "to": to, "arrivals": "250"}})
}

func queueCases() map[string]ruleCase {
	cases := streamCases()
	maps.Copy(cases, demandCases())
	for name, c := range map[string]ruleCase{
		"no stage at all": {
			good: []edit{unset("spec.classification"), set("spec.reviews", []any{review("a", "*")})},
			bad:  []edit{unset("spec.classification"), unset("spec.reviews")},
			want: []string{`spec: Invalid value: a queue needs classification, or at least one of reviews, or both`},
		},
		"no classification and no review in the list": {
			good: []edit{set("spec.reviews", []any{})},
			bad:  []edit{unset("spec.classification"), set("spec.reviews", []any{})},
			want: []string{`spec: Invalid value: a queue needs classification, or at least one of reviews, or both`},
		},
		"two reviews that take the rest": {
			good: []edit{set("spec.reviews", []any{review("a", "*"), review("b", "hate")})},
			bad:  []edit{set("spec.reviews", []any{review("a", "*"), review("b", "*", "hate")})},
			want: []string{`spec: Invalid value: only one of reviews may take the rest (harmDomains: ["*"])`},
		},
		"too many harm domains": {
			good: []edit{set("spec.reviews", []any{review("a", domains("a", 32)...), review("b", domains("b", 32)...)})},
			bad:  []edit{set("spec.reviews", []any{review("a", domains("a", 32)...), review("b", domains("b", 33)...)})},
			want: []string{`spec: Invalid value: reviews list more than 64 harmDomains together: ` +
				`a harm domain may stand in one review only`},
		},
		"too many classes in the mixes": {
			good: []edit{set("spec.reviews", mixes(64, 64, 64, 64))},
			bad:  []edit{set("spec.reviews", mixes(64, 64, 64, 64, 1))},
			want: []string{`spec: Invalid value: the mixes of the reviews list more than 256 classes together`},
		},
		"a promise of the machines below a second": {
			good: []edit{set("spec.classification.serviceLevel.within", "1s")},
			bad:  []edit{set("spec.classification.serviceLevel.within", "999ms")},
			want: []string{`spec.classification.serviceLevel.within: Invalid value: "999ms": a promise needs at least 1s`},
		},
		"percent 0": {
			good: []edit{set("spec.classification.serviceLevel.percent", "0.0001")},
			bad:  []edit{set("spec.classification.serviceLevel.percent", "0")},
			want: []string{`spec.classification.serviceLevel.percent: Invalid value: "0": ` +
				`must be a percent above 0 and up to 100, such as 99 or 99.5, without a percent sign`},
		},
		"percent 101": {
			good: []edit{set("spec.classification.serviceLevel.percent", "100")},
			bad:  []edit{set("spec.classification.serviceLevel.percent", "101")},
			want: []string{`spec.classification.serviceLevel.percent: Invalid value: "101": ` +
				`must be a percent above 0 and up to 100, such as 99 or 99.5, without a percent sign`},
		},
		"due without onTime in classification": {
			good: []edit{unset("spec.classification.metrics.due"), unset("spec.classification.metrics.onTime")},
			bad:  []edit{unset("spec.classification.metrics.onTime")},
			want: []string{`spec.classification.metrics: Invalid value: due and onTime are needed together: ` +
				`what is attained is their quotient`},
		},
		"a label without a name": {
			good: []edit{set("spec.classification.metrics.matchLabels", map[string]any{"q": "live"})},
			bad:  []edit{set("spec.classification.metrics.matchLabels", map[string]any{"": "live"})},
			want: []string{`spec.classification.metrics.matchLabels: Invalid value: the name of a label has 1 to 128 characters`},
		},
		"a label of a stream with a long name": {
			good: []edit{set("spec.reviews[0].metrics.matchLabels", map[string]any{strings.Repeat("q", 128): "live"})},
			bad:  []edit{set("spec.reviews[0].metrics.matchLabels", map[string]any{strings.Repeat("q", 129): "live"})},
			want: []string{`spec.reviews[0].metrics.matchLabels: Invalid value: the name of a label has 1 to 128 characters`},
		},
		"a language with an underscore": {
			good: []edit{set("spec.languages", []any{"pt-BR", "zh-Hant"})},
			bad:  []edit{set("spec.languages", []any{"pt_BR", "zh-Hant"})},
			want: []string{`spec.languages[0]: Invalid value: "pt_BR": must be a BCP 47 language tag such as en, pt-BR or zh-Hant`},
		},
		"a country of three letters": {
			good: []edit{set("spec.markets", []any{"BR"})},
			bad:  []edit{set("spec.markets", []any{"BRA"})},
			want: []string{`spec.markets[0]: Invalid value: "BRA": must be a two-letter country code in capitals, such as BR`},
		},
		"a country twice": {
			good: []edit{set("spec.markets", []any{"BR", "MX"})},
			bad:  []edit{set("spec.markets", []any{"BR", "BR"})},
			want: []string{`spec.markets[1]: Duplicate value: "BR"`},
		},
		"an event that ends as it begins": {
			good: []edit{event("2099-12-31T23:59:59Z", "2100-01-01T00:00:00Z")},
			bad:  []edit{event("2100-01-01T01:00:00+01:00", "2100-01-01T00:00:00Z")},
			want: []string{`spec.calendar[0]: Invalid value: an event's to must be after its from`},
		},
		"an event that brings nothing": {
			good: []edit{event("2099-12-31T00:00:00Z", "2100-01-01T00:00:00Z"), set("spec.calendar[0].arrivals", "1")},
			bad:  []edit{event("2099-12-31T00:00:00Z", "2100-01-01T00:00:00Z"), set("spec.calendar[0].arrivals", "0")},
			want: []string{`spec.calendar[0].arrivals: Invalid value: "0": must be a percent from 1 to 10000 with at most one ` +
				`decimal, such as 250, without a percent sign`},
		},
		"a queue's name too long": {
			good: []edit{set("metadata.name", strings.Repeat("a", 63))},
			bad:  []edit{set("metadata.name", strings.Repeat("a", 64))},
			want: []string{`<nil>: Invalid value: the name of a queue has at most 63 characters, ` +
				`since it labels documents and metrics`},
		},
	} {
		cases[name] = c
	}
	for name, c := range cases {
		c.kind = "ModerationQueue"
		cases[name] = c
	}
	return cases
}

// streamCases are about one review stream: the first of the rich queue is of Items,
// the second of Rooms.
func streamCases() map[string]ruleCase {
	return map[string]ruleCase{
		"rooms without roomsPerPerson": {
			bad:  []edit{unset("spec.reviews[1].roomsPerPerson")},
			want: []string{`spec.reviews[1]: Invalid value: work: Rooms needs roomsPerPerson and metrics.concurrent`},
		},
		"rooms that nobody counts": {
			bad:  []edit{unset("spec.reviews[1].metrics.concurrent")},
			want: []string{`spec.reviews[1]: Invalid value: work: Rooms needs roomsPerPerson and metrics.concurrent`},
		},
		"roomsPerPerson of items": {
			bad:  []edit{set("spec.reviews[0].roomsPerPerson", int64(4))},
			want: []string{`spec.reviews[0]: Invalid value: roomsPerPerson is for work: Rooms only`},
		},
		"items without a promise": {
			bad:  []edit{set("spec.reviews[0].serviceLevels", []any{})},
			want: []string{`spec.reviews[0]: Invalid value: work: Items needs at least one of serviceLevels`},
		},
		"items without a handle time": {
			good: []edit{unset("spec.reviews[0].handleTime")},
			bad:  []edit{unset("spec.reviews[0].handleTime"), unset("spec.reviews[0].metrics.handleSeconds")},
			want: []string{`spec.reviews[0]: Invalid value: work: Items needs handleTime, ` +
				`or metrics.handleSeconds with metrics.completed`},
		},
		"items that nobody counts": {
			bad:  []edit{unset("spec.reviews[0].metrics.arrivals")},
			want: []string{`spec.reviews[0]: Invalid value: work: Items needs metrics.arrivals`},
		},
		"handle seconds without decisions": {
			bad: []edit{unset("spec.reviews[0].metrics.completed")},
			want: []string{`spec.reviews[0]: Invalid value: metrics.handleSeconds needs metrics.completed: ` +
				`the handle time is their quotient`},
		},
		"handle time too short": {
			good: []edit{set("spec.reviews[0].handleTime", "1s")},
			bad:  []edit{set("spec.reviews[0].handleTime", "999ms")},
			want: []string{`spec.reviews[0].handleTime: Invalid value: "999ms": handleTime must be from 1s to 8h`},
		},
		"handle time too long": {
			good: []edit{set("spec.reviews[0].handleTime", "8h")},
			bad:  []edit{set("spec.reviews[0].handleTime", "8h1ms")},
			want: []string{`spec.reviews[0].handleTime: Invalid value: "8h1ms": handleTime must be from 1s to 8h`},
		},
		"due without onTime in a stream": {
			bad: []edit{unset("spec.reviews[0].metrics.due")},
			want: []string{`spec.reviews[0].metrics: Invalid value: due and onTime are needed together: ` +
				`what is attained is their quotient`},
		},
		"a promise of people below a second": {
			good: []edit{set("spec.reviews[0].serviceLevels[0].within", "1s")},
			bad:  []edit{set("spec.reviews[0].serviceLevels[0].within", "0s")},
			want: []string{`spec.reviews[0].serviceLevels[0].within: Invalid value: "0s": a promise needs at least 1s`},
		},
		"a promise and a regime in one": {
			good: []edit{set("spec.reviews[0].serviceLevels[0]", map[string]any{"regime": "eu-terrorist-content"})},
			bad:  []edit{set("spec.reviews[0].serviceLevels[0].regime", "eu-terrorist-content")},
			want: []string{`spec.reviews[0].serviceLevels[0]: Invalid value: ` +
				`a service level is either a promise, with percent and within, or the name of a regime`},
		},
		"half a promise": {
			good: []edit{set("spec.reviews[0].serviceLevels[0]", map[string]any{"percent": "90", "within": "10m"})},
			bad:  []edit{set("spec.reviews[0].serviceLevels[0]", map[string]any{"within": "10m"})},
			want: []string{`spec.reviews[0].serviceLevels[0]: Invalid value: ` +
				`a service level is either a promise, with percent and within, or the name of a regime`},
		},
		"a regime that is started on": {
			good: []edit{set("spec.reviews[0].serviceLevels[0]", map[string]any{"regime": "us-take-it-down", "measure": "Decided"})},
			bad:  []edit{set("spec.reviews[0].serviceLevels[0]", map[string]any{"regime": "us-take-it-down", "measure": "Started"})},
			want: []string{`spec.reviews[0].serviceLevels[0]: Invalid value: ` +
				`a regime counts an item when it is decided: leave out measure`},
		},
		"a mix of nine tenths": {
			good: []edit{set("spec.reviews[0].mix", []any{share("hate", "0.3"), share("hate", "0.6"), share("hate", "0.1")})},
			bad:  []edit{set("spec.reviews[0].mix", []any{share("hate", "0.3"), share("hate", "0.6")})},
			want: []string{`spec.reviews[0]: Invalid value: the shares of a mix must add up to 1`},
		},
		"a mix a millionth too large": {
			good: []edit{set("spec.reviews[0].mix", []any{share("hate", "0.000001"), share("hate", "0.999999")})},
			bad:  []edit{set("spec.reviews[0].mix", []any{share("hate", "0.000002"), share("hate", "0.999999")})},
			want: []string{`spec.reviews[0]: Invalid value: the shares of a mix must add up to 1`},
		},
		"a mix with a strange harm domain": {
			good: []edit{set("spec.reviews[0].mix", []any{map[string]any{"language": "pt", "share": "1"}})},
			bad:  []edit{set("spec.reviews[0].mix", []any{share("spam", "1")})},
			want: []string{`spec.reviews[0]: Invalid value: a harmDomain of mix must be one of the stream's harmDomains`},
		},
		"a mix of nonsense": {
			good: []edit{set("spec.reviews[0].mix[0].share", "1.000000")},
			bad:  []edit{set("spec.reviews[0].mix[0].share", "100%")},
			want: []string{`spec.reviews[0].mix[0].share: Invalid value: "100%": ` +
				`must be a number from 0 to 1 with at most six decimals, such as 0.97`},
		},
	}
}
