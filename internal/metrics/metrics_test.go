package metrics

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/modcap/modcap/internal/report"
)

// fields are the metrics of m by the name of their field.
func fields(t *testing.T, m *Metrics) map[string]prometheus.Collector {
	t.Helper()
	out := map[string]prometheus.Collector{}
	v := reflect.ValueOf(m).Elem()
	for i := range v.NumField() {
		c, ok := v.Field(i).Interface().(prometheus.Collector)
		if !ok || v.Field(i).IsNil() {
			t.Fatalf("%s is no metric", v.Type().Field(i).Name)
		}
		out[v.Type().Field(i).Name] = c
	}
	return out
}

var description = regexp.MustCompile(`^Desc{fqName: "(.*)", help: "([^"]*)".*, constLabels: {}, variableLabels: {(.*)}}$`)

// specOf reads what a metric says of itself.
func specOf(t *testing.T, c prometheus.Collector) Spec {
	t.Helper()
	descs := make(chan *prometheus.Desc, 1)
	c.Describe(descs)
	text := (<-descs).String()
	parts := description.FindStringSubmatch(text)
	if parts == nil {
		t.Fatalf("%s cannot be read", text)
	}
	kind := "gauge"
	if _, ok := c.(*prometheus.CounterVec); ok {
		kind = "counter"
	}
	return Spec{Name: parts[1], Help: parts[2], Type: kind, Labels: strings.Split(parts[3], ",")}
}

func TestSpecsAreWhatIsRegistered(t *testing.T) {
	want := map[string]Spec{}
	for _, s := range Specs() {
		if _, twice := want[s.Name]; twice {
			t.Errorf("%s is listed twice", s.Name)
		}
		want[s.Name] = s
	}
	got := map[string]Spec{}
	for _, c := range fields(t, New(prometheus.NewPedanticRegistry())) {
		s := specOf(t, c)
		got[s.Name] = s
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("metrics (-listed +registered):\n%s", d)
	}
}

func TestNames(t *testing.T) {
	name := regexp.MustCompile(`^modcap_(pool|queue|policy|staffing|relief|source|routing|status|override)_[a-z]+(_[a-z]+)*$`)
	// Labels are names of objects and constants; of policies, so many of the worst rows of what users count.
	known := []string{
		"namespace", "pool", "queue", "target", "policy", "source", "override", "surface", "series",
		"stage", "cause", "verdict", "binding", "direction", "result", "document", "kind", "urgency", "type", "figure", "percent",
		"phase", "label", "market", "language", "by", "revision", "bound", "state",
	}
	for _, s := range Specs() {
		if !name.MatchString(s.Name) || strings.HasSuffix(s.Name, "_total") != (s.Type == "counter") {
			t.Errorf("%s is no name for a %s", s.Name, s.Type)
		}
		if !strings.HasSuffix(s.Help, ".") {
			t.Errorf("the help of %s is no sentence: %s", s.Name, s.Help)
		}
		for _, l := range s.Labels {
			if !slices.Contains(known, l) {
				t.Errorf("%s has the label %s: is it bounded?", s.Name, l)
			}
		}
	}
}

// everything gives each metric a series of the object, and one of another.
func everything(t *testing.T, m *Metrics) {
	t.Helper()
	for _, c := range fields(t, m) {
		for _, object := range []string{"gone", "stays"} {
			labels := prometheus.Labels{}
			for _, l := range specOf(t, c).Labels {
				labels[l] = "some"
				if slices.Contains([]string{"pool", "queue", "policy", "target", "source", "override"}, l) {
					labels[l] = object
				}
			}
			switch v := c.(type) {
			case *prometheus.GaugeVec:
				v.With(labels).Set(1)
			case *prometheus.CounterVec:
				v.With(labels).Inc()
			}
		}
	}
}

func TestLint(t *testing.T) {
	r := prometheus.NewPedanticRegistry()
	everything(t, New(r))
	families, err := r.Gather()
	if err != nil || len(families) != len(Specs()) {
		t.Fatalf("%d of %d metrics, %v", len(families), len(Specs()), err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v: %+v", err, problems)
	}
}

// seriesOf counts the series of each metric that has any of the object.
func seriesOf(t *testing.T, r prometheus.Gatherer, object string) map[string]int {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetValue() == object {
					out[f.GetName()]++
					break
				}
			}
		}
	}
	return out
}

func TestForget(t *testing.T) {
	for label, forget := range map[string]func(*Metrics, string, string){
		"pool": (*Metrics).ForgetPool, "queue": (*Metrics).ForgetQueue, "policy": (*Metrics).ForgetPolicy, "source": (*Metrics).ForgetSource, "target": (*Metrics).ForgetTarget, "override": (*Metrics).ForgetOverride,
	} {
		t.Run(label, func(t *testing.T) {
			r := prometheus.NewPedanticRegistry()
			m := New(r)
			everything(t, m)
			before := seriesOf(t, r, "gone")
			forget(m, "elsewhere", "gone")
			if d := cmp.Diff(before, seriesOf(t, r, "gone")); d != "" {
				t.Errorf("an object of the same name in another namespace (-want +got):\n%s", d)
			}
			forget(m, "some", "gone")
			want := map[string]int{}
			for _, s := range Specs() {
				if before[s.Name] > 0 && !slices.Contains(s.Labels, label) {
					want[s.Name] = 1
				}
			}
			if d := cmp.Diff(want, seriesOf(t, r, "gone")); d != "" {
				t.Errorf("left of what is gone (-want +got):\n%s", d)
			}
			if d := cmp.Diff(before, seriesOf(t, r, "stays")); d != "" {
				t.Errorf("left of what stays (-want +got):\n%s", d)
			}
		})
	}
}

func TestStatusCounts(t *testing.T) {
	r := prometheus.NewPedanticRegistry()
	m := New(r)
	m.StatusWrite("ModerationQueue", report.Conditions)
	m.StatusWrite("ModerationQueue", report.Conditions)
	m.StatusDelay("ModerationQueue", report.Numbers)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, series := range f.GetMetric() {
			labels := series.GetLabel()
			got[f.GetName()+" "+labels[0].GetValue()+" "+labels[1].GetValue()] = series.GetCounter().GetValue()
		}
	}
	want := map[string]float64{
		"modcap_status_writes_total ModerationQueue conditions": 2, "modcap_status_delays_total ModerationQueue numbers": 1,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("counts (-want +got):\n%s", d)
	}
}

// There is no package-level state: two operators of one process do not meet.
func TestTwoRegistries(t *testing.T) {
	one, other := prometheus.NewRegistry(), prometheus.NewRegistry()
	m := New(one)
	New(other)
	m.SourceUp.WithLabelValues("ns", "prom", "backlog").Set(1)
	if got := seriesOf(t, one, "prom"); got["modcap_source_up"] != 1 {
		t.Errorf("its own are %v", got)
	}
	if got := seriesOf(t, other, "prom"); len(got) != 0 {
		t.Errorf("the other has %v", got)
	}
}

// What the metrics say of a rollout is what it is now: a phase, a step and a stream that are over are gone.
func TestSetRollout(t *testing.T) {
	r := prometheus.NewPedanticRegistry()
	m := New(r)
	read := func() map[string]float64 {
		families, err := r.Gather()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for _, f := range families {
			for _, series := range f.GetMetric() {
				name := f.GetName()
				for _, l := range series.GetLabel() {
					if !slices.Contains([]string{"namespace", "policy"}, l.GetName()) && l.GetValue() != "" {
						name += " " + l.GetValue()
					}
				}
				got[name] = series.GetGauge().GetValue()
			}
		}
		return got
	}
	at := time.Unix(1_700_000_000, 0)
	m.SetRollout("ns", "guidelines", Rollout{
		Phase: "Step", UnderWay: true, Share: 0.05, Since: at, Aborted: at.Add(-time.Hour), Left: 120,
		Evidence: []RolloutEvidence{{"hate", "Leakage", "", 4.5, 5, true}, {"hate", "Overkill", "BR", 0, 10, false}},
	})
	want := map[string]float64{
		"modcap_policy_rollout_phase Step": 1, "modcap_policy_rollout_share_ratio": 0.05, "modcap_policy_rollout_step_timestamp_seconds": 1.7e9,
		"modcap_policy_rollout_aborted_timestamp_seconds": 1.7e9 - 3600, "modcap_policy_rereview_items": 120,
		"modcap_policy_rollout_change_upper_bound Leakage hate": 4.5, "modcap_policy_rollout_margin Leakage hate": 5,
		"modcap_policy_rollout_margin Overkill hate BR": 10,
	}
	if d := cmp.Diff(want, read()); d != "" {
		t.Errorf("in a step (-want +got):\n%s", d)
	}
	m.SetRollout("ns", "guidelines", Rollout{Phase: "Done"})
	if d := cmp.Diff(map[string]float64{"modcap_policy_rollout_phase Done": 1}, read()); d != "" {
		t.Errorf("at its end (-want +got):\n%s", d)
	}
	m.SetRollout("ns", "guidelines", Rollout{})
	if d := cmp.Diff(map[string]float64{}, read()); d != "" {
		t.Errorf("without rollouts (-want +got):\n%s", d)
	}
}
