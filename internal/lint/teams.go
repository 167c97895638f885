package lint

import (
	"fmt"
	"slices"

	k8slabels "k8s.io/apimachinery/pkg/labels"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/staffing"
)

func (c *checker) checkTeams() {
	domains := c.domains()
	surfaces, asked := c.asked()
	for _, t := range c.in.Teams {
		o := Object{KindTeam, t.Name}
		c.zone(o, "spec.timeZone", t.Spec.TimeZone)
		c.languages(o, "spec.skills.languages", t.Spec.Skills.Languages)
		c.markets(o, "spec.skills.markets", t.Spec.Skills.Markets)
		c.invalid(o, resolve.CheckTeam(t))
		if m := t.Spec.Metrics; m != nil {
			c.checkStage(o, &stage{"spec.metrics", &m.RowSelector, []metric{{"present", &m.Present}, {"handling", m.Handling}}})
		}
		c.checkShifts(o, t)
		c.misspelt(o, "spec.skills.harmDomains", text(t.Spec.Skills.HarmDomains), domains)
		c.misspelt(o, "spec.skills.surfaces", text(t.Spec.Skills.Surfaces), surfaces)
		c.misspelt(o, "spec.skills.clearances", text(t.Spec.Skills.Clearances), asked)
		c.checkExposure(o, t, domains)
		c.checkExposed(o, t)
		c.checkTeamPercents(o, t)
		c.checkTrained(o, t)
	}
	c.checkPresent()
}

// domains are the harm domains that labels, review streams and their mixes have; nil while that is not known.
func (c *checker) domains() []string {
	if !c.knows(KindPolicy) || !c.knows(KindQueue) {
		return nil
	}
	var out []string
	for _, p := range c.in.Policies {
		for i := range p.Spec.Labels {
			out = append(out, string(p.Spec.Labels[i].HarmDomain))
		}
	}
	for _, q := range c.in.Queues {
		for i := range q.Spec.Reviews {
			out = append(out, text(q.Spec.Reviews[i].HarmDomains)...)
			for _, m := range q.Spec.Reviews[i].Mix {
				out = append(out, string(m.HarmDomain))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checkTrained looks for training for what does not exist.
func (c *checker) checkTrained(o Object, t *v1alpha1.ReviewTeam) {
	for _, one := range t.Spec.Trained {
		field := fmt.Sprintf("spec.trained[%s]", one.Policy)
		p := c.policies[string(one.Policy)]
		switch {
		case p == nil && c.knows(KindPolicy):
			c.add(&Finding{
				Code: routing.CodePolicyNotFound, Object: o, Field: field, Message: fmt.Sprintf("ModerationPolicy %s does not exist.", one.Policy),
				Fix: "Name a policy that exists, or take the line out.",
			})
		case p != nil && !hasRevision(p, one.Revision):
			c.add(&Finding{
				Code: CodeTrainedForOther, Object: o, Field: field + ".revision", With: objects(KindPolicy, p.Name),
				Message: fmt.Sprintf("Policy %s has no revision %s: the training counts for nothing.", p.Name, one.Revision),
				Fix:     "Write the revision that kubectl modcap policy status shows, or take the line out.",
			})
		}
	}
}

// hasRevision reports whether a policy means a revision, or knows one of that name by its status.
func hasRevision(p *v1alpha1.ModerationPolicy, revision string) bool {
	if now, ok := routing.RevisionOf(p); !ok || now.Name == revision {
		return true // of one that cannot be published nobody knows
	}
	known := []string{p.Status.Revision}
	if s := p.Status.Rollout; s != nil {
		known = append(known, s.Stable, s.Canary)
		if s.Aborted != nil {
			known = append(known, s.Aborted.Revision)
		}
	}
	return slices.Contains(known, revision)
}

// checkShifts looks for a team that never works again.
func (c *checker) checkShifts(o Object, t *v1alpha1.ReviewTeam) {
	if len(t.Spec.Shifts) == 0 {
		return
	}
	zone, err := t.Spec.TimeZone.Load()
	if err != nil {
		return
	}
	today := v1alpha1.Date(c.in.Now.In(zone).AddDate(0, 0, -1).Format("2006-01-02")) // a shift may last past midnight
	if slices.ContainsFunc(t.Spec.Shifts, func(s v1alpha1.Shift) bool { return s.Headcount > 0 && (s.Until == "" || s.Until >= today) }) {
		return
	}
	c.add(&Finding{
		Code: CodeTeamNeverWorks, Object: o, Field: "spec.shifts",
		Message: "Every shift of the team is over or has no headcount, so it does no work.",
		Fix:     "Add a shift with people, or delete the team.",
	})
}

// asked are the surfaces that queues have, and the clearances that they and labels ask for.
func (c *checker) asked() (surfaces, asked []string) {
	for _, q := range c.in.Queues {
		surfaces = append(surfaces, string(q.Spec.Surface))
		for i := range q.Spec.Reviews {
			asked = append(asked, text(q.Spec.Reviews[i].Requires.Clearances)...)
		}
	}
	for _, p := range c.in.Policies {
		for i := range p.Spec.Labels {
			if r := p.Spec.Labels[i].Requires; r != nil {
				asked = append(asked, text(r.Clearances)...)
			}
		}
	}
	slices.Sort(surfaces)
	slices.Sort(asked)
	return slices.Compact(surfaces), slices.Compact(asked)
}

// misspelt reports words that are nearly one of those known.
func (c *checker) misspelt(o Object, field string, words, known []string) {
	for _, w := range words {
		if w == "*" || slices.Contains(known, w) {
			continue
		}
		if like := nearest(w, known); like != "" && !slices.Contains(words, like) {
			c.add(&Finding{
				Code: CodeSkillMisspelt, Object: o, Field: field,
				Message: fmt.Sprintf("No queue or label has %s, and some have %s: nobody is sent to the team for it.", w, like),
				Fix:     fmt.Sprintf("Write %s, if that is meant.", like),
			})
		}
	}
}

// nearest is the word that one edit makes of w, or a swap of two neighbouring letters; empty if there is none.
func nearest(w string, known []string) string {
	for _, k := range slices.Sorted(slices.Values(known)) {
		if len(w) > 3 && len(k) > 3 && w != k && nearly(w, k) {
			return k
		}
	}
	return ""
}

func nearly(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:] // where they begin to differ
	switch len(b) - len(a) {
	case 0:
		return len(a) > 5 && another(x, y) || swapped(x, y)
	case 1:
		return x == y[1:]
	}
	return false
}

// another reports whether one letter is another; of a short word that makes another word: spam is not a slip of scam.
func another(x, y string) bool { return len(x) > 0 && x[1:] == y[1:] }

func swapped(x, y string) bool {
	return len(x) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:]
}

// checkExposure looks for limits on what the team does not look at: a slip that leaves people unprotected.
func (c *checker) checkExposure(o Object, t *v1alpha1.ReviewTeam, domains []string) {
	held := text(t.Spec.Skills.HarmDomains)
	for _, l := range t.Spec.Exposure {
		for _, d := range text(l.HarmDomains) {
			switch {
			case d == "*" || slices.Contains(held, d):
				continue
			case !slices.Contains(held, "*"):
			case domains == nil || slices.Contains(domains, d):
				continue
			}
			c.add(&Finding{
				Code: CodeExposureOfNothing, Object: o, Field: fmt.Sprintf("spec.exposure[%s].harmDomains", l.Name),
				Message: fmt.Sprintf("The limit is about %s, which the team is not given, so it protects nobody from what is meant.", d),
				Fix:     "Write the harm domain as the labels and the team's skills do.",
			})
		}
	}
}

// selected are what the targets pick, by object.
type selected struct {
	by map[Object][]*v1alpha1.StaffingTarget
	// queues and teams say that every selector of these picks something: one that picks nothing is said once, and
	// not of everything that it may have been meant for.
	queues, teams bool
}

// checkTargets looks for what no target plans, or two do.
func (c *checker) checkTargets() {
	s := selected{map[Object][]*v1alpha1.StaffingTarget{}, true, true}
	for _, t := range c.in.Targets {
		q, ok := c.pick(t, &t.Spec.QueueSelector, "queue")
		for _, x := range c.in.Queues {
			s.take(q, t, Object{KindQueue, x.Name}, x.Labels)
		}
		s.queues = s.queues && ok
		m, ok := c.pick(t, &t.Spec.TeamSelector, "team")
		for _, x := range c.in.Teams {
			s.take(m, t, Object{KindTeam, x.Name}, x.Labels)
		}
		s.teams = s.teams && ok
	}
	c.checkSelected(&s)
}

// checkSelected judges what the targets pick, and notes who plans what.
func (c *checker) checkSelected(s *selected) {
	for _, x := range c.in.Queues {
		c.planned(Object{KindQueue, x.Name}, s, s.queues && len(x.Spec.Reviews) > 0)
	}
	for _, x := range c.in.Teams {
		c.planned(Object{KindTeam, x.Name}, s, s.teams)
	}
	c.people.target = map[Object]*v1alpha1.StaffingTarget{}
	for o, by := range s.by {
		if s.teams || o.Kind == KindTeam {
			c.people.target[o] = oldest(by)
		}
	}
}

func (s *selected) take(by k8slabels.Selector, t *v1alpha1.StaffingTarget, o Object, of map[string]string) {
	if by.Matches(k8slabels.Set(of)) {
		s.by[o] = append(s.by[o], t)
	}
}

// pick is a selector of a target; ok is false if it picks nothing.
func (c *checker) pick(t *v1alpha1.StaffingTarget, by *v1alpha1.LabelSelector, what string) (out k8slabels.Selector, ok bool) {
	o, field := Object{KindTarget, t.Name}, "spec."+what+"Selector"
	out, err := by.Selector()
	if err != nil {
		c.invalid(o, fmt.Errorf("%s: %w", field, err))
		return k8slabels.Nothing(), false
	}
	kind := KindQueue
	if what == "team" {
		kind = KindTeam
	}
	if !c.knows(kind) || c.any(kind, out) {
		return out, true
	}
	c.add(&Finding{
		Code: CodeNothingSelected, Object: o, Field: field, Message: fmt.Sprintf("The selector picks no %s, so there is no plan.", what),
		Fix: fmt.Sprintf("Correct the selector, or the labels of the %ss that are meant.", what),
	})
	return out, false
}

// any reports whether a selector picks some object of a kind.
func (c *checker) any(kind string, by k8slabels.Selector) bool {
	if kind == KindTeam {
		return slices.ContainsFunc(c.in.Teams, func(t *v1alpha1.ReviewTeam) bool { return by.Matches(k8slabels.Set(t.Labels)) })
	}
	return slices.ContainsFunc(c.in.Queues, func(q *v1alpha1.ModerationQueue) bool { return by.Matches(k8slabels.Set(q.Labels)) })
}

func oldest(targets []*v1alpha1.StaffingTarget) *v1alpha1.StaffingTarget {
	return slices.MinFunc(targets, func(a, b *v1alpha1.StaffingTarget) int {
		if resolve.Older(a, b) {
			return -1
		}
		return 1
	})
}

// planned reports what no target plans, where there is one, and what two would.
func (c *checker) planned(o Object, s *selected, wanted bool) {
	switch by := s.by[o]; {
	case len(by) == 0 && wanted && len(c.in.Targets) > 0:
		c.add(&Finding{
			Code: CodeNotPlanned, Object: o, Field: "metadata.labels", Message: "No StaffingTarget selects it, so people are not planned for it.",
			Fix: "Give it the labels that a target selects.",
		})
	case len(by) > 1:
		first := oldest(by)
		var others []string
		for _, t := range by {
			if t != first {
				others = append(others, t.Name)
			}
		}
		c.add(&Finding{
			Code: CodePlannedTwice, Object: o, Field: "metadata.labels", With: objects(KindTarget, append([]string{first.Name}, others...)...),
			Message: fmt.Sprintf("StaffingTarget %s plans it, and %s selects it as well and is Stalled.", first.Name, listed(others)),
			Fix:     "Let one target alone select it.",
		})
	}
}

// roles of a team; that of review where none is declared.
func roles(t *v1alpha1.ReviewTeam) []string {
	if len(t.Spec.Roles) == 0 {
		return []string{staffing.RoleReview}
	}
	return text(t.Spec.Roles)
}
