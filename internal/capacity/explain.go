package capacity

import (
	"fmt"
	"slices"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// Explain says a decision in short sentences, the verdict first, then the rules
// that mattered in the order in which they were applied, then who will be late.
// Times are absolute (UTC), so that the same decision always gives the same
// words.
func Explain(d Decision) []string {
	lines := []string{headline(d)}
	for _, s := range d.Steps {
		if line := sentence(s); line != "" && (s.After != s.Before || always(s.Rule)) {
			lines = append(lines, line)
		}
	}
	for _, r := range d.Risk {
		if line := riskSentence(r); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// always is true for rules worth a sentence even when they changed nothing.
func always(r Rule) bool {
	switch r {
	case RuleInvalid, RuleFleetUnknown, RuleNoQueues, RuleNotFresh, RuleRollout, RuleNotArriving, RulePause:
		return true
	}
	return false
}

func headline(d Decision) string {
	if d.Message != "" {
		return fmt.Sprintf("Replicas stay at %d: %s", d.Replicas, d.Message)
	}
	verb := map[Verdict]string{Hold: "Hold at", ScaleUp: "Scale up to", ScaleDown: "Scale down to"}[d.Verdict]
	return fmt.Sprintf("%s %d replicas (needed %d); settled by %s", verb, d.Replicas, d.Needed, d.Binding)
}

func sentence(s Step) string {
	t := s.term
	switch s.Rule {
	case RuleWorkDue:
		if s.has("later") {
			const words = "%d replicas for now: the %s work units due within %s, most of it from %s, need %d more, which is soon enough later"
			return fmt.Sprintf(words,
				s.After, sample.Milli(t("due")), sample.Span(t("within")), s.Queue, t("later"))
		}
		return fmt.Sprintf("%d replicas do the %s work units due within %s, most of it from %s",
			s.After, sample.Milli(t("due")), sample.Span(t("within")), s.Queue)
	case RuleHeadroom:
		if s.has("foreseen") {
			return fmt.Sprintf("%d replicas stand ready for the work of %s that season or calendar foresee within %s, and for what comes on top",
				s.After, sample.Milli(t("foreseen")), sample.Span(t("lead")))
		}
		return fmt.Sprintf("%d replicas stand ready for work that no new replica could do in time, because one needs %s",
			s.After, sample.Span(t("lead")))
	case RulePatience:
		return patienceSentence(s)
	case RuleNoQueues:
		return "No queue names this pool: replicas stay"
	case RuleNotFresh:
		return fmt.Sprintf("No scale-down: numbers of %d of %d queues are not fresh (first %s, %s)",
			t("queuesNotFresh"), t("queues"), s.Queue, sample.Quality(t("worstQuality")))
	case RuleRollout:
		return "No scale-down while the target replaces its pods"
	case RuleNotArriving:
		return fmt.Sprintf("No scale-up: since %s %d replicas are unschedulable and %d failing",
			clock(t("since")), t("unschedulable"), t("failing"))
	}
	return limitSentence(s)
}

// patienceSentence says why the control law wants other replicas than the rules before.
func patienceSentence(s Step) string {
	t := s.term
	needed, present := t("needed"), t("present")
	switch after := int64(s.After); {
	case after == present && needed < present:
		return keptSentence(s, max(needed, int64(s.Before)))
	case after < present && s.has("due"):
		return fmt.Sprintf("%d replicas: %d would do, but not what is due before others could come", s.After, max(needed, int64(s.Before)))
	case after < present:
		return fmt.Sprintf("%d replicas: the most that was needed of late", s.After)
	case needed > int64(s.Before):
		return fmt.Sprintf("%d replicas, or else the backlog would take up more than %d %% of the deadline by the time new ones work",
			s.After, t("may")/10)
	}
	return fmt.Sprintf("%d replicas: more than the %d needed now, since what rises goes on rising, and small swings are not followed",
		s.After, max(needed, int64(s.Before)))
}

// keptSentence says why the replicas stay where so many would do.
func keptSentence(s Step, enough int64) string {
	t := s.term
	switch {
	case s.has("occupied"):
		return fmt.Sprintf("Kept at %d: %d would do, but there is work for all of them until others could come instead", s.After, enough)
	case s.has("due"):
		return fmt.Sprintf("Kept at %d: %d would do, but not what is due before others could come", s.After, enough)
	case t("wasted") > t("mayWaste"):
		return fmt.Sprintf("Kept at %d: %d would do, but not for long enough to be worth a change", s.After, enough)
	}
	return fmt.Sprintf("Kept at %d: %d would do, but a change is worth it only when %s of a replica's time was wasted (%s so far)",
		s.After, enough, sample.Span(t("mayWaste")), sample.Span(t("wasted")))
}

func limitSentence(s Step) string {
	t := s.term
	switch s.Rule {
	case RuleStabilization:
		return fmt.Sprintf("Kept at %d: %d were needed within the last %s (until %s)",
			s.After, t("highest"), sample.Span(t("window")), clock(t("until")))
	case RuleFlapBudget:
		return fmt.Sprintf("Kept at %d: %d scale-downs in the last hour of %d allowed (next at %s)",
			s.After, t("done"), t("perHour"), clock(t("nextAt")))
	case RuleMinimum:
		return fmt.Sprintf("Raised to %d, the least declared", s.After)
	case RuleSchedule:
		return fmt.Sprintf("Raised to %d, the least declared from %s on", s.After, clock(t("at")))
	case RuleFloor:
		return fmt.Sprintf("Raised to %d by the floor %s until %s", s.After, s.Queue, clock(t("until")))
	case RuleMaximum:
		return fmt.Sprintf("Cut from %d to %d, the most declared", s.Before, s.After)
	case RuleCeiling:
		return fmt.Sprintf("Cut from %d to %d by the ceiling %s until %s", s.Before, s.After, s.Queue, clock(t("until")))
	case RulePause:
		return fmt.Sprintf("Paused at %d by %s until %s", s.After, s.Queue, clock(t("until")))
	}
	return ""
}

func riskSentence(r Risk) string {
	why := map[RiskReason]string{
		TooLate:     "they are due before a new replica can be ready",
		Short:       "the replicas are too few",
		Outranked:   "the replicas are too few and other queues come first",
		NotArriving: "replicas asked for do not come",
	}[r.Reason]
	switch {
	case r.Reason == NoData:
		return fmt.Sprintf("%s: nothing is known of it", r.Queue)
	case r.FirstBreach == 0:
		return ""
	case r.Late == 0:
		return fmt.Sprintf("%s: items late from %s on: %s", r.Queue, clock(int64(r.FirstBreach)), why)
	}
	return fmt.Sprintf("%s: about %d items late from %s on: %s", r.Queue, r.Late.Ceil(), clock(int64(r.FirstBreach)), why)
}

func (s Step) has(name string) bool {
	return slices.ContainsFunc(s.Terms, func(t Term) bool { return t.Name == name })
}

// term is the value of a named term, 0 when there is none.
func (s Step) term(name string) int64 {
	for _, t := range s.Terms {
		if t.Name == name {
			return t.Value
		}
	}
	return 0
}

func clock(unixMilli int64) string {
	return sample.Instant(unixMilli).Time().Format(time.RFC3339)
}
