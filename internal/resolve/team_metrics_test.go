package resolve

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestTeamRows(t *testing.T) {
	row := func(series string) Row {
		return Row{SourceKind: "MetricSource", Source: "prom", Namespace: "ns", Series: series, Labels: map[string]string{"queue": "t"}}
	}
	alone := modtest.MakeTeam("t", "ns").Measured().Obj()
	alone.Spec.Metrics.Handling = nil
	for name, c := range map[string]struct {
		team *v1alpha1.ReviewTeam
		want []Row
	}{
		"none":         {modtest.MakeTeam("t", "ns").Obj(), nil},
		"both":         {modtest.MakeTeam("t", "ns").Measured().Obj(), []Row{row("handling"), row("present")}},
		"present only": {alone, []Row{row("present")}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, TeamRows(c.team)); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
		})
	}
	present, handling := Presence(alone, nil)
	if want := sample.Missing(sample.CauseNotDeclared); present != want || handling != want {
		t.Errorf("without rows %v and %v", present, handling)
	}
}
