package scene

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

const scenario = `
speed: 60
queues:
- {name: live-chat, traffic: {generate: {mean: 1}}, locales: [{market: BR}]}
- {name: comments, traffic: {generate: {mean: 1}}}
- {name: search, traffic: {generate: {mean: 1}}}
- {name: account-review, traffic: {generate: {mean: 1}}}
- {name: appeals, traffic: {generate: {mean: 1}}}
- {name: other, traffic: {generate: {mean: 1}}}
`

func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		text := "t_seconds,count\n0,1\n60,2\n"
		if strings.HasPrefix(n, "bad") {
			text = "something,else,entirely\n"
		}
		if err := os.WriteFile(filepath.Join(dir, n+".csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWithTraces(t *testing.T) {
	cases := map[string]struct {
		files []string
		want  map[string]string
	}{
		"all first choices": {
			[]string{
				"nasa_http_jul95_60s", "nab_twitter_goog_5m", "azure_func2019_high_diurnal_60s", "nab_elb_requests_5m", "bank_calls_us_5m",
				"wc98_may_60s",
			},
			map[string]string{
				"live-chat": "nasa_http_jul95_60s", "comments": "nab_twitter_goog_5m", "search": "azure_func2019_high_diurnal_60s",
				"account-review": "nab_elb_requests_5m", "appeals": "bank_calls_us_5m",
			},
		},
		"second choices and whatever is there": {
			[]string{"bad_one", "wc98_group_stage_60s", "nab_twitter_aapl_5m", "zzz", "aaa", "denver_ems_calls_1h"},
			map[string]string{
				"live-chat": "wc98_group_stage_60s", "comments": "nab_twitter_aapl_5m", "search": "aaa",
				"account-review": "zzz", "appeals": "denver_ems_calls_1h",
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, c.files...)
			text, choices, err := WithTraces([]byte(scenario), dir)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, choice := range choices {
				got[choice.Queue] = choice.File
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("choices (-want +got)\n%s", diff)
			}
			check(t, text, dir, c.want)
		})
	}
}

// check reads the scenario as the data plane would.
func check(t *testing.T, text []byte, dir string, want map[string]string) {
	t.Helper()
	var s struct {
		Speed  float64
		Queues []struct {
			Name    string
			Locales []struct{ Market string }
			Traffic struct {
				Generate map[string]any
				Replay   struct{ File, PeakAt string }
			}
		}
	}
	if err := yaml.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if s.Speed != 60 || len(s.Queues) != 6 || len(s.Queues[0].Locales) != 1 {
		t.Errorf("the rest of the scenario changed:\n%s", text)
	}
	for _, q := range s.Queues {
		file := ""
		if want[q.Name] != "" {
			file = filepath.Join(dir, want[q.Name]+".csv")
		}
		if q.Traffic.Replay.File != file || (file == "") != (q.Traffic.Generate != nil) {
			t.Errorf("%s: %+v, want a replay of %q", q.Name, q.Traffic, file)
		}
	}
}

func TestWithTracesRefuses(t *testing.T) {
	full := folder(t, "a", "b", "c", "d", "e")
	cases := map[string]struct{ scenario, dir, want string }{
		"too few traces":  {scenario, folder(t, "a", "bad", "b"), "has none left for queue search"},
		"no folder":       {scenario, "no/such/folder", "has none left for queue live-chat"},
		"other queues":    {"queues: []", full, "no queue live-chat"},
		"not a scenario":  {"- x", full, "read scenario"},
		"queues are text": {"queues: text", full, "no queue live-chat"},
	}
	for name, c := range cases {
		if _, _, err := WithTraces([]byte(c.scenario), c.dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}
