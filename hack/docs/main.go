package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/modcap/modcap/internal/metrics"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run() error {
	source, err := os.ReadFile("api/v1alpha1/conditions.go")
	if err != nil {
		return fmt.Errorf("read conditions: %w", err)
	}
	conditions, err := conditionsPage(source)
	if err != nil {
		return err
	}
	rules, err := os.ReadFile("config/prometheus/alerts.yaml")
	if err != nil {
		return fmt.Errorf("read alerts: %w", err)
	}
	for path, text := range map[string]string{
		"config/prometheus/prometheus_rule.yaml": prometheusRule(string(rules)),
		"docs/metrics.md":                        metricsPage(metrics.Specs()),
		"docs/reference/conditions.md":           conditions,
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return fmt.Errorf("write page: %w", err)
		}
	}
	return nil
}

func metricsPage(specs []metrics.Spec) string {
	var b strings.Builder
	b.WriteString(`# Metrics of the operator

Made from internal/metrics by ` + "`make generate`" + `. The endpoint and who may read it: [operating](operating.md#metrics).
Labels are names of objects and of constants; the series of an object go when the object goes. The
metrics of controller-runtime (` + "`controller_runtime_*`, `workqueue_*`, `rest_client_*`, `leader_election_*`" + `), of Go and of
the process are there too.

| metric | type | labels | what it says |
|---|---|---|---|
`)
	for _, s := range specs {
		labels := make([]string, len(s.Labels))
		for i, l := range s.Labels {
			labels[i] = "`" + l + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Name, s.Type, strings.Join(labels, ", "), cell(s.Help))
	}
	return b.String()
}

// prometheusRule wraps a rule file into the kind of the Prometheus operator: its spec
// is what a rule file holds.
func prometheusRule(rules string) string {
	var b strings.Builder
	b.WriteString(`# Made from alerts.yaml by ` + "`make generate`" + `.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: modcap
  namespace: modcap-system
spec:
`)
	_, rules, _ = strings.Cut(rules, "\ngroups:")
	for line := range strings.Lines("groups:" + rules) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// cell escapes what would end a table's cell.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
