package v1

import "slices"

// FeatureFlags is the feature of documents with labels that have flags: a reader that
// does not know it would leave flagged items where their scores send them.
const FeatureFlags = "flags"

// Bounds of an escalation.
const (
	MaxFlags = 4 // flags of a label
	maxThen  = 2 // further tiers
)

// Escalation names the tier that takes an item up, and its deadline there.
type Escalation struct {
	// Tier from 1 to 9.
	Tier int `json:"tier"`
	// ScoreAt sends an item straight to the tier at or above this score.
	ScoreAt *PPM `json:"scoreAt,omitempty"`
	// Flags send an item straight to the tier, whatever its scores. Ascending.
	Flags []string `json:"flags,omitempty"`
	// AfterMillis is the age, from the item's clock start, from which it goes to the
	// tier if nobody has taken it; 0 is never.
	AfterMillis int64 `json:"afterMillis,omitempty"`
	// WithinMillis is the tier's deadline, counted from the item's clock start.
	WithinMillis int64 `json:"withinMillis"`
	// Then are further tiers, each for items that nobody has taken in the one before;
	// tiers and ages rise.
	Then []EscalationTier `json:"then,omitempty"`
}

// EscalationTier is a further tier of an escalation.
type EscalationTier struct {
	// Tier from 1 to 9.
	Tier int `json:"tier"`
	// AfterMillis is the age from which an item goes there, WithinMillis the deadline
	// there; both count from the item's clock start.
	AfterMillis  int64 `json:"afterMillis"`
	WithinMillis int64 `json:"withinMillis"`
}

func (e *Escalation) validate(p *problems, path string) {
	if e == nil {
		return
	}
	p.tier(path+".tier", e.Tier)
	p.ppm(path+".scoreAt", e.ScoreAt)
	p.millis(path+".withinMillis", e.WithinMillis)
	p.list(path+".flags", e.Flags, MaxFlags, isWord, "lower-case letters, digits and dashes")
	p.check(e.AfterMillis >= 0 && e.AfterMillis < max(e.WithinMillis, 1),
		"%s.afterMillis: is %d, must be less than withinMillis, or 0 for never", path, e.AfterMillis)
	p.check(len(e.Then) <= maxThen, "%s.then: has %d entries, at most %d are allowed", path, len(e.Then), maxThen)
	p.check(len(e.Then) == 0 || e.AfterMillis > 0, "%s.then: an item goes further only where afterMillis is set", path)
	tier, after := e.Tier, e.AfterMillis
	for i, t := range e.Then {
		at := indexed(path+".then", i)
		p.tier(at+".tier", t.Tier)
		p.millis(at+".withinMillis", t.WithinMillis)
		p.check(t.Tier > tier, "%s.tier: is %d, tiers must rise from %d", at, t.Tier, tier)
		p.check(t.AfterMillis > after && t.AfterMillis < t.WithinMillis,
			"%s.afterMillis: is %d, must be more than the %d before and less than withinMillis", at, t.AfterMillis, after)
		tier, after = t.Tier, t.AfterMillis
	}
}

// flagged reports whether some label of the document has flags.
func (d *PolicyDocument) flagged() bool {
	has := func(l Label) bool { return l.Escalation != nil && len(l.Escalation.Flags) > 0 }
	return slices.ContainsFunc(d.Revisions, func(r Revision) bool { return slices.ContainsFunc(r.Labels, has) })
}

// level is a tier that items of a label go to, prepared.
type level struct {
	tier          int
	after, within int64 // milliseconds; after is 0 where no age sends an item there
	splits        splits
}

// levels of a label, from the lowest tier.
func (q *queue) levels(l *Label) []level {
	e := l.Escalation
	if e == nil {
		return nil
	}
	out := []level{{e.Tier, e.AfterMillis, e.WithinMillis, q.byLanguage(skill{l.HarmDomain, e.Tier})}}
	for _, t := range e.Then {
		out = append(out, level{t.Tier, t.AfterMillis, t.WithinMillis, q.byLanguage(skill{l.HarmDomain, t.Tier})})
	}
	return out
}

// flagged is a flag and the label that has it.
type flagged struct {
	name  string
	label int
}

// flagsOf are the flags of all labels: those of the most severe first, then by the
// labels' order.
func flagsOf(labels []label) []flagged {
	var out []flagged
	for i := range labels {
		if e := labels[i].Escalation; e != nil {
			for _, name := range e.Flags {
				out = append(out, flagged{name, i})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b flagged) int { return int(labels[b.label].rank) - int(labels[a.label].rank) })
	return out
}

// heed lets the flags of an item have their say: the item is looked at, and at once. The
// flag's label decides, but for a more severe one that asks for more than to allow it:
// who is cleared for that one must look.
func (r *revision) heed(o *opinion, item *Item, got *[MaxLabels]PPM) {
	for i := range r.flags {
		f := &r.flags[i]
		if !slices.Contains(item.Flags, f.name) {
			continue
		}
		if o.action == Allow || r.labels[f.label].rank >= r.labels[o.best].rank {
			o.best, o.score, o.why = f.label, got[f.label], ReasonFlagged
		}
		if o.action != Act {
			o.action = Review
		}
		o.flagged = true
		return
	}
}

// escalate says where the item goes by its label, and whether at once.
func (l *label) escalate(v *Verdict, o *opinion) {
	if len(l.levels) == 0 {
		return
	}
	e := l.Escalation
	v.EscalationTier, v.EscalationWithinMillis = e.Tier, e.WithinMillis
	v.Escalated = v.Action != Allow && (o.flagged || e.ScoreAt != nil && o.score >= *e.ScoreAt)
}

// next says from which age on, and to which tier, the item goes if nobody takes it.
func (l *label) next(v *Verdict) {
	v.NextTier, v.NextAfterMillis = 0, 0
	for i := range l.levels {
		if x := &l.levels[i]; x.after > 0 && x.tier > v.Class.Tier {
			v.NextTier, v.NextAfterMillis = x.tier, x.after
			return
		}
	}
}

// Escalate gives the verdict on an item that nobody has taken yet, at its age in
// milliseconds from its clock start, by the documents and the weights of now. It reports
// whether the item goes up: to the class's tier, to be decided within
// EscalationWithinMillis of its clock start. The clock goes on. An item never goes down,
// and stays where it is if its label is gone. v is what Decide or Escalate said last, id
// the item's. It does not allocate for ids up to 240 bytes.
func (t *Table) Escalate(v Verdict, id string, ageMillis int64) (Verdict, bool) {
	q, l := t.labelOf(&v)
	if l == nil || v.Class.Tier == 0 {
		return v, false
	}
	moved := false
	for i := range l.levels {
		x := &l.levels[i]
		if x.after > 0 && ageMillis >= x.after && x.tier > v.Class.Tier {
			v.Class.Tier, v.EscalationTier, v.EscalationWithinMillis, v.Escalated = x.tier, x.tier, x.within, true
			v.Team, v.Overflow, v.Relaxed = "", nil, nil
			tongue, _ := q.languages.lookup(v.Class.Language)
			v.assign(x.splits[tongue.id], &unit{salt: q.doc.Salt, id: id})
			moved = true
		}
	}
	l.next(&v)
	return v, moved
}

// labelOf a verdict: that of the revision that decided or, if that is gone, of the first
// that has it. It is nil if there is none.
func (t *Table) labelOf(v *Verdict) (*queue, *label) {
	q := t.queues[v.Class.Queue]
	if q == nil {
		return nil, nil
	}
	var found *label
	for i := range q.revisions {
		r := &q.revisions[i]
		if k, ok := r.byName[v.Label]; ok && (found == nil || r.name == v.Revision) {
			found = &r.labels[k]
		}
	}
	return q, found
}
