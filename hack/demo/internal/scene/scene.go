package scene

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/internal/trace"
)

// Choice says which trace drives a queue.
type Choice struct {
	Queue string `json:"queue"`
	// File is the trace's name, without folder and ending.
	File string `json:"file"`
	// Peak is items a second while the trace is busiest, at PeakAt of the run.
	Peak   float64 `json:"peak"`
	PeakAt string  `json:"peakAt"`
}

// wish is what a queue's trace should be.
type wish struct {
	queue  string
	peak   float64
	peakAt string
	files  []string
}

func wishes() []wish {
	return []wish{
		{"live-chat", 280, "100s", []string{"nasa_http_jul95_60s", "nasa_http_jul13_1s", "wc98_group_stage_60s"}},
		{"comments", 400, "235s", []string{"nab_twitter_goog_5m", "nab_twitter_aapl_5m", "twitter_stream_2021_60s"}},
		{"search", 70, "120s", []string{"azure_func2019_high_diurnal_60s", "wc98_may_60s"}},
		{"account-review", 9, "60s", []string{"nab_elb_requests_5m", "azure_func2019_burst_diurnal_60s"}},
		{"appeals", 1.5, "100s", []string{"bank_calls_us_5m", "denver_ems_calls_1h"}},
	}
}

// opening is the time over which traffic rises from nothing.
const opening = "15s"

// WithTraces replaces the traffic of a scenario's queues by traces of a folder, and
// says which. Queues that it does not know keep their traffic.
func WithTraces(scenario []byte, folder string) ([]byte, []Choice, error) {
	choices, err := choose(folder)
	if err != nil {
		return nil, nil, err
	}
	var s map[string]any
	if err := yaml.Unmarshal(scenario, &s); err != nil {
		return nil, nil, fmt.Errorf("read scenario: %w", err)
	}
	queues, _ := s["queues"].([]any)
	for _, c := range choices {
		if err := drive(queues, c, folder); err != nil {
			return nil, nil, err
		}
	}
	text, err := yaml.Marshal(s)
	if err != nil {
		return nil, nil, fmt.Errorf("write scenario: %w", err)
	}
	return text, choices, nil
}

func drive(queues []any, c Choice, folder string) error {
	path, err := filepath.Abs(filepath.Join(folder, c.File+".csv"))
	if err != nil {
		return fmt.Errorf("find trace: %w", err)
	}
	for _, q := range queues {
		queue, _ := q.(map[string]any)
		if queue["name"] != c.Queue {
			continue
		}
		queue["traffic"] = map[string]any{"replay": map[string]any{
			"file": path, "peak": c.Peak, "peakAt": c.PeakAt, "opening": opening,
		}}
		return nil
	}
	return fmt.Errorf("choose traces: the scenario has no queue %s", c.Queue)
}

// choose finds a trace for each queue.
func choose(folder string) ([]Choice, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil {
		return nil, fmt.Errorf("list traces: %w", err)
	}
	var there []string
	for _, f := range files {
		if _, err := trace.ReadFile(f); err == nil {
			there = append(there, strings.TrimSuffix(filepath.Base(f), ".csv"))
		}
	}
	taken := map[string]string{} // by queue
	for _, w := range wishes() {
		if i := slices.IndexFunc(w.files, func(f string) bool { return slices.Contains(there, f) }); i >= 0 {
			taken[w.queue] = w.files[i]
			there = slices.DeleteFunc(there, func(f string) bool { return f == w.files[i] })
		}
	}
	var out []Choice
	for _, w := range wishes() {
		if taken[w.queue] == "" && len(there) > 0 {
			taken[w.queue], there = there[0], there[1:]
		}
		if taken[w.queue] == "" {
			return nil, fmt.Errorf("choose traces: %s has none left for queue %s; it could use %s.csv",
				folder, w.queue, strings.Join(w.files, ".csv or "))
		}
		out = append(out, Choice{w.queue, taken[w.queue], w.peak, w.peakAt})
	}
	return out, nil
}
