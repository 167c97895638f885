package resolve

import (
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// span is a declared duration, or def when it is empty. What does not parse is
// def too: Check functions have reported it before.
func span(d v1alpha1.Duration, def sample.Span) sample.Span {
	if d == "" {
		return def
	}
	v, err := d.Parse()
	if err != nil {
		return def
	}
	return sample.SpanOf(v)
}

func decimalOr(d v1alpha1.Decimal, def sample.Milli) (sample.Milli, error) {
	if d == "" {
		return def, nil
	}
	v, err := d.Milli()
	return sample.Milli(v), err
}

func promise(l v1alpha1.ServiceLevel, m v1alpha1.MeasureType) (staffing.Promise, error) {
	percent, err := l.Percent.PPM()
	if err != nil {
		return staffing.Promise{}, err
	}
	within, err := l.Within.Parse()
	if err != nil {
		return staffing.Promise{}, err
	}
	return staffing.Promise{Percent: sample.PPM(percent), Within: sample.SpanOf(within), Measure: staffing.Measure(m)}, nil
}

// Promise is a declared service level as the engines know it; ok is false when it
// does not parse.
func Promise(l v1alpha1.ServiceLevel, m v1alpha1.MeasureType) (staffing.Promise, bool) {
	p, err := promise(l, m)
	return p, err == nil
}

// Priority is the declared priority, or the default.
func Priority(q *v1alpha1.ModerationQueue) int32 {
	if q.Spec.Priority == nil {
		return 500
	}
	return *q.Spec.Priority
}
