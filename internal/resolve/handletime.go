package resolve

import (
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// few is how many items the stream's mean counts for in the mean of one of its
// classes: of a class with fewer of its own the stream says more than they do.
const few = 50

// shrunk is the mean of a class of which n items (in thousandths) made sum, drawn
// towards that of its stream.
func shrunk(sum, n, stream int64) int64 {
	const one = int64(sample.One)
	return sample.MulDiv(max(sum, 0)+few*stream, one, max(n, 0)+few*one)
}

// handling is what was measured of the time of decisions: the mean of the stream,
// and of each class the seconds and the decisions (in thousandths), over a time
// that ended now.
type handling struct {
	mean               sample.Sample
	over               sample.Span
	seconds, decisions map[Class]sample.Milli
}

// handling of a stream: of the last hour, or, where the series are no counters or
// have not been watched for long, as it stands now.
func (s stream) handling() handling {
	m := &s.review.Metrics
	seconds, ok := rowOf(s.queue.Namespace, m.RowSelector, m.HandleSeconds)
	decisions, also := rowOf(s.queue.Namespace, m.RowSelector, m.Completed)
	if !ok || !also {
		return handling{mean: sample.Missing(sample.CauseNotDeclared)}
	}
	all, parts := s.rows.PerHour(seconds, longest)
	n, counts := s.rows.PerHour(decisions, longest)
	h := handling{mean: quotient(all, n), over: longest}
	seen := s.rows.Increase(decisions, longest) // of the part of the hour that was watched
	if !h.mean.Fresh() || !seen.Fresh() {
		all, parts = s.rows.Value(seconds), s.rows.Classes(seconds)
		n, counts = s.rows.Value(decisions), s.rows.Classes(decisions)
		h = handling{mean: quotient(all, n), over: shortest}
		seen = sample.Sample{Value: sample.Milli(sample.MulDiv(int64(max(n.Value, 0)), int64(shortest), int64(sample.Second)))}
	}
	if h.mean.Fresh() && s.split != (Split{}) && s.rows.Split(seconds) == s.split && s.rows.Split(decisions) == s.split {
		scale := func(v sample.Milli) sample.Milli {
			return sample.Milli(sample.MulDiv(int64(max(v, 0)), int64(seen.Value), int64(n.Value)))
		}
		h.seconds, h.decisions = scaled(parts, scale), scaled(counts, scale)
	}
	return h
}

func scaled(parts map[Class]sample.Sample, scale func(sample.Milli) sample.Milli) map[Class]sample.Milli {
	out := make(map[Class]sample.Milli, len(parts))
	for c, v := range parts {
		if v.Fresh() {
			out[c] = scale(v.Value)
		}
	}
	return out
}

// of is the handle time of a class: the stream's where it has no decisions of its own.
func (h handling) of(c Class) sample.Sample {
	seconds, decisions := h.seconds[c], h.decisions[c]
	if out := h.mean; out.Fresh() && seconds > 0 && decisions > 0 {
		out.Value = sample.Milli(shrunk(int64(seconds), int64(decisions), int64(out.Value)))
		return out
	}
	return h.mean
}

// HandleChanges are the declared changes of a stream as the engine knows them. What
// does not parse is left out: CheckQueue has reported it before.
func HandleChanges(r *v1alpha1.ReviewStream) []staffing.HandleChange {
	var out []staffing.HandleChange
	for i := range r.HandleTimeChanges {
		if h, err := handleChange(&r.HandleTimeChanges[i]); err == nil {
			out = append(out, h)
		}
	}
	return out
}

func handleChange(c *v1alpha1.HandleTimeChange) (staffing.HandleChange, error) {
	percent, err := c.Percent.Milli()
	if err != nil {
		return staffing.HandleChange{}, err
	}
	h := staffing.HandleChange{From: sample.At(c.From.Time), Factor: sample.Milli(percent)}
	if c.Decay != "" {
		decay, err := c.Decay.Parse()
		if err != nil {
			return h, err
		}
		h.Decay = sample.SpanOf(decay)
	}
	return h, nil
}
