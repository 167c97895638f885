package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// This file has checks of values that are valid, and were hardly meant.

var (
	// rating is what makes a rate, or an increase, of a counter.
	rating = regexp.MustCompile(`\b(rate|irate|deriv|increase|delta|idelta)\s*\(`)
	// total is how counters are called; a recorded rate has the word in its name.
	total = regexp.MustCompile(`_total\b`)
	rated = regexp.MustCompile(`rate`)
)

// checkQueryType compares the type of a series with what its query plainly gives.
func (c *checker) checkQueryType(o Object, s *v1alpha1.MetricSeries) {
	f := Finding{Code: CodeQueryOfOtherType, Object: o, Field: fmt.Sprintf("spec.series[%s].type", s.Name)}
	switch {
	case s.Type == v1alpha1.CounterSeries && rating.MatchString(s.Query):
		f.Message = "The series is declared as Counter, and the query gives a rate or an increase: modcap would make a rate of a rate."
		f.Fix = "Leave the function out of the query, or declare the series as Rate if the query gives items a second."
	case s.Type == v1alpha1.RateSeries && total.MatchString(s.Query) && !rated.MatchString(s.Query) && !rating.MatchString(s.Query):
		f.Message = "The series is declared as Rate, and the query gives the counter itself: all that was ever counted would be taken for " +
			"items a second."
		f.Fix = "Declare the series as Counter: modcap makes the rate."
	default:
		return
	}
	c.add(&f)
}

// checkPercent looks for a share where a percent is asked for that is seldom below one: 0.85 for 85.
func (c *checker) checkPercent(o Object, field, percent string) {
	if !strings.HasPrefix(percent, "0.") {
		return
	}
	v, err := v1alpha1.Shrink(percent).PPM()
	if err != nil || v == 0 {
		return
	}
	c.add(&Finding{
		Code: CodePercentOfOne, Object: o, Field: field,
		Message: fmt.Sprintf("%s is a percent, so this is less than one of a hundred.", percent),
		Fix:     fmt.Sprintf("Write %s, if that is meant.", sample.PPM(v*100).Percent()),
	})
}

func (c *checker) checkQueuePercents(q *v1alpha1.ModerationQueue) {
	o := Object{KindQueue, q.Name}
	if m := q.Spec.Classification; m != nil {
		c.checkPercent(o, "spec.classification.serviceLevel.percent", string(m.ServiceLevel.Percent))
	}
	for i := range q.Spec.Calendar {
		e := &q.Spec.Calendar[i]
		if v, err := e.Arrivals.Milli(); err == nil && v < 100 {
			c.add(&Finding{
				Code: CodePercentOfOne, Object: o, Field: fmt.Sprintf("spec.calendar[%s].arrivals", e.Name),
				Message: fmt.Sprintf("%s is a percent of what would arrive otherwise, so next to nothing is expected.", e.Arrivals),
				Fix:     fmt.Sprintf("Write %s, if so many times as much is meant.", sample.Milli(v*100_000)),
			})
		}
	}
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		for j := range r.ServiceLevels {
			if p := string(r.ServiceLevels[j].Percent); strings.HasPrefix(p, "0.") {
				c.checkPercent(o, fmt.Sprintf("spec.reviews[%s].serviceLevels[%d].percent", r.Name, j), p)
			}
		}
	}
}

func (c *checker) checkTeamPercents(o Object, t *v1alpha1.ReviewTeam) {
	c.checkPercent(o, "spec.maxOccupancy", string(t.Spec.MaxOccupancy))
	c.checkPercent(o, "spec.shrinkage.planned", string(t.Spec.Shrinkage.Planned))
	c.checkPercent(o, "spec.shrinkage.unplanned", string(t.Spec.Shrinkage.Unplanned))
	for _, one := range t.Spec.Trained {
		c.checkPercent(o, fmt.Sprintf("spec.trained[%s].percent", one.Policy), string(one.Percent))
	}
}

// checkPresent looks for teams whose people are counted by one row: a team that was copied.
func (c *checker) checkPresent() {
	first := map[string]string{}
	for _, t := range c.in.Teams {
		m := t.Spec.Metrics
		if m == nil {
			continue
		}
		key := rowKey(&m.RowSelector, &m.Present)
		other, taken := first[key]
		if !taken {
			first[key] = t.Name
			continue
		}
		c.add(&Finding{
			Code: CodeRowReadTwice, Object: Object{KindTeam, t.Name}, Field: "spec.metrics.matchLabels", With: objects(KindTeam, other),
			Message: fmt.Sprintf("Its people are the same row of series %s as those of team %s, so the same people are there twice.",
				m.Present.Series, other),
			Fix: "Write the labels of this team's own row in matchLabels.",
		})
	}
}

// swaps are numbers of a stage whose series are read alike, so that nothing else says if they are mixed up.
func swaps() [][2]string {
	return [][2]string{
		{"arrivals", "completed"}, {"due", "onTime"}, // of a stage
		{"entered", "moved"}, {"movedSampled", "movedLabelled"}, {"movedLabelled", "movedViolating"}, {"sampled", "labelled"}, // of a rollout
	}
}

// checkSwapped looks for two numbers of which each is read from a series that is called as the other.
func (c *checker) checkSwapped(o Object, s *stage) {
	for _, pair := range swaps() {
		a, b := pair[0], pair[1]
		if !s.calls(a, b) || !s.calls(b, a) {
			continue
		}
		c.add(&Finding{
			Code: CodeSeriesSwapped, Object: o, Field: s.field + "." + a,
			Message: fmt.Sprintf("By their names the series of %s is that of %s, and the other way round.", a, b),
			Fix:     "Swap the two, or give the series names that say what they count.",
		})
	}
}

// calls reports whether the series of a field is called as another field.
func (s *stage) calls(field, other string) bool {
	return slices.ContainsFunc(s.metrics, func(m metric) bool {
		return m.field == field && m.ref != nil && strings.HasSuffix(plain(string(m.ref.Series)), plain(other))
	})
}

// plain is a name in small letters alone: onTime and on-time are one.
func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "-", "")) }

// checkZero looks for quality samples of nothing at all.
func (c *checker) checkZero(o Object, field string, shares ...v1alpha1.Score) {
	set := false
	for _, s := range shares {
		if some(s) {
			return
		}
		set = set || s != ""
	}
	if !set {
		return
	}
	c.add(&Finding{
		Code: CodeSampleOfZero, Object: o, Field: field,
		Message: "Each share of the sample is 0, so nothing is looked at again.",
		Fix:     "Set the shares that are meant, such as 0.01, or leave the sample out.",
	})
}

// checkReviews looks for scores that are for people, and that none can have. In some markets that is meant: an override cannot
// say otherwise that people are not asked.
func (l *label) checkReviews() {
	a, ok := ppm(l.spec.ActAt)
	b, ok2 := ppm(l.spec.ReviewAt)
	if ok && ok2 && a == b && len(l.spec.Overrides) == 0 {
		l.find(CodeReviewsNothing, l.field+".reviewAt", "reviewAt is the same as actAt, so no score lies between and nobody looks at any item.",
			"Set reviewAt lower, or leave it out.")
	}
}

// checkExposed looks for limits that are over before one item is decided.
func (c *checker) checkExposed(o Object, t *v1alpha1.ReviewTeam) {
	for _, l := range t.Spec.Exposure {
		for _, x := range []struct {
			field string
			of    v1alpha1.Duration
		}{{"perPersonPerDay", l.PerPersonPerDay}, {"continuous", l.Continuous}} {
			limit, err := x.of.Parse()
			if x.of == "" || err != nil {
				continue
			}
			if queue, handle := c.shortest(&l); queue != "" && handle > sample.SpanOf(limit) {
				c.add(&Finding{
					Code: CodeExposureShorterThanWork, Object: o, Field: fmt.Sprintf("spec.exposure[%s].%s", l.Name, x.field),
					With: objects(KindQueue, queue),
					Message: fmt.Sprintf("%s is less than the %s that one item of these harm domains takes, as in queue %s: nobody may look at any.",
						x.of, handle, queue),
					Fix: "Set a limit of several items, or take the harm domain out of the team's skills.",
				})
			}
		}
	}
}

// shortest is the least handle time of the work that a limit is about, and a queue that has it.
func (c *checker) shortest(l *v1alpha1.ExposureLimit) (queue string, least sample.Span) {
	for _, q := range c.in.Queues {
		for i := range q.Spec.Reviews {
			r := &q.Spec.Reviews[i]
			if r.HandleTime == nil || !share(text(l.HarmDomains), text(r.HarmDomains)) {
				continue
			}
			if d, err := r.HandleTime.Parse(); err == nil && (queue == "" || sample.SpanOf(d) < least) {
				queue, least = q.Name, sample.SpanOf(d)
			}
		}
	}
	return queue, least
}

// share reports whether two lists of harm domains have one in common.
func share(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y || x == "*" || y == "*" {
				return true
			}
		}
	}
	return false
}
