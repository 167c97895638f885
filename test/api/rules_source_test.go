package api

import "strings"

func sourceCases() map[string]ruleCase {
	cases := map[string]ruleCase{
		"Prometheus without a connection": {
			bad:  []edit{unset("spec.prometheus")},
			want: []string{`spec: Invalid value: a source of type Prometheus needs prometheus.url`},
		},
		"ExternalMetrics with a connection": {
			from: 1,
			bad:  []edit{set("spec.prometheus", map[string]any{"url": "https://prometheus.example"})},
			want: []string{`spec: Invalid value: prometheus belongs to a source of type Prometheus only`},
		},
		"Prometheus series without a query": {
			bad:  []edit{unset("spec.series[0].query")},
			want: []string{`spec: Invalid value: every series of a Prometheus source needs a query, and no metric`},
		},
		"Prometheus series with a metric": {
			bad:  []edit{set("spec.series[0].metric", "backlog")},
			want: []string{`spec: Invalid value: every series of a Prometheus source needs a query, and no metric`},
		},
		"Prometheus series without rowLabels": {
			bad: []edit{unset("spec.series[0].rowLabels")},
			want: []string{`spec: Invalid value: every series of a Prometheus source needs rowLabels: ` +
				`without them no row can be told from another`},
		},
		"Prometheus series with empty rowLabels": {
			bad: []edit{set("spec.series[0].rowLabels", []any{})},
			want: []string{`spec: Invalid value: every series of a Prometheus source needs rowLabels: ` +
				`without them no row can be told from another`},
		},
		"external series without a metric": {
			from: 1,
			bad:  []edit{unset("spec.series[0].metric")},
			want: []string{`spec: Invalid value: every series of an ExternalMetrics source needs a metric, and no query`},
		},
		"external series with a query": {
			from: 1,
			bad:  []edit{set("spec.series[0].query", "up")},
			want: []string{`spec: Invalid value: every series of an ExternalMetrics source needs a metric, and no query`},
		},
		"two series of one name": {
			bad: []edit{set("spec.series", []any{
				map[string]any{"name": "a", "query": "a", "type": "Gauge", "rowLabels": []any{"queue"}},
				map[string]any{"name": "a", "query": "b", "type": "Gauge", "rowLabels": []any{"queue"}},
			})},
			want: []string{`spec.series[1]: Duplicate value: {"name":"a"}`},
		},
		"maxAge below the interval": {
			good: []edit{set("spec.interval", "1m"), set("spec.series[0].maxAge", "60s")},
			bad:  []edit{set("spec.interval", "1m"), set("spec.series[0].maxAge", "59s")},
			want: []string{`spec: Invalid value: maxAge of a series must be at least the interval: ` +
				`otherwise its numbers are Stale before they are read again`},
		},
		"interval too short": {
			good: []edit{set("spec.interval", "1s")},
			bad:  []edit{set("spec.interval", "999ms")},
			want: []string{`spec.interval: Invalid value: "999ms": interval must be from 1s to 5m`},
		},
		"interval too long": {
			good: []edit{set("spec.interval", "5m"), set("spec.series[0].maxAge", "1h")},
			bad:  []edit{set("spec.interval", "5m1ms"), set("spec.series[0].maxAge", "1h")},
			want: []string{`spec.interval: Invalid value: "5m1ms": interval must be from 1s to 5m`},
		},
		"timeout too short": {
			good: []edit{set("spec.timeout", "100ms")},
			bad:  []edit{set("spec.timeout", "99ms")},
			want: []string{`spec.timeout: Invalid value: "99ms": timeout must be from 100ms to 1m`},
		},
		"timeout too long": {
			good: []edit{set("spec.timeout", "60s")},
			bad:  []edit{set("spec.timeout", "61s")},
			want: []string{`spec.timeout: Invalid value: "61s": timeout must be from 100ms to 1m`},
		},
		"maxAge too short": {
			good: []edit{set("spec.interval", "1s"), set("spec.series[0].maxAge", "1s")},
			bad:  []edit{set("spec.interval", "1s"), set("spec.series[0].maxAge", "999ms")},
			want: []string{
				`spec.series[0].maxAge: Invalid value: "999ms": maxAge must be from 1s to 1h`,
				`spec: Invalid value: maxAge of a series must be at least the interval: ` +
					`otherwise its numbers are Stale before they are read again`,
			},
		},
		"maxAge too long": {
			good: []edit{set("spec.series[0].maxAge", "60m")},
			bad:  []edit{set("spec.series[0].maxAge", "60m1s")},
			want: []string{`spec.series[0].maxAge: Invalid value: "60m1s": maxAge must be from 1s to 1h`},
		},
		"plain http unannounced": {
			bad: []edit{unset("spec.prometheus.insecureHTTP")},
			want: []string{`spec.prometheus: Invalid value: url must start with https://; ` +
				`set insecureHTTP: true to allow plain http`},
		},
	}
	const notURL = `must be an http or https address without user, query or fragment`
	for name, url := range map[string]string{
		"url with a user": "https://ana:secret@example.org", "url with a query": "https://example.org/?a=b",
		"url with a fragment": "https://example.org/#a", "url of a file": "file:///etc/passwd", "url without a host": "https:///api",
	} {
		cases[name] = ruleCase{
			good: []edit{set("spec.prometheus.url", "https://example.org:9090/prometheus")},
			bad:  []edit{set("spec.prometheus.url", url)},
			want: []string{`spec.prometheus.url: Invalid value: "` + url + `": ` + notURL},
		}
	}
	for name, c := range cases {
		c.kind = "MetricSource"
		cases[name] = c
	}
	return cases
}

func poolCases() map[string]ruleCase {
	cases := map[string]ruleCase{
		"min above max": {
			good: []edit{set("spec.replicas.min", int64(10)), set("spec.replicas.max", int64(10))},
			bad:  []edit{set("spec.replicas.min", int64(11)), set("spec.replicas.max", int64(10))},
			want: []string{`spec.replicas: Invalid value: replicas.min must not be above replicas.max`},
		},
		"a schedule's min above its max": {
			good: []edit{set("spec.schedules[0].min", int64(20))},
			bad:  []edit{set("spec.schedules[0].min", int64(21))},
			want: []string{`spec.schedules[0]: Invalid value: a schedule's min must not be above its max`},
		},
		"a schedule that ends as it starts": {
			good: []edit{set("spec.schedules[0].end", "17:59")},
			bad:  []edit{set("spec.schedules[0].end", "18:00")},
			want: []string{`spec.schedules[0]: Invalid value: a schedule's end must differ from its start; ` +
				`an end earlier than the start means the next day`},
		},
		"startup too long": {
			good: []edit{set("spec.startup.time", "2h")},
			bad:  []edit{set("spec.startup.time", "2h1s")},
			want: []string{`spec.startup.time: Invalid value: "2h1s": startup time must be at most 2h`},
		},
		"stabilization too long": {
			good: []edit{set("spec.scaleDown.stabilization", "6h")},
			bad:  []edit{set("spec.scaleDown.stabilization", "361m")},
			want: []string{`spec.scaleDown.stabilization: Invalid value: "361m": stabilization must be at most 6h`},
		},
		"stabilization in days": {
			good: []edit{set("spec.scaleDown.stabilization", "0s")},
			bad:  []edit{set("spec.scaleDown.stabilization", "14d")},
			want: []string{`spec.scaleDown.stabilization: Invalid value: "14d": must be a duration such as 30s, 15m or 1h30m; ` +
				`the units are h, m, s and ms, so write 14 days as 336h`},
		},
		"a drain too long": {
			good: []edit{set("spec.scaleDown.drain.maxWait", "60m")},
			bad:  []edit{set("spec.scaleDown.drain.maxWait", "61m")},
			want: []string{`spec.scaleDown.drain.maxWait: Invalid value: "61m": maxWait must be at most 1h`},
		},
		"the pod label among the others": {
			good: []edit{set("spec.scaleDown.drain.inFlight.podLabel", "worker")},
			bad:  []edit{set("spec.scaleDown.drain.inFlight.podLabel", "namespace")},
			want: []string{`spec.scaleDown.drain.inFlight: Invalid value: matchLabels must not hold the podLabel: every pod has a row of its own`},
		},
		"a pod series' label without a name": {
			good: []edit{unset("spec.scaleDown.drain.inFlight.matchLabels")},
			bad:  []edit{set("spec.scaleDown.drain.inFlight.matchLabels", map[string]any{"": "live"})},
			want: []string{`spec.scaleDown.drain.inFlight.matchLabels: Invalid value: the name of a label has 1 to 128 characters`},
		},
		"throughput of nothing": {
			good: []edit{set("spec.throughput.itemsPerSecond", "0.001")},
			bad:  []edit{set("spec.throughput.itemsPerSecond", "0.000")},
			want: []string{`spec.throughput.itemsPerSecond: Invalid value: "0.000": ` +
				`must be a number above 0 with at most three decimals, such as 12.5`},
		},
		"a price of nothing": {
			good: []edit{set("spec.cost.perReplicaHour", "0.000001")},
			bad:  []edit{set("spec.cost.perReplicaHour", "0.00")},
			want: []string{`spec.cost.perReplicaHour: Invalid value: "0.00": ` +
				`must be an amount above 0 with at most six decimals, such as 2.40`},
		},
		"a currency's sign": {
			good: []edit{unset("spec.cost.currency")},
			bad:  []edit{set("spec.cost.currency", "€")},
			want: []string{`spec.cost.currency: Invalid value: "€": must be a currency code of three capitals, such as EUR`},
		},
		"a zone of the machine": {
			good: []edit{set("spec.schedules[0].timeZone", "America/Argentina/Buenos_Aires")},
			bad:  []edit{set("spec.schedules[0].timeZone", "Local")},
			want: []string{`spec.schedules[0].timeZone: Invalid value: "Local": ` +
				`must be an IANA time zone such as Europe/Berlin or UTC`},
		},
		"a pool's name too long": {
			good: []edit{set("metadata.name", strings.Repeat("a", 63))},
			bad:  []edit{set("metadata.name", strings.Repeat("a", 64))},
			want: []string{`<nil>: Invalid value: the name of a pool has at most 63 characters, ` +
				`since objects made for it are named after it`},
		},
	}
	for name, c := range cases {
		c.kind = "ClassifierPool"
		cases[name] = c
	}
	return cases
}
