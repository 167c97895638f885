package quality

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/modcap/modcap/internal/sample"
)

// Key is the key of a Report in its ConfigMap, and MapName that ConfigMap's name.
const Key = "quality.json"

// MapName is the name of the ConfigMap with the Report of a policy.
func MapName(policy string) string { return policy + "-quality" }

// mostLines is how many lines a Report has, and mostPlaces how many of all revisions together.
const (
	mostLines  = 1000
	mostPlaces = 8
)

// Report is what is published of a Result: what others read, and what the next Measure is told.
type Report struct {
	Policy string `json:"policy"`
	// Spec is a hash of what the spec says of quality: what was seen of another does not count.
	Spec string `json:"spec"`
	// At is when it was made.
	At sample.Instant `json:"at"`
	Result
	// Count is the number of lines, including those that are left out: the worst 1000 are there.
	Count int `json:"lineCount"`
}

// ReportOf is what is published of a Result.
func ReportOf(policy, spec string, at sample.Instant, r Result) Report {
	out := Report{Policy: policy, Spec: spec, At: at, Result: r, Count: len(r.Lines)}
	out.Lines, out.Places = r.Lines[:min(len(r.Lines), mostLines)], r.Places[:min(len(r.Places), mostPlaces)]
	return out
}

// Remember keeps the needs of the report before while some shares are not known: what is reserved
// for checks is not lowered because rows are missing.
func (r *Report) Remember(before *Report) {
	if r.Outcome == Unknown && before.Spec == r.Spec && len(before.Needs) > 0 {
		r.Needs = before.Needs
	}
}

// Encode writes it as JSON.
func (r *Report) Encode() ([]byte, error) {
	out, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write the report of quality: %w", err)
	}
	return out, nil
}

// ReadReport undoes Encode.
func ReadReport(data []byte) (*Report, error) {
	var out Report
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("read the report of quality: %w", err)
	}
	if slices.ContainsFunc(slices.Concat(out.Lines, out.Places, out.Totals), func(l Line) bool { return !l.sound() }) {
		return nil, errors.New("read the report of quality: it has a line that no policy can have")
	}
	return &out, nil
}

// sound is whether a line may stand in a status: who edits a report must not break one.
func (l *Line) sound() bool {
	short := len(l.Label) <= 63 && len(l.Market) <= 4 && len(l.Language) <= 35 && len(l.Revision) <= 64
	known := (l.Kind == Leakage || l.Kind == Overkill) && (l.By == Machine || l.By == People)
	return short && known && slices.IsSorted([]sample.PPM{0, l.Lower, l.Estimate, l.Upper, sample.AllPPM}) &&
		min(l.Checked, l.Wrong, l.Waiting, l.Decided) >= 0
}

// SameFigures reports whether two reports say the same in the digits that are shown, and the same
// of what fell.
func (r *Report) SameFigures(o *Report) bool {
	same := func(a, b Line) bool {
		a.Checked, a.Wrong, a.Waiting, a.Decided = Digits(a.Checked), Digits(a.Wrong), Digits(a.Waiting), Digits(a.Decided)
		b.Checked, b.Wrong, b.Waiting, b.Decided = Digits(b.Checked), Digits(b.Wrong), Digits(b.Waiting), Digits(b.Decided)
		shares := a.Share() == b.Share()
		a.Estimate, a.Lower, a.Upper, b.Estimate, b.Lower, b.Upper = 0, 0, 0, 0, 0, 0
		return shares && a == b
	}
	return r.Count == o.Count && slices.EqualFunc(r.Lines, o.Lines, same) && slices.EqualFunc(r.Totals, o.Totals, same) &&
		slices.EqualFunc(r.Places, o.Places, same) &&
		slices.EqualFunc(r.Needs, o.Needs, func(a, b Need) bool {
			a.HalfWidth, b.HalfWidth = sample.PPM(Digits(int64(a.HalfWidth))), sample.PPM(Digits(int64(b.HalfWidth)))
			return a == b
		}) && r.Fell() == o.Fell()
}

// Fell is how many cohorts have lost some of what was counted.
func (r *Result) Fell() (n int) {
	for _, s := range r.Seen {
		if s.Fell {
			n++
		}
	}
	return n
}

// Digits rounds a count to two significant digits.
func Digits(n int64) int64 {
	if n < 0 {
		return -Digits(-n)
	}
	scale := int64(1)
	for n/scale >= 100 {
		scale *= 10
	}
	return (n + scale/2) / scale * scale
}

// Share is "0.42 % (0.31 to 0.55)": the estimate and its interval, rounded outwards.
func (l *Line) Share() string {
	if l.Checked == 0 {
		return "not known yet"
	}
	return fmt.Sprintf("%s %% (%s to %s)", PercentOf(l.Estimate), percent(l.Lower, math.Floor), percent(l.Upper, math.Ceil))
}

// PercentOf prints a share as percent in two significant digits.
func PercentOf(p sample.PPM) string { return percent(p, math.Round) }

func percent(p sample.PPM, round func(float64) float64) string {
	v := float64(p)
	if v <= 0 {
		return "0"
	}
	scale := math.Pow(10, max(math.Floor(math.Log10(v))-1, 0))
	v = min(round(v/scale)*scale, float64(sample.AllPPM))
	return strconv.FormatFloat(v/10_000, 'f', -1, 64)
}
