package promise_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// exposed is a plan of one team with hate, scams and more to do, for as many people as it takes.
func exposed(limits ...staffing.ExposureLimit) []promise.Kept {
	in := planned()
	in.Classes, in.Teams = in.Classes[:2], in.Teams[2:]
	for k, domain := range []string{"hate", "scams"} {
		in.Classes[k].Key.HarmDomain = domain
		in.Classes[k].Requires.HarmDomains = []string{domain}
	}
	for i := range in.Teams[0].Supply.Intervals {
		in.Teams[0].Supply.Intervals[i].Productive = sample.Whole(14) // for 8 at work
	}
	in.Teams[0].Exposure = limits
	return promise.OfPlan(in)
}

func limit(share sample.PPM, perDay sample.Span, domains ...string) staffing.ExposureLimit {
	return staffing.ExposureLimit{
		Name: domains[0], HarmDomains: domains, Share: share, Days: []staffing.ExposureDay{{From: 0, To: 48, Budget: perDay}},
	}
}

// Who has to pause from hate does no hate then; others are done meanwhile. Limits that do not
// bind change nothing, and those that bind bind together.
func TestExposure(t *testing.T) {
	const plenty = 1000 * sample.Hour
	free := exposed()
	share := func(kept []promise.Kept, k, i int) sample.PPM { return kept[k].Shares[i] }
	for name, c := range map[string]struct {
		limits      []staffing.ExposureLimit
		hate, scams bool // on time
	}{
		"half":             {[]staffing.ExposureLimit{limit(500_000, plenty, "hate")}, true, true},
		"a quarter":        {[]staffing.ExposureLimit{limit(250_000, plenty, "hate")}, false, true},
		"everything":       {[]staffing.ExposureLimit{limit(500_000, plenty, "*")}, false, false},
		"half of the day":  {[]staffing.ExposureLimit{limit(0, 48*sample.Hour, "hate")}, false, true},
		"all of the day":   {[]staffing.ExposureLimit{limit(0, 97*sample.Hour, "hate")}, true, true},
		"nobody":           {[]staffing.ExposureLimit{limit(0, 0, "hate")}, false, true},
		"the other":        {[]staffing.ExposureLimit{limit(250_000, plenty, "gore")}, true, true},
		"both, one enough": {[]staffing.ExposureLimit{limit(250_000, plenty, "hate"), limit(900_000, plenty, "scams")}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := exposed(c.limits...)
			for k, want := range []bool{c.hate, c.scams} {
				if is := share(got, k, 30) > 850_000; is != want {
					t.Errorf("%s: %d of a million on time, %d without limits", got[k].Key.HarmDomain, share(got, k, 30), share(free, k, 30))
				}
			}
		})
	}
	if diff := cmp.Diff(free, exposed(limit(0, plenty, "hate"), limit(0, plenty, "scams"))); diff != "" {
		t.Errorf("limits that never bind change shares:\n%s", diff)
	}
}
