package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// maxDomains is how many harm domains a status names.
const maxDomains = 8

// ChangedDomains are the harm domains of the labels by which two revisions may decide differently; "*" where they are
// more than a status has room for.
func ChangedDomains(stable, canary routing.Revision) []v1alpha1.HarmDomainName {
	var out []v1alpha1.HarmDomainName
	for _, l := range changedLabels(stable, canary) {
		out = append(out, v1alpha1.HarmDomainName(l.HarmDomain))
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > maxDomains {
		return []v1alpha1.HarmDomainName{"*"}
	}
	return out
}

// Lesson is a change that people learn.
type Lesson struct {
	Policy      *v1alpha1.ModerationPolicy
	Revision    string
	HarmDomains []v1alpha1.HarmDomainName
	// Queues are those of the namespace.
	Queues []v1alpha1.ModerationQueue
}

// streams calls a function for each review stream of the policy's queues whose items the change alters.
func (l *Lesson) streams(each func(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, domain v1alpha1.HarmDomainName)) {
	for i := range l.Queues {
		q := &l.Queues[i]
		if q.Spec.PolicyRef == nil || q.Spec.PolicyRef.Name != l.Policy.Name {
			continue
		}
		for j := range q.Spec.Reviews {
			for _, d := range l.HarmDomains {
				if d == "*" || reviewsDomain(q, &q.Spec.Reviews[j], v1alpha1.Word(d)) {
					each(q, &q.Spec.Reviews[j], d)
				}
			}
		}
	}
}

// lessonPart is items that a change alters: those of a stream of a queue, of a harm domain, in a market; an empty one
// is any.
type lessonPart struct {
	queue  *v1alpha1.ModerationQueue
	review *v1alpha1.ReviewStream
	domain v1alpha1.HarmDomainName
	market v1alpha1.Market
}

// gets reports whether people of a team may get the items.
func (l *lessonPart) gets(t *v1alpha1.ReviewTeam) bool {
	s, need := &t.Spec.Skills, &l.review.Requires
	knows := l.domain == "*" || slices.Contains(s.HarmDomains, "*") || slices.Contains(s.HarmDomains, l.domain)
	role := cmp.Or(string(need.Role), staffing.RoleReview)
	cleared := !slices.ContainsFunc(need.Clearances, func(c v1alpha1.Word) bool { return !slices.Contains(s.Clearances, c) })
	return knows && cleared && max(t.Spec.Tier, 1) == max(need.Tier, 1) && slices.Contains(roles(t.Spec.Roles), role) &&
		l.isThere(s) && speaks(s.Languages, l.queue.Spec.Languages)
}

func (l *lessonPart) isThere(s *v1alpha1.TeamSkills) bool {
	return (len(s.Surfaces) == 0 || slices.Contains(s.Surfaces, l.queue.Spec.Surface)) &&
		(l.market == "" || len(s.Markets) == 0 || slices.Contains(s.Markets, l.market))
}

// speaks reports whether some language of a queue is one of a team's; a queue without languages is of any.
func speaks(held, asked []v1alpha1.LanguageTag) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, func(a v1alpha1.LanguageTag) bool {
		return slices.ContainsFunc(held, func(h v1alpha1.LanguageTag) bool { return Covers(string(h), string(a)) })
	})
}

// trainedOf is the share of a team's people who were trained for a revision, none where nothing says so.
func trainedOf(t *v1alpha1.ReviewTeam, policy, revision string) sample.PPM {
	for _, one := range t.Spec.Trained {
		if string(one.Policy) == policy && one.Revision == revision {
			if ppm, err := one.Percent.PPM(); err == nil {
				return sample.PPM(ppm)
			}
		}
	}
	return 0
}

// headsOf is how many people the shifts of a team have; 0 where a schedule says so.
func headsOf(t *v1alpha1.ReviewTeam) (n int64) {
	for _, s := range t.Spec.Shifts {
		if s.Duty != v1alpha1.DutyOnCall {
			n += int64(s.Headcount)
		}
	}
	return n
}

// Untrained says which teams have to learn a change before its next step begins, and where; nil is the end, when it
// decides everything. It is empty once, in each market, as many of the people who may review what the change alters are
// trained as the policy asks for; of people whose number no shift tells the least trained team counts.
func Untrained(l Lesson, teams []v1alpha1.ReviewTeam, next *rollout.Step) string {
	least, err := l.Policy.Spec.Rollout.Training.MinTrained.PPM()
	if err != nil {
		return fmt.Sprintf("spec.rollout.training.minTrained: %v", err)
	}
	hang := map[v1alpha1.Market]map[int]bool{} // the teams on whom each market hangs
	l.streams(func(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, domain v1alpha1.HarmDomainName) {
		for _, m := range marketsIn(q, next) {
			part := lessonPart{q, r, domain, m}
			for i := range teams {
				if teams[i].DeletionTimestamp == nil && part.gets(&teams[i]) {
					if hang[m] == nil {
						hang[m] = map[int]bool{}
					}
					hang[m][i] = true
				}
			}
		}
	})
	var markets, missing []string
	for m, of := range hang {
		below := l.below(teams, of, sample.PPM(least))
		if len(below) > 0 {
			markets, missing = append(markets, string(m)), append(missing, below...)
		}
	}
	return missingWords(missing, markets)
}

// marketsIn are the markets of a queue in a step, an empty one where it names none; none where the step is elsewhere.
func marketsIn(q *v1alpha1.ModerationQueue, s *rollout.Step) []v1alpha1.Market {
	if s != nil && len(s.Surfaces) > 0 && !slices.Contains(s.Surfaces, string(q.Spec.Surface)) {
		return nil
	}
	all := slices.Clone(q.Spec.Markets)
	if s != nil && len(s.Markets) > 0 {
		if len(all) == 0 {
			for _, m := range s.Markets {
				all = append(all, v1alpha1.Market(m))
			}
			return all
		}
		return slices.DeleteFunc(all, func(m v1alpha1.Market) bool { return !slices.Contains(s.Markets, string(m)) })
	}
	if len(all) == 0 {
		return []v1alpha1.Market{""}
	}
	return all
}

// below names those of some teams that are trained less than asked, if together they are.
func (l *Lesson) below(teams []v1alpha1.ReviewTeam, of map[int]bool, least sample.PPM) (names []string) {
	var heads, trained int64
	worst, unknown := sample.AllPPM, false
	for i := range of {
		t := &teams[i]
		share, n := trainedOf(t, l.Policy.Name, l.Revision), headsOf(t)
		heads, trained = heads+n, trained+n*int64(share)
		worst, unknown = min(worst, share), unknown || n == 0
		if share < least {
			names = append(names, fmt.Sprintf("team %s %s %%", t.Name, percentOf(share)))
		}
	}
	enough := heads > 0 && trained >= heads*int64(least)
	if unknown {
		enough = worst >= least
	}
	if enough {
		return nil
	}
	return names
}

// percentOf prints a share without zeros that say nothing.
func percentOf(share sample.PPM) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.4f", float64(share)/10_000), "0"), ".")
}

// missingWords is "team dublin 40 %, team night 0 % (in BR, MX)".
func missingWords(teams, markets []string) string {
	const few = 6
	short := func(all []string) string {
		slices.Sort(all)
		if all = slices.Compact(all); len(all) > few {
			return fmt.Sprintf("%s and %d more", strings.Join(all[:few], ", "), len(all)-few)
		}
		return strings.Join(all, ", ")
	}
	if len(teams) == 0 {
		return ""
	}
	markets = slices.DeleteFunc(markets, func(m string) bool { return m == "" })
	if len(markets) == 0 {
		return short(teams)
	}
	return fmt.Sprintf("%s (in %s)", short(teams), short(markets))
}

// Learning is time that each person of a team is away to learn a change.
type Learning struct {
	From time.Time
	Days int
	// PerDay is the time of each day.
	PerDay sample.Span
}

// TeamLearns is what people of a team learn of changes under way. Who was trained is not away again: of a team that is
// trained in part each person is away for a part of the time.
func TeamLearns(t *v1alpha1.ReviewTeam, policies []v1alpha1.ModerationPolicy, queues []v1alpha1.ModerationQueue) (out []Learning) {
	for i := range policies {
		p := &policies[i]
		s := p.Status.Rollout
		if p.Spec.Rollout == nil || p.Spec.Rollout.Training == nil || s == nil || s.Canary == "" || s.Began == nil {
			continue
		}
		total := sample.Span(p.Spec.Rollout.Training.MinutesPerPerson) * sample.Minute
		left := sample.AllPPM - trainedOf(t, p.Name, s.Canary)
		total = sample.Span(sample.MulDivUp(int64(total), int64(left), int64(sample.AllPPM)))
		concerns := false
		l := Lesson{Policy: p, Revision: s.Canary, HarmDomains: s.HarmDomains, Queues: queues}
		l.streams(func(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, domain v1alpha1.HarmDomainName) {
			part := lessonPart{q, r, domain, ""}
			concerns = concerns || part.gets(t)
		})
		if !concerns || total <= 0 {
			continue
		}
		days := cmp.Or(p.Spec.Rollout.Training.Days, 5)
		out = append(out, Learning{
			From: s.Began.Time, Days: int(days), PerDay: sample.Span(sample.MulDivUp(int64(total), 1, int64(days))),
		})
	}
	return out
}

// exceptions are the days of a zone on which people are away to learn.
func exceptions(all []Learning, zone *time.Location) (out []staffing.Exception) {
	for _, l := range all {
		first := staffing.DateOf(l.From.In(zone))
		out = append(out, staffing.Exception{From: first, To: first + staffing.Date(l.Days-1), Training: l.PerDay})
	}
	return out
}
