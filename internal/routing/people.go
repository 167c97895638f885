package routing

import (
	"fmt"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// checkPeople reports, for each queue in force, what labels and teams do not cover.
func (c *compilation) checkPeople() {
	all := slices.DeleteFunc(slices.Clone(c.in.Teams), func(t Team) bool { return !t.Scheduled })
	scheduled := slices.DeleteFunc(slices.Clone(all), func(t Team) bool { return !t.onSurface(c.in.Surface) })
	for _, e := range c.entries {
		c.checkLabels(e.doc)
		if len(e.doc.Streams) > 0 {
			(&peopleCheck{c: c, doc: e.doc, ask: askedOf(e.queue), teams: scheduled, all: all}).run()
		}
	}
}

// checkLabels compares the harm domains of a queue's labels and streams.
func (c *compilation) checkLabels(d *v1.PolicyDocument) {
	if d.Policy == "" {
		return
	}
	labelled, taken := map[string]bool{}, map[string]bool{}
	for _, s := range d.Streams {
		for _, domain := range s.HarmDomains {
			taken[domain] = true
		}
	}
	for i := range d.Revisions[0].Labels {
		l := &d.Revisions[0].Labels[i]
		labelled[l.HarmDomain] = true
		if hasBand(l) && !taken[l.HarmDomain] && !taken[v1.Any] {
			c.find(queueObject(d.Queue), Finding{
				Code: CodeDomainWithoutReview, Severity: Error, Field: "spec.reviews",
				Message: fmt.Sprintf("Label %s of policy %s sends items of harm domain %s to people, and none of the reviews takes it; "+
					"routers must hold them.", l.Name, d.Policy, l.HarmDomain),
				Fix: fmt.Sprintf("Add %s, or \"*\", to the harmDomains of one of the reviews, or raise the label's reviewAt to its actAt.",
					l.HarmDomain),
			})
		}
	}
	for i := range d.Streams {
		c.checkStreamLabels(d, &d.Streams[i], labelled)
	}
}

func (c *compilation) checkStreamLabels(d *v1.PolicyDocument, s *v1.Stream, labelled map[string]bool) {
	for _, domain := range s.HarmDomains {
		if domain == v1.Any || labelled[domain] {
			continue
		}
		c.find(queueObject(d.Queue), Finding{
			Code: CodeHarmDomainNotCovered, Severity: Warning, Field: fmt.Sprintf("spec.reviews[%s].harmDomains", s.Name),
			Message: fmt.Sprintf("No label of policy %s has harm domain %s, so no score sends an item there.", d.Policy, domain),
			Fix:     "Add a label with this harm domain to the policy, or remove the harm domain from the review.",
		})
	}
}

// hasBand reports whether some score of the label goes to people in some market.
func hasBand(l *v1.Label) bool {
	open := func(act, review *v1.PPM) bool {
		if review == nil {
			return false
		}
		return act == nil || *review < *act
	}
	return open(l.ActAt, l.ReviewAt) || slices.ContainsFunc(l.Overrides, func(o v1.Override) bool { return open(o.ActAt, o.ReviewAt) })
}

// peopleCheck looks for what nobody holds, first singly and then together, so that
// a missing language is said once and not for each of its classes.
type peopleCheck struct {
	c       *compilation
	doc     *v1.PolicyDocument
	ask     map[string]asked
	teams   []Team // of the surface, with people on some shift
	all     []Team // likewise, of any surface
	missing map[string]bool
}

func (k *peopleCheck) run() {
	k.missing = map[string]bool{}
	needs := needsOf(k.doc, k.ask)
	k.checkLanguages()
	k.checkClearances(needs)
	var alone, higher []string
	for i := range needs {
		n := &needs[i]
		for _, l := range k.languages() {
			if k.missing["language "+l] || slices.ContainsFunc(n.clearances, func(x string) bool { return k.missing["clearance "+x] }) {
				continue
			}
			n.language = l
			if slices.ContainsFunc(k.all, func(t Team) bool { return t.may(k.c.in.Surface, n) || t.mayFrom(k.c.in.Surface, n) >= 0 }) {
				continue
			}
			if n.label != "" {
				higher = append(higher, fmt.Sprintf("%s to tier %d", n.label, n.tier))
				continue
			}
			alone = append(alone, n.String())
		}
	}
	k.report(alone, sorted(higher))
}

// languages of the classes that must be covered: a queue that takes any language
// needs somebody, whatever they speak.
func (k *peopleCheck) languages() []string {
	if len(k.doc.Match.Languages) == 0 {
		return []string{""}
	}
	return k.doc.Match.Languages
}

func (k *peopleCheck) checkLanguages() {
	var none []string
	for _, l := range k.doc.Match.Languages {
		if !slices.ContainsFunc(k.teams, func(t Team) bool { return t.speaks(l) }) {
			k.missing["language "+l] = true
			none = append(none, l)
		}
	}
	if len(none) > 0 {
		k.c.find(queueObject(k.doc.Queue), Finding{
			Code: CodeLanguageWithoutTeam, Severity: Error, Field: "spec.languages",
			Message: fmt.Sprintf("No team on any shift of surface %s holds %s.", k.doc.Surface, listed(none)),
			Fix:     "Add the language to a ReviewTeam whose people hold it, schedule such a team, or remove it from the queue.",
		})
	}
}

func (k *peopleCheck) checkClearances(needs []need) {
	var none []string
	for i := range needs {
		for _, x := range needs[i].clearances {
			if k.missing["clearance "+x] || slices.ContainsFunc(k.teams, func(t Team) bool { return t.cleared([]string{x}) }) {
				continue
			}
			k.missing["clearance "+x] = true
			none = append(none, x)
		}
	}
	if len(none) > 0 {
		k.c.find(queueObject(k.doc.Queue), Finding{
			Code: CodeClearanceWithoutTeam, Severity: Error, Field: "spec.reviews",
			Message: fmt.Sprintf("No team on any shift of surface %s holds the clearance %s.", k.doc.Surface, listed(sorted(none))),
			Fix:     "Add the clearance to a ReviewTeam whose people hold it, or schedule such a team. Clearances are never relaxed.",
		})
	}
}

func (k *peopleCheck) report(alone, higher []string) {
	if len(alone) > 0 {
		k.c.find(queueObject(k.doc.Queue), Finding{
			Code: CodeClassWithoutTeam, Severity: Error, Field: "spec.reviews",
			Message: fmt.Sprintf("No team on any shift may take %s: somebody must hold all of it together.", listed(alone)),
			Fix:     "Add what is missing to a ReviewTeam whose people hold it, or schedule such a team.",
		})
	}
	if len(higher) > 0 {
		k.c.find(queueObject(k.doc.Queue), Finding{
			Code: CodeEscalationWithoutTeam, Severity: Warning, Field: "spec.policyRef",
			Message: fmt.Sprintf("No team may take what policy %s escalates: %s.", k.doc.Policy, listed(higher)),
			Fix:     "Schedule a ReviewTeam of that tier with the skills, or change the label's escalation, or where moveUp leads.",
		})
	}
}

// String names the class for a sentence.
func (n *need) String() string {
	s := fmt.Sprintf("tier %d", n.tier)
	if n.domain != v1.Any {
		s = n.domain + " " + s
	}
	if n.language != "" {
		s = n.language + " " + s
	}
	if n.role != "" {
		s += " for " + n.role
	}
	if len(n.clearances) > 0 {
		s += " with " + listed(n.clearances)
	}
	return s
}
