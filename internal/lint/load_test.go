package lint

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/api/v1alpha1"
)

// monday is in the middle of a week without holidays.
func monday() time.Time { return time.Date(2026, 11, 23, 10, 7, 0, 0, time.UTC) }

// read puts the objects of a file into in.
func read(t testing.TB, in *Input, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	for {
		doc, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		put(t, in, path, doc)
	}
}

func put(t testing.TB, in *Input, path string, doc []byte) {
	t.Helper()
	var kind struct {
		Kind string `json:"kind"`
	}
	if err := yaml.Unmarshal(doc, &kind); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	switch kind.Kind {
	case KindQueue:
		in.Queues = append(in.Queues, decoded[v1alpha1.ModerationQueue](t, path, doc))
	case KindPolicy:
		in.Policies = append(in.Policies, decoded[v1alpha1.ModerationPolicy](t, path, doc))
	case KindPool:
		in.Pools = append(in.Pools, decoded[v1alpha1.ClassifierPool](t, path, doc))
	case KindTeam:
		in.Teams = append(in.Teams, decoded[v1alpha1.ReviewTeam](t, path, doc))
	case KindTarget:
		in.Targets = append(in.Targets, decoded[v1alpha1.StaffingTarget](t, path, doc))
	case KindSource:
		in.Sources = append(in.Sources, decoded[v1alpha1.MetricSource](t, path, doc))
	case KindClusterSource:
		in.ClusterSources = append(in.ClusterSources, decoded[v1alpha1.ClusterMetricSource](t, path, doc))
	case KindOverride:
		in.Overrides = append(in.Overrides, decoded[v1alpha1.CapacityOverride](t, path, doc))
	}
}

func decoded[T any](t testing.TB, path string, doc []byte) *T {
	t.Helper()
	var x T
	if err := yaml.UnmarshalStrict(doc, &x); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return &x
}
