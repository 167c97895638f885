package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

const text = `
namespace: demo
seed: 1
speed: 60
pools:
- {name: text, podLabels: {app: text}, itemsPerSecond: 12.5}
labels:
- {name: hate-speech, domain: hate, version: "1", harmful: [6, 2], harmless: [1, 30]}
rollouts: {cohort: 1m, delay: 1500ms, finds: 0.95, clears: 0.99}
waves:
- {market: BR, domain: hate, at: 4s, for: 1m, afterChange: true, times: 3, harmful: [200, 141]}
- {domain: hate, at: 90s, times: 2}
queues:
- name: live
  traffic:
    generate: {mean: 50, dispersion: 1.5, opening: 10s, surges: [{at: 1m30s, rise: 10s, peak: 6}]}
  locales: [{market: BR, language: pt-BR, weight: 1}]
  domains: [{weight: 9}, {name: hate, weight: 1}]
- name: appeals
  traffic: {replay: {file: a.csv, mean: 0.5}}
  locales: [{market: BR, language: pt-BR, weight: 1}]
`

func load(t *testing.T, text, trace string) (*Scenario, error) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"s.yaml": text, "a.csv": trace} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(filepath.Join(dir, "s.yaml"))
}

const counts = "t_seconds,count\n0,3\n60,5\n"

func queues() []v1alpha1.ModerationQueue {
	handle := v1alpha1.Duration("3s")
	people := v1alpha1.ReviewStream{
		Name: "people", HarmDomains: []v1alpha1.HarmDomainName{"*"}, HandleTime: &handle, DecisionsPerItem: "1.5",
		ServiceLevels: []v1alpha1.ReviewServiceLevel{{Percent: "90", Within: "1m"}},
	}
	return []v1alpha1.ModerationQueue{
		{
			ObjectMeta: metav1.ObjectMeta{Name: "live"},
			Spec: v1alpha1.ModerationQueueSpec{
				Surface: "live", Languages: []v1alpha1.LanguageTag{"pt"}, Reviews: []v1alpha1.ReviewStream{people},
				Classification: &v1alpha1.Classification{
					PoolRef:      v1alpha1.ObjectReference{Name: "text"},
					ServiceLevel: v1alpha1.ServiceLevel{Percent: "99.5", Within: "10s"}, WorkPerItem: "2",
				},
			},
		},
		{
			ObjectMeta: metav1.ObjectMeta{Name: "appeals"},
			Spec:       v1alpha1.ModerationQueueSpec{Surface: "appeals", Reviews: []v1alpha1.ReviewStream{people}},
		},
	}
}

func TestConfig(t *testing.T) {
	s, err := load(t, text, counts)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Config(queues())
	if err != nil {
		t.Fatal(err)
	}
	people := platform.Stream{
		Name: "people", HarmDomains: []string{"*"}, HandleTime: 3 * time.Second, Decisions: 1.5,
		Promise: platform.Promise{PPM: 900_000, Within: time.Minute},
	}
	locale := []platform.Locale{{Market: "BR", Language: "pt-BR", Weight: 1}}
	want := platform.Config{
		Rollouts: platform.Rollouts{Cohort: time.Minute, Checks: platform.Checks{Delay: 1500 * time.Millisecond, Finds: 0.95, Clears: 0.99}},
		Waves: []platform.Wave{
			{Market: "BR", Domain: "hate", At: 4 * time.Second, For: time.Minute, AfterChange: true, Times: 3, Harmful: platform.Beta{A: 200, B: 141}},
			{Domain: "hate", At: 90 * time.Second, Times: 2},
		},
		Seed: 1, PeakWindow: time.Second, Pools: []platform.Pool{{Name: "text", ItemsPerSecond: 12.5}},
		Queues: []platform.Queue{
			{
				Name: "live", Surface: "live", Pool: "text", Work: 2, Languages: []string{"pt"}, Locales: locale,
				Promise: platform.Promise{PPM: 995_000, Within: 10 * time.Second}, Streams: []platform.Stream{people},
				Domains: []platform.Domain{{Name: "", Weight: 9}, {Name: "hate", Weight: 1}},
				Labels: []platform.Label{{
					Name: "hate-speech", Domain: "hate", Version: "1",
					Harmful: platform.Beta{A: 6, B: 2}, Harmless: platform.Beta{A: 1, B: 30},
				}},
			},
			{Name: "appeals", Surface: "appeals", Locales: locale, Streams: []platform.Stream{people}},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(platform.Queue{}, "Arrivals")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := platform.New(got); err != nil {
		t.Errorf("the platform refuses it: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	cases := map[string]struct{ from, to, want string }{
		"unknown field":    {"seed: 1", "sead: 1", "sead"},
		"no namespace":     {"namespace: demo", "", "namespace is missing"},
		"no speed":         {"speed: 60", "", "speed 0"},
		"no pod labels":    {"podLabels: {app: text}, ", "", `pool "text": podLabels are missing`},
		"no traffic":       {"traffic: {replay: {file: a.csv, mean: 0.5}}", "", `queue "appeals": traffic needs`},
		"time in words":    {"opening: 10s", "opening: soon", `read time "soon"`},
		"time as a number": {"opening: 10s", "opening: 10", "read time"},
		"negative time":    {"opening: 10s", "opening: -10s", `read time "-10s"`},
	}
	for name, c := range cases {
		_, err := load(t, strings.Replace(text, c.from, c.to, 1), counts)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	if _, err := Load("no/such/file"); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestConfigRefuses(t *testing.T) {
	cases := map[string]struct {
		trace  string
		change func([]v1alpha1.ModerationQueue)
		want   string
	}{
		"missing queue": {counts, func(q []v1alpha1.ModerationQueue) { q[0].Name = "other" }, "no such ModerationQueue in namespace demo"},
		"bad trace":     {"t_seconds,count\n0,-1\n", func([]v1alpha1.ModerationQueue) {}, "a.csv: line 2: -1 items: want 0 to 1e+12"},
		"rooms":         {counts, func(q []v1alpha1.ModerationQueue) { q[0].Spec.Reviews[0].Work = "Rooms" }, "Rooms is not imitated"},
		"no handle time": {
			counts, func(q []v1alpha1.ModerationQueue) { q[0].Spec.Reviews[0].HandleTime = nil }, "handleTime is missing",
		},
		"percent": {
			counts, func(q []v1alpha1.ModerationQueue) { q[0].Spec.Classification.ServiceLevel.Percent = "x" }, "service level",
		},
	}
	for name, c := range cases {
		s, err := load(t, text, c.trace)
		if err != nil {
			t.Fatal(err)
		}
		declared := queues()
		c.change(declared)
		if _, err := s.Config(declared); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}
