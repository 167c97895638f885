package resolve

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// The handle time of a class is h = (n·h_c + 50·h_q)/(n + 50), of n decisions.
func TestHandleTimeOfFew(t *testing.T) {
	hour := func(whole sample.Milli, class sample.Milli) map[sample.Span]hourCount {
		return map[sample.Span]hourCount{longest: {whole: fresh(whole), classes: map[Class]sample.Sample{german: fresh(class)}}}
	}
	for name, c := range map[string]struct {
		decisions, seconds sample.Milli // of the class, an hour
		seen               sample.Milli // decisions of the stream that were seen, of 1,000 an hour
		want               sample.Milli // of the stream 60 s
	}{
		"none":                         {0, 0, 1_000_000, 60_000},
		"one of an hour":               {1_000, 3_600_000, 1_000_000, 129_411},     // (3600 + 3000) / 51
		"as many as the stream counts": {50_000, 6_000_000, 1_000_000, 90_000},     // (50×120 + 3000) / 100
		"many":                         {950_000, 114_000_000, 1_000_000, 117_000}, // (950×120 + 3000) / 1000
		"many an hour, of 3 minutes":   {950_000, 114_000_000, 50_000, 89_230},     // (47.5×120 + 3000) / 97.5
		"decided in no time":           {50_000, 0, 1_000_000, 60_000},             // the two do not fit
		"seconds and no decision":      {0, 6_000_000, 1_000_000, 60_000},          // nor these
	} {
		t.Run(name, func(t *testing.T) {
			numbers := splitBook()
			numbers.perHour = map[string]map[sample.Span]hourCount{"handle": hour(60_000_000, c.seconds), "completed": hour(1_000_000, c.decisions)}
			numbers.increase = map[string]sample.Sample{"completed": fresh(c.seen)}
			numbers.split["handle"], numbers.split["completed"] = both, both
			classes, _ := Classes(reviewed(hate().MeasuredHandleTime()), numbers, regimes.Catalogue{})
			if got := classes[0]; got.HandleTime != fresh(c.want) || got.HandleOver != longest {
				t.Errorf("%v over %v, want %v", got.HandleTime, got.HandleOver, c.want)
			}
			if got := classes[1].HandleTime; got != fresh(60_000) { // of which nothing is known
				t.Errorf("another class takes %v", got)
			}
		})
	}
}

func TestHandleTimeChanges(t *testing.T) {
	stream := hate().HandleTimeChange(change("2026-11-06T00:00:00Z", "130", "336h")).HandleTimeChange(change("", "80.5", "")).QASample(sampleOfAll)
	classes, _ := Classes(inGerman(stream), unsplit(), regimes.Catalogue{})
	want := []staffing.HandleChange{
		{From: sample.At(now.Add(12 * 3600e9)), Factor: 1300, Decay: 336 * sample.Hour}, {From: sample.At(now), Factor: 805},
	}
	for _, c := range classes {
		if d := cmp.Diff(want, c.HandleChanges); d != "" {
			t.Errorf("%+v (-want +got):\n%s", c.Key, d)
		}
	}
}

// A class's handle time lies between that of its decisions and that of its stream, nearer to
// its own the more there are.
func TestHandleTimeIsBetween(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		own, stream := 1+r.Int64N(10_000_000), 1+r.Int64N(10_000_000) // milliseconds
		last := int64(-1)
		for _, n := range []int64{0, 1, 10, 100, 10_000, 1_000_000} {
			h := shrunk(own*n, n*1000, stream)
			if h < min(own, stream)-1 || h > max(own, stream) {
				t.Fatalf("%d of %d ms in a stream of %d ms take %d", n, own, stream, h)
			}
			away := max(h-own, own-h)
			if last >= 0 && away > last+1 {
				t.Fatalf("%d of %d ms in a stream of %d ms are farther off than fewer", n, own, stream)
			}
			last = away
		}
	}
}
