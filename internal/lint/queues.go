package lint

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

func (c *checker) checkQueues() {
	for _, q := range c.in.Queues {
		o := Object{KindQueue, q.Name}
		c.markets(o, "spec.markets", q.Spec.Markets)
		c.languages(o, "spec.languages", q.Spec.Languages)
		c.invalid(o, resolve.CheckQueue(q))
		c.checkQueueMetrics(q)
		for i := range q.Spec.Reviews {
			c.checkPromises(q, &q.Spec.Reviews[i])
			c.checkRelax(q, &q.Spec.Reviews[i])
			if qa := q.Spec.Reviews[i].QASample; qa != nil {
				c.checkZero(o, fmt.Sprintf("spec.reviews[%s].qaSample", q.Spec.Reviews[i].Name), qa.Allowed, qa.Actioned, qa.Reviewed)
			}
		}
		c.checkQueuePercents(q)
		c.checkUncounted(q)
		c.checkRegimes(q)
		c.checkProtected(q)
	}
	c.checkRowsReadTwice()
}

// markets reports codes that no item carries.
func (c *checker) markets(o Object, field string, list []v1alpha1.Market) {
	for _, m := range list {
		if !resolve.KnownMarket(m) {
			c.add(&Finding{
				Code: CodeMarketUnknown, Object: o, Field: field,
				Message: fmt.Sprintf("%s is not a country code of ISO 3166-1 that is in force, so no item carries it.", m),
				Fix:     "Write the two-letter code of the country, such as GB for the United Kingdom.",
			})
		}
	}
}

// languages reports tags that no item carries.
func (c *checker) languages(o Object, field string, list []v1alpha1.LanguageTag) {
	for _, t := range list {
		if !resolve.KnownLanguage(t) {
			c.add(&Finding{
				Code: CodeLanguageUnknown, Object: o, Field: field,
				Message: fmt.Sprintf("%s is not a known language tag of BCP 47, so no item carries it.", t),
				Fix:     "Write the language's tag, such as pt-BR for Portuguese of Brazil.",
			})
		}
	}
}

// metric is one number that a queue's metrics name.
type metric struct {
	field string // of the metrics
	ref   *v1alpha1.SeriesReference
}

// types are those of the series that the number is read from.
func (m *metric) types() []v1alpha1.SeriesType {
	switch m.field {
	case "backlog", "concurrent", "present", "handling":
		return []v1alpha1.SeriesType{v1alpha1.GaugeSeries}
	case "oldestAge":
		return []v1alpha1.SeriesType{v1alpha1.AgeSeries}
	case "due", "onTime":
		return []v1alpha1.SeriesType{v1alpha1.CounterSeries}
	case "series": // of a condition, which compares what there is
		return []v1alpha1.SeriesType{v1alpha1.GaugeSeries, v1alpha1.RateSeries, v1alpha1.AgeSeries, v1alpha1.CounterSeries}
	}
	return []v1alpha1.SeriesType{v1alpha1.RateSeries, v1alpha1.CounterSeries}
}

// stage is one stage of a queue whose metrics name series.
type stage struct {
	field    string // of its metrics
	selector *v1alpha1.RowSelector
	metrics  []metric
}

// stages of a queue: the machines', and each of its reviews.
func stages(q *v1alpha1.ModerationQueue) []stage {
	var out []stage
	if m := q.Spec.Classification; m != nil {
		x := &m.Metrics
		out = append(out, stage{"spec.classification.metrics", &x.RowSelector, []metric{
			{"backlog", &x.Backlog}, {"arrivals", &x.Arrivals}, {"completed", x.Completed},
			{"oldestAge", x.OldestAge}, {"due", x.Due}, {"onTime", x.OnTime},
		}})
	}
	for i := range q.Spec.Reviews {
		x := &q.Spec.Reviews[i].Metrics
		out = append(out, stage{fmt.Sprintf("spec.reviews[%s].metrics", q.Spec.Reviews[i].Name), &x.RowSelector, []metric{
			{"backlog", x.Backlog}, {"arrivals", x.Arrivals}, {"completed", x.Completed},
			{"oldestAge", x.OldestAge}, {"due", x.Due}, {"onTime", x.OnTime},
			{"handleSeconds", x.HandleSeconds}, {"allowed", x.Allowed}, {"actioned", x.Actioned},
			{"escalated", x.Escalated}, {"concurrent", x.Concurrent},
		}})
	}
	return out
}

func (c *checker) checkQueueMetrics(q *v1alpha1.ModerationQueue) {
	for _, s := range stages(q) {
		c.checkStage(Object{KindQueue, q.Name}, &s)
	}
}

// checkStage follows the series that a stage, or a team, names.
func (c *checker) checkStage(o Object, s *stage) {
	source := sourceOf(&s.selector.SourceRef)
	spec, ok := c.source(o, s.field+".sourceRef", source)
	if !ok {
		return
	}
	c.checkNames(o, s)
	c.checkSwapped(o, s)
	told := map[string]bool{} // what is wrong with the labels is said once
	for _, m := range s.metrics {
		if m.ref == nil || m.ref.Series == "" {
			continue
		}
		row := resolve.Row{SourceKind: source.Kind, Source: source.Name, Series: string(m.ref.Series), Labels: labels(s.selector.MatchLabels)}
		series := seriesOf(spec, m.ref.Series)
		reason, message := resolve.RowProblem(row, series)
		f := Finding{Object: o, Field: s.field + "." + m.field, With: []Object{source}, Message: sentence(message)}
		switch {
		case reason == v1alpha1.ReasonSeriesNotFound:
			f.Code, f.Fix = CodeSeriesNotFound, "Declare the series in the source, or name one of its own: "+seriesNames(spec)+"."
			c.add(&f)
		case reason != "" && !told[message]:
			told[message] = true
			f.Code, f.Field = CodeRowLabelsDiffer, s.field+".matchLabels"
			f.Fix = fmt.Sprintf("Give just a value for each of the rowLabels of the series: %s.", listed(series.RowLabels))
			c.add(&f)
		case reason == "" && !slices.Contains(m.types(), series.Type):
			f.Code = CodeSeriesOfOtherType
			f.Message = fmt.Sprintf("Series %s is declared as %s, and %s is read from %s.", series.Name, series.Type, m.field, either(m.types()))
			f.Fix = "Name another series, or correct the type of this one in the source."
			c.add(&f)
		}
	}
}

// checkNames looks for slips in what a stage names: one series for two numbers, and a row that is nearly called as
// the object is.
func (c *checker) checkNames(o Object, s *stage) {
	c.checkNamedTwice(o, s)
	for _, k := range slices.Sorted(maps.Keys(s.selector.MatchLabels)) {
		v := string(s.selector.MatchLabels[k])
		if c.queues[v] == nil && nearest(v, []string{o.Name}) != "" {
			c.add(&Finding{
				Code: CodeRowMisspelt, Object: o, Field: fmt.Sprintf("%s.matchLabels[%s]", s.field, k),
				Message: fmt.Sprintf("The row is that of %s, which is nearly %s: if nothing is called so, the numbers are never there.", v, o.Name),
				Fix:     fmt.Sprintf("Write %s, if that is meant.", o.Name),
			})
		}
	}
}

func (c *checker) checkNamedTwice(o Object, s *stage) {
	first := map[v1alpha1.Word]string{}
	for _, m := range s.metrics {
		if m.ref == nil || m.ref.Series == "" {
			continue
		}
		if other, taken := first[m.ref.Series]; taken {
			c.add(&Finding{
				Code: CodeSeriesNamedTwice, Object: o, Field: s.field + "." + m.field,
				Message: fmt.Sprintf("Series %s is named for %s and for %s, which are not the same number.", m.ref.Series, other, m.field),
				Fix:     "Name the series of each.",
			})
			continue
		}
		first[m.ref.Series] = m.field
	}
}

func either(types []v1alpha1.SeriesType) string { return "a " + strings.Join(text(types), " or a ") }

func labels(in map[string]v1alpha1.LabelValue) map[string]string {
	out := make(map[string]string, len(in))
	for k, v := range in {
		out[k] = string(v)
	}
	return out
}

func sourceOf(ref *v1alpha1.SourceReference) Object {
	return Object{cmp.Or(ref.Kind, KindSource), ref.Name}
}

// source finds a source; what is not there is reported where that can be known.
func (c *checker) source(o Object, field string, source Object) (*v1alpha1.MetricSourceSpec, bool) {
	spec, ok := c.sources[source]
	fix, other := "Create the source, or name one that exists.", KindSource
	if source.Kind == KindSource {
		other = KindClusterSource
	}
	_, wrong := c.sources[Object{other, source.Name}]
	if wrong {
		fix = fmt.Sprintf("Set kind of the sourceRef to %s, of which there is one of that name.", other)
	}
	if !ok && (wrong || c.knows(source.Kind)) {
		c.add(&Finding{
			Code: CodeSourceNotFound, Object: o, Field: field, With: []Object{source},
			Message: fmt.Sprintf("%s %s does not exist, so nothing is known of these numbers.", source.Kind, source.Name), Fix: fix,
		})
	}
	return spec, ok
}

func seriesOf(s *v1alpha1.MetricSourceSpec, name v1alpha1.Word) *v1alpha1.MetricSeries {
	i := slices.IndexFunc(s.Series, func(x v1alpha1.MetricSeries) bool { return x.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Series[i]
}

func seriesNames(s *v1alpha1.MetricSourceSpec) string {
	var out []string
	for i := range s.Series {
		out = append(out, string(s.Series[i].Name))
	}
	slices.Sort(out)
	return listed(out)
}

// checkRowsReadTwice looks for stages that count the same items: a queue that was copied, and its labels were not
// changed.
func (c *checker) checkRowsReadTwice() {
	first := map[string]struct{ queue, field string }{}
	for _, q := range c.in.Queues {
		for _, s := range stages(q) {
			i := slices.IndexFunc(s.metrics, func(m metric) bool { return m.field == "arrivals" && m.ref != nil && m.ref.Series != "" })
			if i < 0 {
				continue
			}
			key := rowKey(s.selector, s.metrics[i].ref)
			other, taken := first[key]
			if !taken {
				first[key] = struct{ queue, field string }{q.Name, s.field}
				continue
			}
			c.add(&Finding{
				Code: CodeRowReadTwice, Object: Object{KindQueue, q.Name}, Field: s.field + ".matchLabels", With: objects(KindQueue, other.queue),
				Message: fmt.Sprintf("Its arrivals are the same row of series %s as those of queue %s (%s), so the same items are planned "+
					"for twice.", s.metrics[i].ref.Series, other.queue, other.field),
				Fix: "Write the labels of this queue's own row in matchLabels.",
			})
		}
	}
}

// rowKey names the row of a series.
func rowKey(s *v1alpha1.RowSelector, ref *v1alpha1.SeriesReference) string {
	key := fmt.Sprint(sourceOf(&s.SourceRef), ref.Series)
	for _, k := range slices.Sorted(maps.Keys(s.MatchLabels)) {
		key += fmt.Sprintf(" %q=%q", k, s.MatchLabels[k])
	}
	return key
}

// highest is the percent beyond which the planner takes a promise for one of all items.
const highest sample.PPM = 999_900

// promises of a stream that hold now, those of regimes in force included.
func (c *checker) promises(r *v1alpha1.ReviewStream) []staffing.Promise {
	return c.holding(resolve.Promises(r, c.in.Regimes))
}

// holding are the promises that hold now, of a list that is not used again.
func (c *checker) holding(all []staffing.Promise) []staffing.Promise {
	now := sample.At(c.in.Now)
	return slices.DeleteFunc(all, func(p staffing.Promise) bool { return p.From > now || p.Until != 0 && p.Until <= now })
}

// checkPromises looks for promises that the work alone is too long for.
func (c *checker) checkPromises(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream) {
	if r.HandleTime == nil {
		return
	}
	handle, err := r.HandleTime.Parse()
	if err != nil {
		return
	}
	for _, p := range c.promises(r) {
		t := queueing.Target{Within: float64(p.Within) / 1000, Decided: p.Measure != staffing.Started, Handle: handle.Seconds()}
		reach := sample.PPM(t.Reachable() * float64(sample.AllPPM))
		if reach >= min(p.Percent, highest) {
			continue
		}
		c.add(&Finding{
			Code: CodePromiseShorterThanWork, Object: Object{KindQueue, q.Name}, Field: fmt.Sprintf("spec.reviews[%s].serviceLevels", r.Name),
			Message: fmt.Sprintf("Work that takes %s on average is done within %s for at most %s %% of the items, however many people there "+
				"are; %s %% are promised.", *r.HandleTime, p.Within, (reach / 10_000 * 10_000).Percent(), p.Percent.Percent()),
			Fix: "Promise more time or a lower percent, or that work is started in it (measure: Started).",
		})
	}
}

// checkRelax looks for steps that come too late to do anything.
func (c *checker) checkRelax(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream) {
	var longest sample.Span
	for _, p := range c.promises(r) {
		longest = max(longest, p.Within)
	}
	for i, x := range r.Relax {
		after, err := x.After.Parse()
		if err != nil || longest == 0 || sample.SpanOf(after) < longest {
			continue
		}
		c.add(&Finding{
			Code: CodeRelaxTooLate, Object: Object{KindQueue, q.Name}, Field: fmt.Sprintf("spec.reviews[%s].relax[%d].after", r.Name, i),
			Message: fmt.Sprintf("The step begins at an age of %s, when the longest promise of the stream, %s, is over: it does nothing.",
				x.After, longest),
			Fix: "Begin the step earlier than the promise ends, or remove it.",
		})
	}
}

// checkProtected looks for streams that are relaxed and take a label that no relief may touch.
func (c *checker) checkProtected(q *v1alpha1.ModerationQueue) {
	if q.Spec.PolicyRef == nil || c.policies[q.Spec.PolicyRef.Name] == nil {
		return
	}
	for _, l := range c.policies[q.Spec.PolicyRef.Name].Spec.Labels {
		r := routing.StreamOf(q, string(l.HarmDomain))
		if !l.Protected || r == nil || len(r.Relax) == 0 {
			continue
		}
		c.add(&Finding{
			Code: CodeProtectedRelaxed, Object: Object{KindQueue, q.Name}, Field: fmt.Sprintf("spec.reviews[%s].relax", r.Name),
			With: objects(KindPolicy, q.Spec.PolicyRef.Name),
			Message: fmt.Sprintf("Label %s of policy %s is protected, and its items go to a stream that is relaxed once they are old.",
				l.Name, q.Spec.PolicyRef.Name),
			Fix: fmt.Sprintf("Take %s into a stream of its own without relax, or remove relax.", l.HarmDomain),
		})
	}
}

// checkRegimes takes over what package resolve says of the regimes that a queue names.
func (c *checker) checkRegimes(q *v1alpha1.ModerationQueue) {
	o := Object{KindQueue, q.Name}
	if resolve.UnknownRegime(q, c.in.Regimes) == nil { // package routing says so
		c.invalid(o, resolve.CheckRegimes(q, c.in.Regimes))
	}
	for _, f := range resolve.RegimeFindings(q, c.in.Regimes, sample.At(c.in.Now)) {
		c.add(&Finding{Code: f.Code, Severity: f.Severity, Object: o, Field: f.Field, Message: f.Message, Fix: f.Fix})
	}
}

// checkUncounted takes over what package resolve says of quality samples that nothing counts.
func (c *checker) checkUncounted(q *v1alpha1.ModerationQueue) {
	for _, f := range resolve.DemandFindings(q, sample.At(c.in.Now)) {
		if f.Code == CodeQASampleNotMeasured {
			c.add(&Finding{
				Code: f.Code, Severity: f.Severity, Object: Object{KindQueue, q.Name}, Field: "spec.reviews",
				Message: sentence(f.Message), Fix: sentence(f.Fix),
			})
		}
	}
}
