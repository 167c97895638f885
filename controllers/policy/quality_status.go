package policy

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// Codes of findings about quality.
const (
	codeTooFewChecks    = "TooFewChecks"
	codeChecksUnplanned = "ChecksUnplanned"
	codeWantedTooMuch   = "WantedTooMuch"
)

const (
	// maxWorst is how many lines a status lists, and maxCheckFindings how many findings there are of
	// checks that are needed: those that take the most.
	maxWorst         = 8
	maxCheckFindings = 8
	// maxSeries is how many lines have series of their own, and how many totals.
	maxSeries = 200
)

// qualityStatus is what a status shows of a report; nothing before there is one.
func qualityStatus(r *quality.Report) *v1alpha1.PolicyQualityStatus {
	if r.At == 0 {
		return nil
	}
	out := &v1alpha1.PolicyQualityStatus{At: *base.Time(r.At), Lines: int32(r.Count)}
	for _, l := range r.Places[:min(len(r.Places), maxWorst)] {
		out.Worst = append(out.Worst, v1alpha1.QualityLine{
			Label: v1alpha1.Word(l.Label), Kind: string(l.Kind), By: string(l.By), Market: l.Market, Language: shortTag(l.Language),
			Share: l.Share(), Checked: count(l.Checked), Wrong: count(l.Wrong), Waiting: count(l.Waiting),
		})
	}
	return out
}

// shortTag is a language tag without the subtags that a status has no room for.
func shortTag(tag string) string {
	for len(tag) > 12 {
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return tag
}

// count is a number as a status has it, of two digits.
func count(n int64) int32 { return int32(min(quality.Digits(n), math.MaxInt32)) }

// sayQuality puts into the condition what keeps shares from being known or, by what was published,
// whether they are as surely known as wanted.
func sayQuality(set conditions.Setter, now *quality.Result, shown *quality.Report) {
	const kind = v1alpha1.ConditionQualityMeasured
	if len(now.Problems) > 0 {
		p := now.Problems[0]
		reason := string(p.Code)
		if p.Code == quality.NotFresh {
			reason = v1alpha1.ReasonQualityNotFresh
		}
		set.Unknown(kind, reason, problemSentence(p))
		return
	}
	wide := slices.IndexFunc(shown.Needs, func(n quality.Need) bool { return n.Wide() })
	if wide < 0 {
		set.True(kind, v1alpha1.ReasonMeasured, "How often decisions are wrong is known, as surely as wanted")
		return
	}
	n := &shown.Needs[wide]
	what := "it narrows as what is sampled now is checked"
	if n.Short() {
		what = "the findings say how many checks it takes"
	}
	set.False(kind, v1alpha1.ReasonTooFewChecks, fmt.Sprintf("The interval of %s, is wider than wanted: %s", shareOf(n), what))
}

// problemSentence says what keeps shares from being known.
func problemSentence(p quality.Problem) string {
	of := ""
	if p.Label != "" {
		of = " of label " + p.Label
	}
	return map[quality.Code]string{
		quality.NotFresh:       fmt.Sprintf("What spec.quality.metrics counts is not fresh (%s); the last figures stay", p.Cause),
		quality.NothingMatured: "No cohort's checks have had the time to come back, or nothing was checked",
		quality.CountersFell:   "Sums of a cohort fell, or its rows are gone: it is left out until it is older than the window",
		quality.Contradicting:  "More was labelled than sampled, or found wrong than labelled" + of + ": such shares are left out",
		quality.RowsMissing:    "Rows of labelled or wrong are missing" + of + ": such shares are left out; show 0 where there are none",
		quality.LabelsLate:     "More than a fifth of the checks of old cohorts have not come back: what they would find is not known",
	}[p.Code]
}

// shareOf names the share that a need is of.
func shareOf(n *quality.Need) string {
	what := map[quality.Verdict]string{quality.Allow: "leakage of what ", quality.Act: "overkill of what "}[n.Verdict] +
		map[quality.Decider]string{quality.Machine: "machines ", quality.People: "people "}[n.By] +
		map[quality.Verdict]string{quality.Allow: "allow", quality.Act: "action"}[n.Verdict] + ", label " + n.Label
	if n.Market != "" {
		what += " in market " + n.Market
	}
	return what
}

// checkFindings say what checks are needed that are not sampled, those that take the most first.
func checkFindings(p *v1alpha1.ModerationPolicy, queues []v1alpha1.ModerationQueue, needs []quality.Need) (out []v1alpha1.Finding) {
	short := slices.DeleteFunc(slices.Clone(needs), func(n quality.Need) bool { return !n.Short() })
	slices.SortStableFunc(short, func(a, b quality.Need) int { return cmp.Compare(b.Wanted-b.Sampled, a.Wanted-a.Sampled) })
	for i := range short[:min(len(short), maxCheckFindings)] {
		at := slices.IndexFunc(p.Spec.Labels, func(l v1alpha1.PolicyLabel) bool { return string(l.Name) == short[i].Label })
		if at >= 0 {
			out = append(out, checkFinding(&p.Spec.Labels[at], queues, &short[i]))
		}
	}
	return out
}

func checkFinding(l *v1alpha1.PolicyLabel, queues []v1alpha1.ModerationQueue, n *quality.Need) v1alpha1.Finding {
	field := "reviewed"
	switch {
	case n.By == quality.People:
	case n.Verdict == quality.Allow:
		field = "allowed"
	default:
		field = "actioned"
	}
	f := v1alpha1.Finding{
		Code: codeTooFewChecks, Severity: "Warning", Field: fmt.Sprintf("spec.labels[%s].qaSample.%s", l.Name, field),
		Message: fmt.Sprintf("The declared rates give %s checks a day for the %s; an interval of ±%s %% takes %s.",
			base.Number(n.Sampled), shareOf(n), quality.PercentOf(n.WantedWidth), base.Number(n.Wanted)),
	}
	if n.Beyond() {
		f.Code = codeWantedTooMuch
		f.Message += fmt.Sprintf(" There are %s such decisions a day: to check all of them is not enough.", base.Number(n.Decided))
		f.Fix = "Want a wider interval in spec.quality.wanted, or look further back with spec.quality.window."
		return f
	}
	raise := fmt.Sprintf("Raise qaSample.%s to %s", field, strconv.FormatFloat(float64(n.Rate)/float64(sample.AllPPM), 'f', -1, 64))
	took, planned := resolve.SampleTime(queues, l.HarmDomain, n)
	switch {
	case !planned:
		f.Code = codeChecksUnplanned
		f.Message += " No review stream of its harm domain plans such checks, so nobody is reserved for them."
		f.Fix = fmt.Sprintf("%s, and declare qaSample.%s in a review stream of harm domain %s.", raise, field, l.HarmDomain)
	case took > 0:
		hours := sample.Milli(sample.MulDiv(int64(n.Wanted-n.Sampled), int64(took), int64(sample.Hour)))
		f.Fix = fmt.Sprintf("%s, which costs %s person-hours a day more: the plan of people reserves them. Or want a wider interval.",
			raise, base.Number(hours))
	default:
		f.Fix = raise + ": the plan of people reserves the time. Or want a wider interval."
	}
	return f
}

// series are the labels of a line's metrics.
type series struct{ label, kind, market, language, by, revision string }

// measureChecks sets the metrics of the worst lines, and drops those of lines that are not among
// them any more; all of them while it is not known.
func (r *Reconciler) measureChecks(policy types.NamespacedName, now *quality.Result, before map[series]bool) map[series]bool {
	is := map[series]bool{}
	if fresh(now) {
		for _, l := range slices.Concat(now.Totals[:min(len(now.Totals), maxSeries)], now.Lines[:min(len(now.Lines), maxSeries)]) {
			s := series{l.Label, string(l.Kind), orAll(l.Market), orAll(l.Language), string(l.By), orAll(l.Revision)}
			is[s] = true
			r.setChecks(policy, s, &l)
		}
	}
	for s := range before {
		if !is[s] {
			r.dropSeries(policy, s)
		}
	}
	return is
}

func orAll(s string) string { return cmp.Or(s, "all") }

func (s series) values(policy types.NamespacedName, last string) []string {
	return []string{policy.Namespace, policy.Name, s.label, s.kind, s.market, s.language, s.by, s.revision, last}
}

func (r *Reconciler) setChecks(policy types.NamespacedName, s series, l *quality.Line) {
	for state, n := range map[string]int64{"checked": l.Checked, "wrong": l.Wrong, "waiting": l.Waiting} {
		r.Metrics.PolicyChecks.WithLabelValues(s.values(policy, state)...).Set(float64(n))
	}
	for bound, share := range map[string]sample.PPM{"estimate": l.Estimate, "lower": l.Lower, "upper": l.Upper} {
		if l.Checked == 0 {
			r.Metrics.PolicyErrors.DeleteLabelValues(s.values(policy, bound)...)
			continue
		}
		r.Metrics.PolicyErrors.WithLabelValues(s.values(policy, bound)...).Set(float64(share) / float64(sample.AllPPM))
	}
}

func (r *Reconciler) dropSeries(policy types.NamespacedName, s series) {
	for _, state := range []string{"checked", "wrong", "waiting"} {
		r.Metrics.PolicyChecks.DeleteLabelValues(s.values(policy, state)...)
	}
	for _, bound := range []string{"estimate", "lower", "upper"} {
		r.Metrics.PolicyErrors.DeleteLabelValues(s.values(policy, bound)...)
	}
}
