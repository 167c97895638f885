package api

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// format is a form of string: where one stands, how Go reads it, and strings near
// its edges.
type format struct {
	kind, path string
	// says is what the API server says of a string that does not have the form.
	says  string
	parse func(string) error
	// known is false where Go may refuse what the API server admits.
	known bool
	seeds []string
}

func formats() map[string]format {
	const percents = "0 1 9 10 99 100 101 99.5 99.9999 99.99999 100.0000 100.0001 0.0 0.0000 0.0001 00 007 -1 +1 1e1 1. .5 99% 1,5"
	decimal := func(s string) error { _, err := modcapv1alpha1.Decimal(s).Milli(); return err }
	return map[string]format{
		"Duration": {
			"ClassifierPool", "spec.startup.time", "must be a duration", func(s string) error {
				_, err := modcapv1alpha1.Duration(s).Parse()
				return err
			}, true,
			strings.Fields("0s 30s 15m 1h30m 14d 1w 1.5h -1s +1s 99999h 100000h 99999h99999h99999h99999h 1h1h1h1h1h 5ms 5us 5 h s5 1H"),
		},
		"Percent": {
			"ReviewTeam", "spec.maxOccupancy", "must be a percent", func(s string) error {
				_, err := modcapv1alpha1.Percent(s).PPM()
				return err
			}, true, strings.Fields(percents),
		},
		"Proportion": {
			"ModerationQueue", "spec.calendar[0].arrivals", "must be a percent", func(s string) error {
				_, err := modcapv1alpha1.Proportion(s).Milli()
				return err
			}, true, strings.Fields(percents + " 0.9 250 1000.5 10000 10000.0 10000.1 10001 00001 250.55"),
		},
		"Shrink": {
			"ReviewTeam", "spec.shrinkage.planned", "must be a percent", func(s string) error {
				_, err := modcapv1alpha1.Shrink(s).PPM()
				return err
			}, true, strings.Fields(percents),
		},
		"Score": {
			"ModerationPolicy", "spec.labels[0].qaSample.allowed", "must be a number from 0 to 1", func(s string) error {
				_, err := modcapv1alpha1.Score(s).PPM()
				return err
			}, true,
			strings.Fields("0 1 0.0 1.0 0.97 0.000001 0.0000001 1.000000 1.000001 1.0000000 00.5 .5 0. -0 1e0 2 0.9999999 NaN Inf"),
		},
		"Share": {
			"ModerationQueue", "spec.reviews[0].escalation.share", "must be a number above 0 and below 1", func(s string) error {
				_, err := modcapv1alpha1.Share(s).PPM()
				return err
			}, true,
			strings.Fields("0 1 0.0 0.000000 1.0 0.05 0.000001 0.0000001 0.999999 0.9999999 00.5 .5 0. -0.5 +0.5 1e-1 2 5% NaN Inf 0,5"),
		},
		"Decimal": {
			"ClassifierPool", "spec.throughput.itemsPerSecond", "must be a number above 0", decimal, true,
			strings.Fields("0 0.0 0.001 0.0001 1 12.5 99999999.999 100000000 00000001 1/2 1e3 -1 +1 0x1 1_0 NaN Inf .5 5."),
		},
		"Money": {
			"ClassifierPool", "spec.cost.perReplicaHour", "must be an amount above 0", func(s string) error {
				_, err := modcapv1alpha1.Money(s).Micro()
				return err
			}, true,
			strings.Fields("0 0.0 0.000001 0.0000001 1 2.40 0.0416 999999999.999999 1000000000 000000001 1/2 1e3 -1 +1 0x1 1_0 NaN Inf .5 5. $5 5EUR 1,5"),
		},
		"TimeOfDay": {
			"ReviewTeam", "spec.shifts[0].start", "must be a time of day", func(s string) error {
				_, err := modcapv1alpha1.TimeOfDay(s).Minutes()
				return err
			}, true, strings.Fields("00:00 09:30 23:59 24:00 23:60 9:30 09:3 09:30:00 0930 09.30 -9:30 +9:30 9:030"),
		},
		"Date": {
			"ReviewTeam", "spec.cohorts[0].start", "must be a day of the calendar", func(s string) error {
				_, err := modcapv1alpha1.Date(s).In(time.UTC)
				return err
			}, true,
			strings.Fields("2026-12-24 2026-02-29 2024-02-29 2000-02-29 1900-02-29 2026-02-30 2026-04-31 2026-13-01 2026-00-10 " +
				"2026-01-00 2026-1-1 0000-01-01 0000-02-29 9999-12-31 20261224 2026-12-24T00:00:00Z 24.12.2026 -026-01-01"),
		},
		"TimeZone": {
			"ReviewTeam", "spec.timeZone", "must be an IANA time zone", func(s string) error {
				_, err := modcapv1alpha1.TimeZone(s).Load()
				return err
			}, false,
			strings.Fields("UTC Europe/Berlin America/Argentina/Buenos_Aires Etc/GMT+5 Etc/GMT-14 Local local LOCAL ../etc/passwd /UTC UTC/ " +
				"Europe//Berlin Europe/Atlantis America/Port-au-Prince GB-Eire PST8PDT EST5EDT W-SU"),
		},
	}
}

// TestFormats offers boundary strings and seeded mutations of them to the API server
// and to Go. What the API server admits Go must read; and what it refuses Go must
// refuse too, so that a plan made without an API server meets the same rules.
func TestFormats(t *testing.T) {
	objects := rich(t)
	for name, f := range formats() {
		t.Run(name, func(t *testing.T) {
			admitted := 0
			for _, s := range offers(f.seeds) {
				object := objects[f.kind][0].DeepCopy()
				apply(t, object, set(f.path, s))
				refused := false
				for _, r := range dryRun(t, object) {
					if sameField(r.field, f.path) && (strings.Contains(r.message, f.says) || strings.Contains(r.message, "Too long")) {
						refused = true
					}
				}
				err := f.parse(s)
				switch {
				case !refused && err != nil && f.known:
					t.Errorf("The API server admits %q; Go says: %v", s, err)
				case refused && err == nil:
					t.Errorf("The API server refuses %q; Go reads it", s)
				}
				if !refused {
					admitted++
				}
			}
			if admitted < 3 {
				t.Errorf("Only %d strings were admitted", admitted)
			}
		})
	}
}

// offers returns the seeds, and strings that differ from one of them in a place.
func offers(seeds []string) []string {
	random := rand.New(rand.NewPCG(1, uint64(len(seeds))))
	const alphabet = "0123456789.:-+/ hmsdTZeE\n\té٣"
	letters := []rune(alphabet)
	all := append([]string{"", " ", "0", "null", "?"}, seeds...)
	for range 120 {
		runes := []rune(seeds[random.IntN(len(seeds))])
		at, letter := random.IntN(len(runes)+1), letters[random.IntN(len(letters))]
		switch {
		case at < len(runes) && random.IntN(3) == 0:
			runes[at] = letter
		case at < len(runes) && random.IntN(2) == 0:
			runes = append(runes[:at], runes[at+1:]...)
		default:
			runes = append(runes[:at], append([]rune{letter}, runes[at:]...)...)
		}
		all = append(all, string(runes))
	}
	return all
}

// TestOffers keeps the strings of TestFormats the same from run to run.
func TestOffers(t *testing.T) {
	if a, b := fmt.Sprint(offers([]string{"30s", "1h"})), fmt.Sprint(offers([]string{"30s", "1h"})); a != b {
		t.Error("The mutations of a seed differ between two runs")
	}
}
