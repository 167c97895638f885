package main

import (
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/metrics"
)

func TestConditionsPage(t *testing.T) {
	page, err := conditionsPage([]byte(`package v1alpha1

// Condition types. They stay.
const (
	// ConditionReady is on every
	// kind.
	ConditionReady = "Ready"
)

// Reasons of Ready.
const (
	ReasonSucceeded = "Succeeded" // all is well | fine
)
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"## Condition types\n\nThey stay.\n\n| word", "| `Ready` | is on every kind |",
		"## Reasons of Ready\n\n| word", "| `Succeeded` | all is well \\| fine |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("Page lacks %q:\n%s", want, page)
		}
	}
}

func TestConditionsPageRefuses(t *testing.T) {
	for name, source := range map[string]string{
		"no comment":  "package a\n\n// Reasons.\nconst (\n\tA = \"A\"\n)\n",
		"not literal": "package a\n\n// Reasons.\nconst (\n\tA = B // what it is\n)\n",
		"not Go":      "package",
	} {
		t.Run(name, func(t *testing.T) {
			if page, err := conditionsPage([]byte(source)); err == nil {
				t.Errorf("No error, but:\n%s", page)
			}
		})
	}
}

func TestMetricsPage(t *testing.T) {
	specs := metrics.Specs()
	page := metricsPage(specs)
	if len(specs) == 0 {
		t.Fatal("No metrics")
	}
	for _, s := range specs {
		if !strings.Contains(page, "| `"+s.Name+"` | "+s.Type+" | ") {
			t.Errorf("Page lacks %s", s.Name)
		}
	}
}

func TestPrometheusRule(t *testing.T) {
	got := prometheusRule("# A comment.\ngroups:\n- name: modcap\n\n  rules: []\n")
	want := "spec:\n  groups:\n  - name: modcap\n\n    rules: []\n"
	if !strings.HasSuffix(got, want) {
		t.Errorf("Rule is:\n%s\nwant it to end in:\n%s", got, want)
	}
}
