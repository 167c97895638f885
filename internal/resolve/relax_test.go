package resolve

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestRelaxations(t *testing.T) {
	ten := staffing.Relaxation{After: 10 * sample.Minute, Drop: staffing.DropMarket}
	hour := staffing.Relaxation{After: sample.Hour, Drop: staffing.DropSurface}
	stream := func() *modtest.ReviewWrapper { return modtest.MakeReview("hate") }
	for name, x := range map[string]struct {
		stream *modtest.ReviewWrapper
		want   []staffing.Relaxation
	}{
		"none":                    {stream(), nil},
		"in the order they stand": {stream().Relax("10m", v1alpha1.RelaxMarket).Relax("1h", v1alpha1.RelaxSurface), []staffing.Relaxation{ten, hour}},
		"none after an unread one": {
			stream().Relax("14d", v1alpha1.RelaxMarket).Relax("1h", v1alpha1.RelaxSurface), nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := modtest.MakeQueue("live", "ns").Markets("BR", "MX").Review(x.stream).Obj()
			classes, _ := Classes(q, book{}, regimes.Catalogue{})
			if d := cmp.Diff(x.want, classes[0].Relax); d != "" {
				t.Errorf("relaxations (-want +got):\n%s", d)
			}
			if d := cmp.Diff([]string{"BR", "MX"}, classes[0].Markets); d != "" {
				t.Errorf("markets (-want +got):\n%s", d)
			}
		})
	}
	// The default queue of a surface takes items of any market. What is made of a stream's items is not relaxed.
	q := modtest.MakeQueue("live", "ns").Markets("BR").Default().
		Review(stream().Relax("10m", v1alpha1.RelaxMarket).QASample(v1alpha1.ReviewSample{Reviewed: "0.1"})).Obj()
	classes, _ := Classes(q, book{}, regimes.Catalogue{})
	if len(classes) != 2 || classes[0].Markets != nil || len(classes[0].Relax) != 1 || classes[1].Relax != nil {
		t.Errorf("classes %+v", classes)
	}
}
