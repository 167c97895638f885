package v1

import "math/bits"

// Item is what a router knows of one piece of content.
type Item struct {
	// ID of the item. Teams and QA samples are chosen by its hash: an empty ID puts
	// all items in the same place.
	ID string
	// Author, Room and Account are the ids of the units that a rollout may go by.
	Author, Room, Account string
	// Surface it is on, such as "live".
	Surface string
	// Market is a two-letter country code; empty matches queues for any market.
	Market string
	// Language is a BCP 47 tag; empty matches queues for any language.
	Language string
	// Class of content; empty matches queues for any class.
	Class string
	// HarmDomain that is known without a score, such as the reason of a report.
	// It chooses the stream where no label decides.
	HarmDomain string
	// Flags are what else is known of it, such as that its hash is on a list: labels
	// may send flagged items to a higher tier at once. In any order.
	Flags []string
}

// Score is one label's score.
type Score struct {
	Label string
	PPM   PPM
	// Version of the model that gave it; empty is taken as the label's own.
	Version string
}

// Action is what is to happen with an item. Allow, Review and Act rise in severity.
type Action uint8

const (
	// Unmatched says that no queue takes the item, or the queue says nothing about it.
	Unmatched Action = iota
	// Allow leaves the item alone.
	Allow
	// Review sends the item to people.
	Review
	// Act actions the item.
	Act
	// Unscored says that no label has a usable score. Send the item to the classifier again
	// or, if it cannot wait, to the stream and team named.
	Unscored
)

// String is the action's word.
func (a Action) String() string {
	return [...]string{"Unmatched", "Allow", "Review", "Act", "Unscored"}[min(a, Unscored)]
}

// Reason is why an action was taken: a stable code.
type Reason string

// Reasons.
const (
	ReasonNoQueue      Reason = "NoQueue"      // Unmatched
	ReasonBelow        Reason = "Below"        // Allow: below every threshold
	ReasonRelieved     Reason = "Relieved"     // Allow: between reviewAt and what relief raised it to
	ReasonInBand       Reason = "InBand"       // Review: between reviewAt and actAt
	ReasonAboveActAt   Reason = "AboveActAt"   // Act
	ReasonNoScore      Reason = "NoScore"      // Review or Unscored: the label has no score
	ReasonOtherVersion Reason = "OtherVersion" // the same: the score is from another model version
	ReasonBadScore     Reason = "BadScore"     // the same: out of range, or two different scores
	ReasonFlagged      Reason = "Flagged"      // Review or Act: a flag of the item sends it to people at once
	ReasonNoLabels     Reason = "NoLabels"     // Review: no policy, people decide all; Unmatched: nor people
)

// Routed says where an item goes to be classified.
type Routed struct {
	Queue string
	// Pool that classifies it; empty if the queue has people only.
	Pool string
	// Revision of the policy that decides it as things are now; Decide says which did.
	Revision string
}

// Class is a work class: the unit of human demand.
type Class struct {
	Queue string
	// Language as the queue lists it (en for an item in en-GB, if the queue lists
	// en); the item's own if the queue does not list it.
	Language   string
	HarmDomain string
	Tier       int
}

// Verdict is what the policy says about a scored item.
type Verdict struct {
	Action Action
	Reason Reason
	// Revision of the policy that decided.
	Revision string
	// Label that decided; empty where the queue has none.
	Label string
	// Class of the item. Its tier is the escalation's for an escalated item, and 0
	// where nobody is to look at it.
	Class Class
	// Stream of the queue that reviews the item, for Review, Unscored and escalated
	// items. Empty there if no stream takes the harm domain: hold the item.
	Stream string
	// Team to review it. Empty if nobody on shift may: the item waits in the stream.
	Team string
	// Overflow names who else may take it, in order. Shared: do not modify.
	Overflow []string
	// Relaxed names who else may take it once it is old and would be late otherwise.
	// Shared: do not modify.
	Relaxed []Relaxed
	// Protected items are never shed, relaxed, sampled away or deferred.
	Protected bool
	// Unrelieved is the action that the policy gives without relief: Review where relief
	// lets an item through. Count arrivals for people by it, and Band, whether relief is
	// in force or not: it is undone by what would come without it.
	Unrelieved Action
	Band       Band
	// DeferredMillis is the time that relief gives an item for people, counted from its
	// clock start; 0 where it gives none, and what the stream promises holds.
	DeferredMillis int64
	// QASample says that the decision is to be checked by QA; QARate is the share of
	// such items that are, which is what a sample must be weighted by.
	QASample bool
	QARate   PPM
	// Moved says, during a rollout, how the other revision decides differently.
	Moved Move
	// Escalated items go to the higher tier at once. EscalationTier is where any
	// item of this label escalates to, with the deadline there; 0 for nowhere.
	Escalated              bool
	EscalationTier         int
	EscalationWithinMillis int64
	// NextTier is where the item goes if nobody has taken it at an age of
	// NextAfterMillis from its clock start: ask Table.Escalate then. 0 for nowhere.
	NextTier        int
	NextAfterMillis int64
}

// Route finds the queue of an item and the pool that classifies it. It reports
// false, and a zero Routed, if no queue takes the item. It does not allocate for
// ids up to 240 bytes.
func (t *Table) Route(item Item) (Routed, bool) {
	s := t.surfaces[item.Surface]
	if s == nil {
		return Routed{}, false
	}
	q := s.find(&item)
	if q == nil {
		return Routed{}, false
	}
	return Routed{Queue: q.doc.Queue, Pool: q.doc.Pool, Revision: q.revision(&item).name}, true
}

// find the first entry that takes the item, the default, or nil.
func (s *surface) find(item *Item) *queue {
	m, ok := s.markets.by[marketOf(item.Market)]
	if !ok {
		m = s.markets.any
	}
	l, ok := s.tongues.lookup(item.Language)
	if !ok {
		l = s.languages.any
	}
	c, ok := s.classes.by[item.Class]
	if !ok {
		c = s.classes.any
	}
	for i := range m {
		if w := m[i] & l[i] & c[i]; w != 0 {
			return s.order[i*64+bits.TrailingZeros64(w)]
		}
	}
	return s.fallback
}

// revision that decides an item.
func (q *queue) revision(item *Item) *revision {
	if len(q.revisions) > 1 && q.division.canary(item, q.revisions[1].share) {
		return &q.revisions[1]
	}
	return &q.revisions[0]
}

// Decide gives the verdict on an item that the queue classified. Scores may come in
// any order; the labels' own (by name) is the fastest. It does not allocate for ids
// up to 240 bytes.
func (t *Table) Decide(name string, item Item, scores []Score) Verdict {
	q := t.queues[name]
	if q == nil {
		return Verdict{Action: Unmatched, Unrelieved: Unmatched, Reason: ReasonNoQueue, Class: Class{Queue: name, Language: item.Language}}
	}
	u := unit{salt: q.doc.Salt, id: item.ID}
	r := q.revision(&item)
	v := Verdict{Revision: r.name, Protected: q.doc.Protected}
	tongue, _ := q.languages.lookup(item.Language)
	v.Class.Queue, v.Class.Language = q.doc.Queue, tongue.listed
	if tongue.listed == "" {
		v.Class.Language = item.Language
	}
	if len(r.labels) == 0 {
		q.unlabelled(&v, &item, &u)
		v.Unrelieved = v.Action
		return v
	}
	o, would := r.opinion(&item, scores)
	v.Action, v.Reason = o.action, o.why
	v.labelled(&r.labels[o.best], &o, tongue.id, &u)
	v.withoutRelief(r, would)
	q.deferred(&v)
	v.QARate = r.rate(o.action, o.best)
	v.QASample = u.below(PurposeQA, v.QARate)
	if len(q.revisions) > 1 {
		v.Moved = q.move(r, o, &item, scores, &u)
	}
	return v
}

// labelled fills in what follows from the deciding label.
func (v *Verdict) labelled(l *label, o *opinion, language int, u *unit) {
	v.Label, v.Class.HarmDomain = l.Name, l.HarmDomain
	v.Protected = v.Protected || l.Protected
	l.escalate(v, o)
	if v.Action == Allow || (v.Action == Act && !v.Escalated) {
		return // nobody is to look at it
	}
	teams := l.splits
	if l.stream != nil {
		v.Stream, v.Class.Tier = l.stream.Name, l.stream.Tier
	}
	if v.Escalated {
		teams, v.Class.Tier = l.levels[0].splits, v.EscalationTier
	}
	if v.Stream != "" {
		l.next(v)
	}
	if teams != nil {
		v.assign(teams[language], u)
	}
}

// unlabelled sends an item of a queue without a policy to people.
func (q *queue) unlabelled(v *Verdict, item *Item, u *unit) {
	v.Action, v.Reason, v.Class.HarmDomain = Review, ReasonNoLabels, item.HarmDomain
	if item.HarmDomain == "" {
		v.Class.HarmDomain = q.domain
	}
	if len(q.streams) == 0 {
		v.Action = Unmatched
		return
	}
	if s := q.stream(v.Class.HarmDomain); s != nil {
		v.Stream, v.Class.Tier = s.Name, s.Tier
	}
	v.assign(q.split(v.Class.HarmDomain, v.Class.Tier, item.Language), u)
}

// split that holds a class, by the longest language range; nil if none does. Only
// a harm domain that the document does not name is one of the rest: a named one
// without a row has nobody who may take it.
func (q *queue) split(domain string, tier int, language string) *split {
	if !q.named[domain] {
		domain = Any
	}
	rows := q.rows[skill{domain, tier}]
	if rows == nil {
		return nil
	}
	if s, ok := rows.lookup(language); ok {
		return s
	}
	return rows.by[Any]
}

// assign chooses among the teams of a split by weight.
func (v *Verdict) assign(s *split, u *unit) {
	if s == nil {
		return
	}
	v.Overflow, v.Relaxed = s.row.Overflow, s.row.Relaxed
	last := len(s.sums) - 1
	if last < 0 {
		return
	}
	i := 0
	if last > 0 {
		at := scale(u.hash(PurposeTeam), s.sums[last])
		for s.sums[i] <= at {
			i++ // ends: at is below the last sum
		}
	}
	v.Team = s.row.Teams[i].Name
}

// rate of QA samples for an action that the label decided. An allowed item was let
// through by every label, so the highest of their rates holds. Relief takes none away
// of protected labels.
func (r *revision) rate(a Action, best int) PPM {
	l := &r.labels[best]
	rate := l.QASample.Reviewed
	switch a {
	case Allow:
		return r.allowed
	case Act:
		rate = l.QASample.Actioned
	}
	if l.Protected {
		return rate
	}
	return part(rate, r.keep)
}

// Document of a queue. Shared: do not modify.
func (t *Table) Document(queue string) (*PolicyDocument, bool) {
	q := t.queues[queue]
	if q == nil {
		return nil, false
	}
	return q.doc, true
}

// Teams that take a class now with their weights, and the overflow in order. Both
// are shared: do not modify. The language may be an item's own.
func (t *Table) Teams(c Class) (teams []Weight, overflow []string) {
	q := t.queues[c.Queue]
	if q == nil {
		return nil, nil
	}
	if s := q.split(c.HarmDomain, c.Tier, c.Language); s != nil {
		return s.row.Teams, s.row.Overflow
	}
	return nil, nil
}

// Relaxed are those who may take a class once it is old. Shared: do not modify.
func (t *Table) Relaxed(c Class) []Relaxed {
	q := t.queues[c.Queue]
	if q == nil {
		return nil
	}
	if s := q.split(c.HarmDomain, c.Tier, c.Language); s != nil {
		return s.row.Relaxed
	}
	return nil
}

// ServiceWeights says how a pool divides its time between its queues; empty if the
// weights name no such pool. Shared: do not modify.
func (t *Table) ServiceWeights(pool string) []Weight { return t.pools[pool] }

// Len is the number of queues.
func (t *Table) Len() int { return len(t.queues) }
