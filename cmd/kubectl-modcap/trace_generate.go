package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
	"github.com/modcap/modcap/internal/traffic"
)

// generation are the flags of trace generate.
type generation struct {
	profile traffic.Profile
	days    float64
	bin     time.Duration
	seed    uint64
	start   string
	surges  []string
	out     string
}

func newGenerateCommand(s streams) *cobra.Command {
	var g generation
	c := &cobra.Command{
		Use:   "generate",
		Short: "Generate traffic with a daily curve and surges, as the demo does",
		Example: `  kubectl modcap trace generate --mean 40 --days 8 --surge 7d20h:4:10m:20m:30m --out traffic.csv
  kubectl modcap simulate --scenario live traffic.csv`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return g.run(s) },
	}
	f := c.Flags()
	f.Float64Var(&g.profile.Mean, "mean", 10, "items a second over a whole day, surges left out")
	f.Float64Var(&g.days, "days", 8, "length in days")
	f.DurationVar(&g.bin, "bin", time.Minute, "width of a bin, in whole seconds")
	f.Uint64Var(&g.seed, "seed", 1, "seed of the random numbers: the same gives the same trace")
	f.Float64Var(&g.profile.DailyPeak, "daily-peak", traffic.DailyPeak,
		"highest rate of the daily curve over its mean, from 1 (no curve) to 2")
	f.DurationVar(&g.profile.PeakAt, "peak-at", 20*time.Hour, "time of the day at which the daily curve is highest")
	f.Float64Var(&g.profile.Dispersion, "dispersion", traffic.ChatDispersion, "variance over mean of the counts a second; 1 is Poisson")
	f.StringArrayVar(&g.surges, "surge", nil,
		"AT:PEAK[:RISE:HOLD:HALFLIFE], a passing rise that adds PEAK times the mean, such as 7d20h:4:10m:20m:30m; repeat for several")
	f.StringVar(&g.start, "start", "2026-01-05T00:00:00Z", "instant of second 0, to which schedules refer")
	f.StringVar(&g.out, "out", "", "file to write; standard output if empty")
	return c
}

// longestTrace bounds what is generated, in seconds.
const longestTrace = 366 * trace.DaySeconds

func (g *generation) run(s streams) error {
	t, seconds, err := g.empty()
	if err != nil {
		return err
	}
	for _, text := range g.surges {
		surge, err := parseSurge(text)
		if err != nil {
			return err
		}
		g.profile.Surges = append(g.profile.Surges, surge)
	}
	source, err := traffic.Generate(g.profile, g.seed)
	if err != nil {
		return err
	}
	for at := 0; at+t.Bin <= seconds; at += t.Bin {
		var items int64
		for range t.Bin {
			items += source.Next()
		}
		t.At, t.Count = append(t.At, at), append(t.Count, float64(items))
	}
	return writeTrace(s, g.out, t, fmt.Sprintf("made: kubectl modcap trace generate, mean %g, seed %d", g.profile.Mean, g.seed))
}

// empty is the trace to fill, and its length in seconds.
func (g *generation) empty() (*trace.Trace, int, error) {
	bin, err := wholeSeconds("--bin", g.bin)
	if err != nil {
		return nil, 0, err
	}
	begins, err := time.Parse(time.RFC3339, g.start)
	if err != nil || begins.Unix() <= 0 {
		return nil, 0, fmt.Errorf("--start is %q: want an instant such as 2026-01-05T00:00:00Z", g.start)
	}
	length := g.days * trace.DaySeconds
	if !(length >= float64(2*bin) && length <= longestTrace) {
		return nil, 0, fmt.Errorf("--days is %g: want two bins at least, and 366 days at most", g.days)
	}
	return &trace.Trace{Name: "generated", Bin: bin, Begins: sample.At(begins)}, int(length), nil
}

// parseSurge reads AT:PEAK[:RISE:HOLD:HALFLIFE].
func parseSurge(text string) (traffic.Surge, error) {
	wrong := fmt.Errorf("--surge is %q: want AT:PEAK or AT:PEAK:RISE:HOLD:HALFLIFE, such as 7d20h:4:10m:20m:30m", text)
	parts := strings.Split(text, ":")
	if len(parts) != 2 && len(parts) != 5 {
		return traffic.Surge{}, wrong
	}
	surge := traffic.Surge{Rise: 10 * time.Minute, Hold: 20 * time.Minute, HalfLife: 30 * time.Minute}
	times := []*time.Duration{&surge.At, nil, &surge.Rise, &surge.Hold, &surge.HalfLife}
	var err error
	for i, part := range parts {
		var e error
		if i == 1 {
			surge.Peak, e = strconv.ParseFloat(part, 64)
		} else {
			*times[i], e = parseSpan(part)
		}
		err = errors.Join(err, e)
	}
	if err != nil {
		return surge, wrong
	}
	return surge, nil
}

// parseSpan is time.ParseDuration that knows days: 7d20h.
func parseSpan(text string) (time.Duration, error) {
	days, rest, ok := strings.Cut(text, "d")
	if !ok {
		return time.ParseDuration(text)
	}
	n, err := strconv.ParseUint(days, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number of days", days)
	}
	var d time.Duration
	if rest != "" {
		if d, err = time.ParseDuration(rest); err != nil {
			return 0, err
		}
	}
	return time.Duration(n)*24*time.Hour + d, nil
}

// wholeSeconds is the width of a bin.
func wholeSeconds(flag string, d time.Duration) (int, error) {
	if d < time.Second || d > 24*time.Hour || d%time.Second != 0 {
		return 0, fmt.Errorf("%s is %s: want whole seconds, from 1s to 24h", flag, d)
	}
	return int(d / time.Second), nil
}
