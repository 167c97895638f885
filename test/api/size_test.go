package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// maxObjectBytes is the limit of the design for the largest valid object, spec and
// status together, in ASCII and without what the API server adds. A character may
// take up to six bytes of JSON; etcd's own limit is 1.5 MiB.
const maxObjectBytes = 256 << 10

// TestLargestObjects builds the largest valid object of each kind, shows that the
// API server admits its spec and its status, and measures it.
func TestLargestObjects(t *testing.T) {
	crds := loadCRDs(t)
	for kind, object := range largest(t, crds) {
		t.Run(kind, func(t *testing.T) {
			if object.GetNamespace() != "" {
				object.SetNamespace(env.Namespace(t))
			}
			bytes := len(mustJSON(t, object.Object))
			t.Logf("%d bytes: spec %d, status %d", bytes, len(mustJSON(t, object.Object["spec"])), len(mustJSON(t, object.Object["status"])))
			if bytes >= maxObjectBytes {
				t.Errorf("The largest object has %d bytes, want fewer than %d", bytes, maxObjectBytes)
			}
			created := object.DeepCopy()
			if err := env.Client.Create(context.Background(), created); err != nil {
				t.Fatalf("The spec is refused: %.2000v", err)
			}
			t.Cleanup(func() {
				if err := env.Client.Delete(context.Background(), created); client.IgnoreNotFound(err) != nil {
					t.Error(err)
				}
			})
			created.Object["status"] = object.Object["status"]
			if err := env.Client.Status().Update(context.Background(), created); err != nil {
				t.Fatalf("The status is refused: %.2000v", err)
			}
			if err := decode(t, created); err != nil {
				t.Error(err)
			}
		})
	}
}

func mustJSON(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// largest fills every spec and status to the bounds of its schema, and then lays the
// spec out as its rules want it.
func largest(t *testing.T, crds map[string]crd) map[string]*unstructured.Unstructured {
	t.Helper()
	all := map[string]*unstructured.Unstructured{}
	for kind, c := range crds {
		schema := c.schema()
		spec, status := schema.Properties["spec"], schema.Properties["status"]
		filled := large().fill(&status).(map[string]any)
		shortenConditions(filled)
		object := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": c.Spec.Group + "/" + c.Spec.Versions[0].Name, "kind": kind,
			"metadata": map[string]any{"name": strings.Repeat("n", 63)},
			"spec":     large().fill(&spec), "status": filled,
		}}
		if c.Spec.Scope == "Namespaced" {
			object.SetNamespace("default")
		}
		lay := layouts()[kind]
		if lay == nil {
			t.Fatalf("Nothing lays out a %s", kind)
		}
		lay(object.Object["spec"].(map[string]any))
		all[kind] = object
	}
	return all
}

// shortenConditions keeps the rule that is stricter than the schema of metav1.Condition.
func shortenConditions(status map[string]any) {
	for i, item := range status["conditions"].([]any) {
		condition := item.(map[string]any)
		condition["type"], condition["reason"] = fmt.Sprintf("T%063d", i), strings.Repeat("R", 64)
		condition["message"] = strings.Repeat("m", 1024)
	}
}

// layouts turn a filled spec into the largest valid one.
func layouts() map[string]func(map[string]any) {
	return map[string]func(map[string]any){
		"CapacityOverride": func(spec map[string]any) {
			for _, other := range []string{"poolRef", "replicas", "rework", "priority", "rollout", "policyRefs"} {
				delete(spec, other) // a curve is larger
			}
			spec["type"], spec["from"], spec["until"] = "Surge", "2026-12-24T17:00:00.123456789+01:00", "2026-12-31T17:00:00.123456789+01:00"
			surge := spec["surge"].(map[string]any)
			delete(surge, "arrivals")
			for i, item := range surge["curve"].([]any) {
				point := item.(map[string]any)
				point["from"], point["arrivals"] = fmt.Sprintf("2026-12-%02dT%02d:00:00.123456789+01:00", 25+i/24, i%24), "00123.5"
			}
		},
		"ClassifierPool": func(spec map[string]any) {
			spec["throughput"].(map[string]any)["itemsPerSecond"] = "12345678.123"
			spec["cost"] = map[string]any{"perReplicaHour": "123456789.123456", "currency": "EUR"}
			spec["startup"].(map[string]any)["time"] = "00001h00001m00001s00001ms"
			layScaleDown(spec["scaleDown"].(map[string]any))
			for i, item := range spec["schedules"].([]any) {
				schedule := item.(map[string]any)
				schedule["start"], schedule["end"], schedule["days"] = "08:00", "16:00", everyDay()
				schedule["name"] = word(63, i)
				schedule["timeZone"] = strings.Repeat("Z", 64)
			}
		},
		"ClusterMetricSource": laySource,
		"MetricSource":        laySource,
		"ModerationPolicy":    layPolicy,
		"ModerationQueue":     layQueue,
		"ReviewTeam":          layTeam,
		"StaffingTarget": func(spec map[string]any) {
			spec["horizon"], spec["interval"] = "00023h00059m00059s00999ms", "30m"
			for _, name := range []string{"queueSelector", "teamSelector"} {
				selector := spec[name].(map[string]any)
				labels := map[string]any{}
				for i := range 16 {
					labels[longLabel(248)+fmt.Sprintf("%063d", i)[5:]] = strings.Repeat("v", 63)
				}
				selector["matchLabels"] = labels
				for _, item := range selector["matchExpressions"].([]any) {
					requirement := item.(map[string]any)
					requirement["key"], requirement["operator"] = longLabel(253)+strings.Repeat("y", 58), "NotIn"
				}
			}
		},
	}
}

func layScaleDown(s map[string]any) {
	s["stabilization"] = "00001h00001m00001s00001ms"
	drain := s["drain"].(map[string]any)
	drain["maxWait"] = "00000h00059m00059s00999ms"
	series := drain["inFlight"].(map[string]any)
	series["series"], series["podLabel"] = word(63, 0), word(128, 9)
	layRow(series)
	delete(series["matchLabels"].(map[string]any), word(128, 7))
}

func laySource(spec map[string]any) {
	const most = "00000h00001m00000s00000ms"
	spec["type"], spec["interval"], spec["timeout"] = "Prometheus", most, most
	spec["prometheus"].(map[string]any)["url"] = "https://" + strings.Repeat("p", 504)
	for i, item := range spec["series"].([]any) {
		series := item.(map[string]any)
		delete(series, "metric")
		series["name"], series["maxAge"] = word(63, i), most
	}
}

func layPolicy(spec map[string]any) {
	layRollout(spec["rollout"].(map[string]any))
	layQuality(spec["quality"].(map[string]any))
	spec["moveUp"] = movesUp()
	layRelief(spec["relief"].(map[string]any))
	for i, item := range spec["labels"].([]any) {
		label := item.(map[string]any)
		label["name"], label["harmDomain"] = word(63, i), word(63, i)
		label["severity"] = "Critical"
		if i < 16 { // relief names them
			label["severity"], label["protected"] = "Low", false
		}
		label["requires"] = map[string]any{"clearances": []any{word(63, 0), word(63, 1)}}
		label["actAt"], label["reviewAt"] = "0.999999", "0.900000"
		label["qaSample"] = map[string]any{"allowed": "0.000001", "actioned": "0.000001", "reviewed": "0.000001"}
		layEscalation(label["escalation"].(map[string]any), i)
		overrides, codes := label["overrides"].([]any)[:256/64], countries('A', 250)
		label["overrides"] = overrides
		for j, item := range overrides {
			override := item.(map[string]any)
			from, to := j*250/len(overrides), (j+1)*250/len(overrides)
			override["markets"] = codes[from:to]
			override["name"] = word(63, j)
			override["actAt"], override["reviewAt"] = "0.999999", "0.900000"
		}
	}
}

func layQuality(q map[string]any) {
	q["window"] = "00168h00000m00000s00000ms"
	q["checks"] = map[string]any{"missed": "0.050000", "mistaken": "0.001000"}
	metrics, wanted := q["metrics"].(map[string]any), q["wanted"].(map[string]any)
	metrics["cohort"], metrics["labelDelay"] = "00024h00001m00001s00001ms", "00036h00001m00001s00001ms"
	metrics["sourceRef"].(map[string]any)["kind"] = "ClusterMetricSource"
	wanted["allowed"], wanted["actioned"], wanted["reviewed"] = "0.002000", "0.010000", "0.020000"
}

// layEscalation is that of the i-th label: 20 have a score, and 8 flags are of all of them.
func layEscalation(e map[string]any, i int) {
	e["within"], e["scoreAt"] = "00001h00001m00001s00001ms", "0.999999"
	e["flags"] = []any{word(31, 0), word(31, 1), word(31, 2), word(31, 3)}
	e["tier"] = int64(2)
	if i >= 20 {
		delete(e, "scoreAt")
	}
	if i >= 2 {
		delete(e, "flags")
	}
}

// movesUp are the time-outs of each severity.
func movesUp() (all []any) {
	for _, severity := range []string{"Low", "Medium", "High", "Critical"} {
		all = append(all, map[string]any{"severity": severity, "after": "00000h001m", "then": []any{
			map[string]any{"tier": int64(3), "after": "00000h002m", "within": "00000h004m"},
			map[string]any{"tier": int64(4), "after": "00000h003m", "within": "00000h005m"},
		}})
	}
	return all
}

func layRollout(r map[string]any) {
	const long = "00001h00001m00001s00001ms"
	r["shadow"] = map[string]any{"hold": long, "maxHold": long, "count": int64(100000), "sample": "0.000001"}
	r["margins"] = map[string]any{"leakage": "12345678.123", "overkill": "12345678.123"}
	for i, item := range r["steps"].([]any) {
		step := item.(map[string]any)
		step["name"], step["percent"], step["hold"], step["maxHold"] = word(63, i), "99.9999", long, long
		step["markets"] = countries('A', 250)[i*250/16 : (i+1)*250/16]
		for j := range step["surfaces"].([]any) {
			step["surfaces"].([]any)[j] = word(63, j)
		}
	}
	metrics := r["metrics"].(map[string]any)
	metrics["cohort"], metrics["labelDelay"] = long, long
	metrics["sourceRef"].(map[string]any)["kind"] = "ClusterMetricSource"
	r["training"].(map[string]any)["minTrained"] = "99.9999"
	r["rereview"].(map[string]any)["within"] = long
	for i, item := range r["conditions"].([]any) {
		one := item.(map[string]any)
		layRow(one)
		one["name"], one["series"], one["atMost"], one["atLeast"] = word(63, i), word(63, i), "12345678.123", "12345678.123"
	}
	for i, item := range r["freezeWindows"].([]any) {
		window := item.(map[string]any)
		window["name"], window["timeZone"], window["days"] = word(63, i), strings.Repeat("Z", 64), everyDay()
		window["start"], window["end"] = "08:00", "16:00"
	}
}

// layRelief is steps of the two types that name most: 8 queues and 8 labels of 4 steps each would be as many
// as 16 of one.
func layRelief(r map[string]any) {
	const long = "00001h00001m00001s00001ms"
	r["minOn"] = long
	r["metrics"].(map[string]any)["sourceRef"].(map[string]any)["kind"] = "ClusterMetricSource"
	for i, item := range r["steps"].([]any) {
		step := item.(map[string]any)
		step["name"] = word(63, i)
		delete(step, "drop")
		delete(step, "keep")
		names := []any{word(63, 4*(i/2)), word(63, 4*(i/2)+1), word(63, 4*(i/2)+2), word(63, 4*(i/2)+3)}
		if i%2 == 0 {
			step["type"], step["within"], step["queues"] = "Defer", long, names
			for _, other := range []string{"labels", "raise", "leaksPerDay"} {
				delete(step, other)
			}
			continue
		}
		step["type"], step["labels"], step["raise"], step["leaksPerDay"] = "RaiseReviewAt", names, "0.000001", "12345678.123"
		delete(step, "queues")
		delete(step, "within")
	}
}

func layQueue(spec map[string]any) {
	spec["markets"], spec["languages"] = countries('A', 250), languages()
	delete(spec, "protected") // or nothing could be relaxed
	classification := spec["classification"].(map[string]any)
	classification["workPerItem"] = "12345678.123"
	layPromise(classification["serviceLevel"].(map[string]any))
	layRow(classification["metrics"].(map[string]any))
	for i, item := range spec["calendar"].([]any) {
		event := item.(map[string]any)
		event["name"], event["arrivals"] = word(40, i), "09999.9"
		event["from"], event["to"] = "2026-12-24T17:00:00+01:00", "2026-12-24T18:00:00+01:00"
	}
	reviews := spec["reviews"].([]any)
	for i, item := range reviews {
		stream := item.(map[string]any)
		if i >= 2 { // eight of all streams together
			delete(stream, "handleTimeChanges")
		}
		delete(stream, "roomsPerPerson")
		stream["name"], stream["work"] = word(63, i), "Items"
		domains := stream["harmDomains"].([]any)[:64/len(reviews)]
		stream["harmDomains"] = domains
		stream["handleTime"], stream["decisionsPerItem"] = "00001h00001m00001s00001ms", "12345678.123"
		for _, level := range stream["serviceLevels"].([]any) {
			delete(level.(map[string]any), "percent") // the name of a regime is longer than a promise
			delete(level.(map[string]any), "within")
			level.(map[string]any)["regime"] = word(40, i)
		}
		mix := stream["mix"].([]any)[:256/len(reviews)]
		stream["mix"] = mix
		for j, item := range mix {
			class := item.(map[string]any)
			class["language"], class["harmDomain"] = languages()[j%64], domains[j%len(domains)]
			class["share"] = "0.000000"
		}
		mix[0].(map[string]any)["share"] = "1.000000"
		layRow(stream["metrics"].(map[string]any))
		stream["metrics"].(map[string]any)["matchLabels"] = matchLabels(64 / len(reviews))
		layDemand(stream)
	}
}

// layDemand is what a stream has besides its own items: its escalation is counted, and
// has no share.
func layDemand(stream map[string]any) {
	const long = "00001h00001m00001s00001ms"
	stream["reworkShare"] = "0.900000"
	stream["requires"].(map[string]any)["tier"], stream["requires"].(map[string]any)["role"] = int64(1), "Appeals"
	qa := stream["qaSample"].(map[string]any)
	qa["allowed"], qa["actioned"], qa["reviewed"] = "0.999999", "0.999999", "0.999999"
	qa["handleTime"], qa["within"] = long, long
	stream["relax"] = relaxing(long, "market", long, "surface")
	escalation := stream["escalation"].(map[string]any)
	delete(escalation, "share")
	escalation["within"], escalation["handleTime"] = "99999h99999h99999h99999h", long
	changes, _ := stream["handleTimeChanges"].([]any)
	for _, item := range changes {
		change := item.(map[string]any)
		change["from"], change["percent"], change["decay"] = "2026-12-24T17:00:00+01:00", "01000.0", "99999h99999h99999h99999h"
	}
}

func layPromise(level map[string]any) {
	level["percent"], level["within"] = "99.9999", "99999h99999h99999h99999ms"
}

func layRow(metrics map[string]any) {
	metrics["sourceRef"].(map[string]any)["kind"] = "ClusterMetricSource"
	metrics["matchLabels"] = matchLabels(8)
}

func matchLabels(n int) map[string]any {
	all := map[string]any{}
	for i := range n {
		all[word(128, i)] = strings.Repeat("v", 128)
	}
	return all
}

func layTeam(spec map[string]any) {
	delete(spec, "scheduleRef") // shifts are larger
	spec["roles"] = []any{"Review", "QA", "Appeals"}
	layRow(spec["metrics"].(map[string]any))
	spec["maxOccupancy"] = "99.9999"
	spec["shrinkage"] = map[string]any{"planned": "99.9999", "unplanned": "99.9999"}
	spec["timeZone"] = strings.Repeat("Z", 64)
	spec["skills"].(map[string]any)["languages"], spec["skills"].(map[string]any)["markets"] = languages(), countries('A', 250)
	for _, item := range spec["shifts"].([]any) {
		shift := item.(map[string]any)
		shift["start"], shift["end"], shift["from"], shift["until"] = "08:00", "16:00", "2026-01-01", "2026-12-31"
		shift["days"], shift["duty"] = everyDay(), "Work"
	}
	for _, item := range spec["calendar"].([]any) {
		entry := item.(map[string]any)
		entry["from"], entry["to"], entry["training"] = "2026-01-01", "2026-12-31", "00001h00001m00001s00001ms"
	}
	spec["onCall"] = map[string]any{"callTime": "00001h00001m00001s00001ms"}
	for _, item := range spec["exposure"].([]any) {
		limit := item.(map[string]any)
		for _, name := range []string{"perPersonPerDay", "continuous", "break"} {
			limit[name] = "00001h00001m00001s00001ms"
		}
	}
	for i, item := range spec["trained"].([]any) {
		one := item.(map[string]any)
		one["policy"], one["revision"], one["percent"] = word(63, i), word(64, i), "99.9999"
	}
	for _, item := range spec["cohorts"].([]any) {
		cohort := item.(map[string]any)
		cohort["start"] = "2026-01-01"
		for i, item := range cohort["ramp"].([]any) {
			step := item.(map[string]any)
			step["afterWeeks"], step["percent"] = int64(i), "99.9999"
		}
	}
}

func everyDay() []any { return []any{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} }

// word returns a word of n characters, different for each i.
func word(n, i int) string { return fmt.Sprintf("w%0*d", n-1, i) }

// languages are 64 different tags of 35 characters.
func languages() []any {
	var all []any
	for i := range 64 {
		all = append(all, fmt.Sprintf("de-aaaaaaaa-bbbbbbbb-cccccccc-%05d", i))
	}
	return all
}
