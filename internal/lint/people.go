package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// people is what is known of the teams, in the order of Input.Teams.
type people struct {
	routed  []routing.Team
	planned []staffing.Team
	shifts  []week
	// target plans a queue or a team.
	target map[Object]*v1alpha1.StaffingTarget
	// skilled are the teams that hold what a class asks for, but for surface and markets, by that.
	skilled map[string][]int
	// busy are the teams that may take some work.
	busy map[int]bool
}

func (c *checker) gatherPeople() {
	p := &c.people
	p.skilled, p.busy = map[string][]int{}, map[int]bool{}
	for _, t := range c.in.Teams {
		s := t.Spec.Skills
		w := c.weekOf(t)
		tier := int(cmp.Or(t.Spec.Tier, 1))
		p.shifts = append(p.shifts, w)
		p.routed = append(p.routed, routing.Team{
			Name: t.Name, Tier: tier, Roles: roles(t), Languages: text(s.Languages), HarmDomains: text(s.HarmDomains),
			Surfaces: text(s.Surfaces), Clearances: text(s.Clearances), Markets: text(s.Markets),
			Scheduled: w.unknown || w.work != (quarters{}) || w.call != (quarters{}),
		})
		p.planned = append(p.planned, staffing.Team{
			Name: t.Name, Tier: tier, Roles: roles(t), Skills: staffing.Skills{
				Languages: text(s.Languages), HarmDomains: text(s.HarmDomains), Surfaces: text(s.Surfaces),
				Clearances: text(s.Clearances), Markets: text(s.Markets),
			},
		})
	}
}

// checkPeople compares the work of the queues with the teams.
func (c *checker) checkPeople() {
	c.gatherPeople()
	if !c.knows(KindTeam) {
		return
	}
	for _, surface := range c.surfaces() {
		holes := newHoles(c)
		for _, k := range routing.Classes(c.surface(surface, true)) {
			for _, i := range slices.Concat(k.Teams, k.Older) {
				c.people.busy[i] = true
			}
			holes.look(&k)
		}
		holes.report()
	}
	passed := newHoles(c)
	for _, q := range c.in.Queues {
		c.checkPlanned(q, passed)
	}
	passed.report()
	c.checkIdle()
}

// checkIdle looks for teams that no work fits.
func (c *checker) checkIdle() {
	if len(c.in.Queues) == 0 || !c.knows(KindQueue) || !c.knows(KindPolicy) || slices.ContainsFunc(c.in.Queues, c.unsure) {
		return
	}
	for i, t := range c.in.Teams {
		if !c.people.busy[i] {
			c.add(&Finding{
				Code: CodeTeamWithoutWork, Object: Object{KindTeam, t.Name}, Field: "spec.skills",
				Message: "No queue has work that the team may take: tier, roles, languages, domains, surfaces and markets fit no class together.",
				Fix:     "Correct what the team holds, or what the reviews require.",
			})
		}
	}
}

// unsure reports whether it is not known what a queue's labels ask for.
func (c *checker) unsure(q *v1alpha1.ModerationQueue) bool {
	return q.Spec.PolicyRef != nil && (c.policies[q.Spec.PolicyRef.Name] == nil || c.broken[q.Spec.PolicyRef.Name])
}

func (c *checker) surfaces() []string {
	var out []string
	for _, q := range c.in.Queues {
		out = append(out, string(q.Spec.Surface))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lacking are the classes of a queue that nobody may take, by code.
type lacking struct {
	queue  *v1alpha1.ModerationQueue
	stream *v1alpha1.ReviewStream
	target *v1alpha1.StaffingTarget
	by     map[string][]string
}

// checkPlanned looks at the classes as they will be planned: those of samples and escalations too, and
// those of streams that are not split. Holes in the cover of escalations are noted.
func (c *checker) checkPlanned(q *v1alpha1.ModerationQueue, holes *holes) {
	target := c.people.target[Object{KindQueue, q.Name}]
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		rows, ok := c.rowsOf(q, r)
		if !ok {
			continue
		}
		one := *c.queue(q, true)
		one.Spec.Reviews = q.Spec.Reviews[i : i+1]
		classes, _ := resolve.Classes(&one, rows, c.in.Regimes)
		l := lacking{q, r, target, map[string][]string{}}
		for k := range classes {
			holes.passed(&classes[k], c.checkClass(&classes[k], &l))
		}
		c.reportLacking(&l, rows)
	}
}

// checkClass says who may take a class.
func (c *checker) checkClass(k *staffing.Class, l *lacking) []int {
	able, inside := c.able(k), l.target == nil
	for _, i := range able {
		c.people.busy[i] = true
		inside = inside || c.people.target[Object{KindTeam, c.in.Teams[i].Name}] == l.target
	}
	if code := lacks(k, len(able) > 0, inside); code != "" {
		l.by[code] = append(l.by[code], classText(k))
	}
	return able
}

// lacks is the code for a class that some team may take or none, of the queue's plan or not; empty where nothing is wrong,
// or package routing says so.
func lacks(k *staffing.Class, some, inside bool) string {
	switch {
	case some && inside:
		return ""
	case some:
		return CodeClassOutsideTarget
	case k.Derived && k.Key.Role == staffing.RoleQA:
		return CodeSampleWithoutTeam
	case k.Derived:
		return routing.CodeEscalationWithoutTeam
	case len(k.Requires.Languages) > 1 || len(k.Requires.HarmDomains) > 1:
		return CodeStreamNotSplit
	}
	return ""
}

// able are the teams that may take a class at some age of an item.
func (c *checker) able(k *staffing.Class) []int {
	key := strings.Join(slices.Concat([]string{k.Key.Language, k.Key.HarmDomain, k.Requires.Role, strconv.Itoa(k.Key.Tier)},
		k.Requires.Languages, []string{""}, k.Requires.HarmDomains, []string{""}, k.Requires.Clearances), "\x00")
	skilled, known := c.people.skilled[key]
	if !known {
		for i, t := range c.people.planned {
			t.Skills.Surfaces, t.Skills.Markets = nil, nil
			if staffing.Qualified(*k, t) {
				skilled = append(skilled, i)
			}
		}
		c.people.skilled[key] = skilled
	}
	var out []int
	for _, i := range skilled {
		t := c.people.planned[i]
		for _, r := range k.Relax {
			switch r.Drop {
			case staffing.DropSurface:
				t.Skills.Surfaces = nil
			case staffing.DropMarket:
				t.Skills.Markets = nil
			}
		}
		if len(t.Skills.Surfaces)+len(t.Skills.Markets) == 0 || staffing.Qualified(*k, t) {
			out = append(out, i)
		}
	}
	return out
}

func classText(k *staffing.Class) string {
	words := []string{}
	for _, w := range []string{k.Key.Language, k.Key.HarmDomain} {
		if w != "" {
			words = append(words, w)
		}
	}
	words = append(words, fmt.Sprintf("tier %d", k.Key.Tier))
	if k.Key.Role != "" {
		words = append(words, "for "+k.Key.Role)
	}
	if len(k.Requires.Clearances) > 0 {
		words = append(words, "with "+listed(k.Requires.Clearances))
	}
	return strings.Join(words, " ")
}

func (c *checker) reportLacking(l *lacking, rows *declared) {
	for _, code := range []string{CodeClassOutsideTarget, CodeSampleWithoutTeam, routing.CodeEscalationWithoutTeam, CodeStreamNotSplit} {
		if len(l.by[code]) == 0 {
			continue
		}
		f := Finding{Code: code, Object: Object{KindQueue, l.queue.Name}, Field: fmt.Sprintf("spec.reviews[%s]", l.stream.Name)}
		classes := listed(l.by[code])
		switch code {
		case CodeClassOutsideTarget:
			f.With = objects(KindTarget, l.target.Name)
			f.Message = fmt.Sprintf("StaffingTarget %s plans the queue and no team that may take %s; other teams may.", l.target.Name, classes)
			f.Fix = "Give a team that may the labels that the target's teamSelector selects."
		case CodeSampleWithoutTeam:
			f.Field += ".qaSample"
			f.Message = fmt.Sprintf("No team may look again at %s: it takes the role QA, the tier and the skills together.", classes)
			f.Fix = "Add QA to the roles of a ReviewTeam that holds the skills, or remove qaSample."
		case routing.CodeEscalationWithoutTeam:
			f.Field += ".escalation"
			f.Message = fmt.Sprintf("No team may take %s, which the stream passes on.", classes)
			f.Fix = "Add a ReviewTeam of that tier with the skills, or change the escalation."
		case CodeStreamNotSplit:
			f.With = []Object{rows.source}
			f.Message = fmt.Sprintf("Series %s is not split by %s, and the stream has no mix: its items are planned as one class, which needs "+
				"people who hold all of it, and no team does.", rows.series, rows.unsplit())
			f.Fix = "Split the series in the source (by), or declare a mix in the stream."
		}
		c.add(&f)
	}
}

// declared stands for the numbers of a stream: of each class that it lists there is some.
type declared struct {
	source  Object
	series  string
	split   resolve.Split
	classes map[resolve.Class]sample.Sample
}

// rowsOf is what the arrivals of a stream are declared to be; ok is false where that is not known.
func (c *checker) rowsOf(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream) (*declared, bool) {
	lead := r.Metrics.Arrivals
	if r.Work == v1alpha1.WorkRooms {
		lead = r.Metrics.Concurrent
	}
	source := sourceOf(&r.Metrics.SourceRef)
	spec := c.sources[source]
	if lead == nil || spec == nil {
		return nil, false
	}
	series := seriesOf(spec, lead.Series)
	if series == nil {
		return nil, false
	}
	out := &declared{source: source, series: string(lead.Series), classes: map[resolve.Class]sample.Sample{}}
	if by := series.By; by != nil {
		out.split = resolve.Split{Language: by.Language != "", HarmDomain: by.HarmDomain != ""}
	}
	c.fill(out, q, r)
	return out, len(out.classes) > 0
}

// fill puts in the classes that a stream lists, as far as its series is split by them.
func (c *checker) fill(out *declared, q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream) {
	languages, domains := []string{""}, []string{""}
	if out.split.Language && len(q.Spec.Languages) > 0 {
		languages = text(c.queue(q, true).Spec.Languages)
	}
	if out.split.HarmDomain {
		domains = c.domainsOf(q, r)
	}
	for _, l := range languages {
		for _, d := range domains {
			out.classes[resolve.Class{Language: l, HarmDomain: d}] = sample.FreshAt(sample.One, sample.At(c.in.Now))
		}
	}
}

// domainsOf are the harm domains of a stream: those listed, and for the rest those of the labels that no other
// stream lists.
func (c *checker) domainsOf(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream) []string {
	var out []string
	for _, d := range r.HarmDomains {
		if d != "*" {
			out = append(out, string(d))
		}
	}
	if !slices.Contains(r.HarmDomains, "*") || q.Spec.PolicyRef == nil || c.policies[q.Spec.PolicyRef.Name] == nil {
		return out
	}
	for _, l := range c.policies[q.Spec.PolicyRef.Name].Spec.Labels {
		if routing.StreamOf(q, string(l.HarmDomain)) == r && !slices.Contains(out, string(l.HarmDomain)) {
			out = append(out, string(l.HarmDomain))
		}
	}
	return out
}

// unsplit names what the series is not split by.
func (d *declared) unsplit() string {
	switch {
	case d.split.Language:
		return "harm domain"
	case d.split.HarmDomain:
		return "language"
	}
	return "language and harm domain"
}

func (d *declared) Value(resolve.Row) sample.Sample {
	return sample.Missing(sample.CauseNotReadYet)
}

func (d *declared) Classes(resolve.Row) map[resolve.Class]sample.Sample { return d.classes }

func (d *declared) Split(resolve.Row) resolve.Split { return d.split }

func (d *declared) PerHour(resolve.Row, sample.Span) (sample.Sample, map[resolve.Class]sample.Sample) {
	return sample.Missing(sample.CauseNotReadYet), nil
}

func (d *declared) Increase(resolve.Row, sample.Span) sample.Sample {
	return sample.Missing(sample.CauseNotReadYet)
}
