package resolve

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/sample"
)

// Labels of the rows of quality checks besides those of rollouts.
const rowVerdict, rowBy, rowLanguage = "verdict", "by", "language"

// marketRow is what a row may have as its market; empty for all together.
var (
	marketRow   = regexp.MustCompile(`^([A-Z]{2}|none)?$`)
	revisionRow = regexp.MustCompile(`^[a-z0-9]{0,64}$`)
)

// QualityTerms are what a policy declares of quality.
func QualityTerms(p *v1alpha1.ModerationPolicy) (quality.Terms, error) {
	q := p.Spec.Quality
	var t quality.Terms
	for _, one := range []struct {
		field string
		is    v1alpha1.Duration
		to    *sample.Span
	}{
		{"window", q.Window.Or("168h"), &t.Window}, {"metrics.cohort", q.Metrics.Cohort, &t.Cohort},
		{"metrics.labelDelay", q.Metrics.LabelDelay, &t.Delay},
	} {
		d, err := one.is.Parse()
		if err != nil {
			return t, fmt.Errorf("spec.quality.%s: %w", one.field, err)
		}
		*one.to = sample.SpanOf(d)
	}
	for i := range p.Spec.Labels {
		t.Labels = append(t.Labels, string(p.Spec.Labels[i].Name))
	}
	var c v1alpha1.QualityChecks
	if q.Checks != nil {
		c = *q.Checks
	}
	var w v1alpha1.QualityWanted
	if q.Wanted != nil {
		w = *q.Wanted
	}
	t.Wanted.Labels, t.Wanted.PerMarket = texts(w.Labels), w.PerMarket
	for _, one := range []struct {
		field string
		is    v1alpha1.Share
		to    *sample.PPM
	}{
		{"checks.missed", c.Missed, &t.Missed}, {"checks.mistaken", c.Mistaken, &t.Mistaken}, {"wanted.allowed", w.Allowed, &t.Wanted.Allowed},
		{"wanted.actioned", w.Actioned, &t.Wanted.Actioned}, {"wanted.reviewed", w.Reviewed, &t.Wanted.Reviewed},
	} {
		if one.is == "" {
			continue
		}
		v, err := one.is.PPM()
		if err != nil {
			return t, fmt.Errorf("spec.quality.%s: %w", one.field, err)
		}
		*one.to = sample.PPM(v)
	}
	return t, nil
}

// QualityCounts are the rows of a policy's quality checks. A row that is not as the contract
// says spoils all of them, since nobody knows what it would have added.
func QualityCounts(p *v1alpha1.ModerationPolicy, tables Tables) quality.Counts {
	m := &p.Spec.Quality.Metrics
	out := quality.Counts{Quality: sample.Fresh}
	spoil := func(q sample.Quality, cause sample.Cause) {
		if q < out.Quality {
			out.Quality, out.Cause = q, cause
		}
	}
	read := func(ref v1alpha1.SeriesReference) (rows []quality.Row) {
		row, ok := rowOf(p.Namespace, v1alpha1.RowSelector{SourceRef: m.SourceRef}, &ref)
		if !ok {
			spoil(sample.Absent, sample.CauseNotDeclared)
			return nil
		}
		row.Labels = map[string]string{rowPolicy: p.Name}
		seen, whole := tables(row)
		spoil(whole.Quality, whole.Cause)
		for _, one := range seen {
			cell, ok := qualityCell(one.Labels)
			if !ok {
				spoil(sample.Implausible, sample.CauseUnknownClass)
			}
			rows = append(rows, quality.Row{Cell: cell, N: int64(one.Value / sample.One)})
		}
		return rows
	}
	out.Sampled, out.Labelled, out.Wrong = read(m.Sampled), read(m.Labelled), read(m.Wrong)
	return out
}

// QualityRow is any row of the source of quality checks: it says how often that is read.
func QualityRow(p *v1alpha1.ModerationPolicy) Row {
	m := &p.Spec.Quality.Metrics
	row, _ := rowOf(p.Namespace, v1alpha1.RowSelector{SourceRef: m.SourceRef}, &m.Sampled)
	return row
}

// qualityCell is what a row is of; false if its labels are not as the contract says.
func qualityCell(labels map[string]string) (c quality.Cell, ok bool) {
	at, err := time.Parse(time.RFC3339, labels[rowCohort])
	rate, err2 := v1alpha1.Score(labels[rowRate]).PPM()
	if err != nil || err2 != nil || rate <= 0 {
		return c, false
	}
	c = quality.Cell{
		Label: labels[rowLabel], Verdict: quality.Verdict(labels[rowVerdict]), By: quality.Decider(labels[rowBy]),
		Market: labels[rowMarket], Language: labels[rowLanguage], Revision: labels[rowRevision],
		Rate: sample.PPM(rate), Cohort: sample.At(at),
	}
	known := (c.Verdict == quality.Allow || c.Verdict == quality.Act) && (c.By == quality.Machine || c.By == quality.People)
	return c, known && soundPlace(&c)
}

// soundPlace is whether what a cell is told apart by is written as the contract says.
func soundPlace(c *quality.Cell) bool {
	return word.MatchString(c.Label) && marketRow.MatchString(c.Market) && revisionRow.MatchString(c.Revision) &&
		len(c.Language) <= 35 && IsClass(Class{Language: c.Language})
}

// GuardPeople is how often people err in review, as the guard of a rollout is told.
func GuardPeople(all []quality.Reviewer) (out []guard.People) {
	for _, r := range all {
		out = append(out, guard.People{Label: r.Label, Leakage: r.Leakage, Overkill: r.Overkill})
	}
	return out
}

// QualityRates are the shares of a queue's items that are to be checked for the intervals that its
// policy wants. The zero value is none.
type QualityRates struct {
	// Allowed is of all items that machines let through: a check looks at every label.
	Allowed sample.PPM
	// Actioned and Reviewed are by harm domain.
	Actioned, Reviewed map[string]sample.PPM
}

// QualityRatesOf are the rates that the needs of a policy come to for a queue. Of several labels
// the highest rate holds; of several markets, that which gives as many checks as all of them take.
func QualityRatesOf(q *v1alpha1.ModerationQueue, p *v1alpha1.ModerationPolicy, needs []quality.Need) QualityRates {
	out := QualityRates{Actioned: map[string]sample.PPM{}, Reviewed: map[string]sample.PPM{}}
	for k, c := range checksOf(q, needs) {
		i := slices.IndexFunc(p.Spec.Labels, func(l v1alpha1.PolicyLabel) bool { return string(l.Name) == k.label })
		if i < 0 || c.decided <= 0 {
			continue
		}
		domain := string(p.Spec.Labels[i].HarmDomain)
		rate := sample.PPM(sample.MulDivUp(int64(c.wanted), int64(sample.AllPPM), int64(c.decided)))
		switch {
		case k.by == quality.People:
			out.Reviewed[domain] = max(out.Reviewed[domain], rate)
		case k.verdict == quality.Allow:
			out.Allowed = max(out.Allowed, rate)
		default:
			out.Actioned[domain] = max(out.Actioned[domain], rate)
		}
	}
	return out
}

// decision is what checks are of, and checks how many are wanted of how many decisions, a day.
type (
	decision struct {
		label   string
		verdict quality.Verdict
		by      quality.Decider
	}
	checks struct{ wanted, decided sample.Milli }
)

// checksOf are the checks that a queue's markets take together; where markets are not told apart,
// those of all of them.
func checksOf(q *v1alpha1.ModerationQueue, needs []quality.Need) map[decision]checks {
	out := map[decision]checks{}
	for i := range needs {
		n := &needs[i]
		if n.Market != "" && len(q.Spec.Markets) > 0 && !slices.Contains(q.Spec.Markets, v1alpha1.Market(n.Market)) {
			continue
		}
		k := decision{n.Label, n.Verdict, n.By}
		c := out[k]
		c.wanted, c.decided = min(c.wanted+min(n.Wanted, n.Decided), sample.MaxMilli), min(c.decided+n.Decided, sample.MaxMilli)
		out[k] = c
	}
	return out
}

// highest is the highest rate of the domains of a class of the stream: of its own, or of all that
// the stream takes.
func (s stream) highest(rates map[string]sample.PPM, domain string) (out sample.PPM) {
	for d, rate := range rates {
		if d == domain || (domain == "" && StreamTakes(s.queue, s.review, v1alpha1.Word(d))) {
			out = max(out, rate)
		}
	}
	return out
}

// StreamTakes reports whether items of a harm domain come to a queue's stream: it is listed, or the
// stream has the rest and no other lists it.
func StreamTakes(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, domain v1alpha1.Word) bool {
	named := func(r *v1alpha1.ReviewStream) bool {
		return slices.Contains(r.HarmDomains, v1alpha1.HarmDomainName(domain))
	}
	if named(r) {
		return true
	}
	return slices.Contains(r.HarmDomains, "*") &&
		!slices.ContainsFunc(q.Spec.Reviews, func(o v1alpha1.ReviewStream) bool { return named(&o) })
}

// SampleTime is how long a person takes for a check of a label's items, as declared by the first of
// some queues' review streams that plans such checks; 0 where it declares none. planned is false
// where no stream plans them.
func SampleTime(queues []v1alpha1.ModerationQueue, domain v1alpha1.Word, n *quality.Need) (took sample.Span, planned bool) {
	for i := range queues {
		for j := range queues[i].Spec.Reviews {
			r := &queues[i].Spec.Reviews[j]
			if r.QASample == nil || !StreamTakes(&queues[i], r, domain) || !plans(r.QASample, n) {
				continue
			}
			planned = true
			for _, d := range []*v1alpha1.Duration{r.QASample.HandleTime, r.HandleTime} {
				if d != nil {
					return span(*d, 0), true
				}
			}
		}
	}
	return 0, planned
}

// plans reports whether a stream plans checks of the decisions that more are needed of.
func plans(qa *v1alpha1.ReviewSample, n *quality.Need) bool {
	share := qa.Actioned
	switch {
	case n.By == quality.People:
		share = qa.Reviewed
	case n.Verdict == quality.Allow:
		share = qa.Allowed
	}
	ppm, err := share.PPM()
	return err == nil && ppm > 0
}
