package v1

import (
	"cmp"
	"fmt"
	"slices"
)

// ReliefKind says what gives way.
type ReliefKind string

// Kinds of relief. Widen and Relax are in the rows of teams already; they stand among the
// relief so that it can be seen what is in force.
const (
	ReliefWiden         ReliefKind = "Widen"
	ReliefRelax         ReliefKind = "Relax"
	ReliefDefer         ReliefKind = "Defer"
	ReliefQAFloor       ReliefKind = "QAFloor"
	ReliefRaiseReviewAt ReliefKind = "RaiseReviewAt"
)

// MaxRelief bounds the steps in force on one surface.
const MaxRelief = 4096

// Relief is a step that a policy declares and that is in force now, for some queues. It
// never touches protected queues and labels, labels that are not of severity Low,
// actAt, or the samples of a rollout: an evaluation leaves these alone whatever it says.
type Relief struct {
	// Policy that declares it, and the step's name there.
	Policy string     `json:"policy"`
	Step   string     `json:"step"`
	Kind   ReliefKind `json:"kind"`
	// Queues that it is in force for, ascending.
	Queues []string `json:"queues"`
	// Drop of a Relax: market or surface, for items of the age AfterMillis or older.
	Drop        string `json:"drop,omitempty"`
	AfterMillis int64  `json:"afterMillis,omitempty"`
	// WithinMillis is the time that a Defer gives items, counted from their clock start.
	WithinMillis int64 `json:"withinMillis,omitempty"`
	// Keep is the share of quality samples that a QAFloor still takes.
	Keep PPM `json:"keep,omitempty"`
	// Labels of a RaiseReviewAt, ascending, and by how much their reviewAt is raised, to
	// actAt at most.
	Labels []string `json:"labels,omitempty"`
	Raise  PPM      `json:"raise,omitempty"`
}

// validateRelief checks the relief in force. A kind that is not known makes the weights
// ones for a newer reader.
func (w *Weights) validateRelief(p *problems) error {
	p.check(len(w.Relief) <= MaxRelief, "relief: has %d entries, at most %d are allowed", len(w.Relief), MaxRelief)
	for i := range w.Relief {
		r := &w.Relief[i]
		path := fmt.Sprintf("relief[%d] (%s/%s)", i, r.Policy, r.Step)
		p.check(isName(r.Policy), "%s.policy: %q is not the name of a policy", path, r.Policy)
		p.check(isWord(r.Step), "%s.step: %q must be lower-case letters, digits and dashes", path, r.Step)
		p.check(len(r.Queues) > 0, "%s.queues: names nobody", path)
		p.list(path+".queues", r.Queues, MaxClasses, isName, "the name of a queue")
		p.check(i == 0 || w.Relief[i-1].before(r), "%s: entries must ascend by policy, step and first queue, without repeats", path)
		if !r.validate(p, path) {
			return fmt.Errorf("%s.kind: %w: it is %q, which this reader does not know", path, ErrUnsupported, r.Kind)
		}
	}
	return nil
}

// before reports whether an entry stands before another.
func (r *Relief) before(o *Relief) bool {
	first := func(queues []string) string { return append(queues[:len(queues):len(queues)], "")[0] }
	return cmp.Or(cmp.Compare(r.Policy, o.Policy), cmp.Compare(r.Step, o.Step), cmp.Compare(first(r.Queues), first(o.Queues))) < 0
}

// validate checks what a kind takes, and that nothing of another kind is there; false for
// a kind that is not known.
func (r *Relief) validate(p *problems, path string) bool {
	switch r.Kind {
	case ReliefWiden:
	case ReliefRelax:
		p.check(r.Drop == "market" || r.Drop == "surface", "%s.drop: %q is neither market nor surface", path, r.Drop)
		p.check(r.AfterMillis > 0, "%s.afterMillis: is %d, must be positive", path, r.AfterMillis)
	case ReliefDefer:
		p.millis(path+".withinMillis", r.WithinMillis)
	case ReliefQAFloor:
		p.check(r.Keep > 0 && r.Keep < AllPPM, "%s.keep: is %d, must be above 0 and below 1000000", path, r.Keep)
	case ReliefRaiseReviewAt:
		p.check(len(r.Labels) > 0, "%s.labels: names none", path)
		p.list(path+".labels", r.Labels, MaxLabels, isName, "the name of a label")
		p.check(r.Raise > 0 && r.Raise < AllPPM, "%s.raise: is %d, must be above 0 and below 1000000", path, r.Raise)
	default:
		return false
	}
	r.validateOthers(p, path)
	return true
}

// validateOthers checks that there is nothing of another kind.
func (r *Relief) validateOthers(p *problems, path string) {
	only := func(kind ReliefKind, unset bool, what string) {
		p.check(r.Kind == kind || unset, "%s: %s with %s only", path, what, kind)
	}
	only(ReliefRelax, r.Drop == "" && r.AfterMillis == 0, "drop and afterMillis go")
	only(ReliefDefer, r.WithinMillis == 0, "withinMillis goes")
	only(ReliefQAFloor, r.Keep == 0, "keep goes")
	only(ReliefRaiseReviewAt, len(r.Labels) == 0 && r.Raise == 0, "labels and raise go")
}

// relief is what relief in force makes of a queue.
type relief struct {
	raise  map[string]PPM // by label
	keep   PPM
	within int64
}

// relieve takes in the relief in force. Rows for other queues wait.
func (t *Table) relieve(all []Relief) {
	for i := range all {
		for _, name := range all[i].Queues {
			if q := t.queues[name]; q != nil {
				q.relieve(&all[i])
			}
		}
	}
}

// relieve takes in a step in force. Where several say something of one thing, the one
// that gives most holds. Weights may be older or newer than the document.
func (q *queue) relieve(r *Relief) {
	if q.doc.Protected || q.doc.Policy != r.Policy {
		return
	}
	if q.relief == nil {
		q.relief = &relief{raise: map[string]PPM{}, keep: AllPPM}
	}
	switch r.Kind {
	case ReliefDefer:
		q.relief.within = max(q.relief.within, r.WithinMillis)
	case ReliefQAFloor:
		q.relief.keep = min(q.relief.keep, r.Keep)
	case ReliefRaiseReviewAt:
		for _, l := range r.Labels {
			q.relief.raise[l] = max(q.relief.raise[l], r.Raise)
		}
	}
}

// relieve lays out what relief makes of a revision. The samples of a document with two
// revisions stay as many as they are: alone says that it has one.
func (r *revision) relieve(by *relief, alone bool) {
	if alone {
		r.keep = by.keep
		r.allowed = max(part(r.allowed, r.keep), r.guarded)
	}
	if len(by.raise) == 0 {
		return
	}
	r.raised = &thresholds{base: r.raise(r.own.base, by.raise), markets: map[market][]band{}}
	for m, in := range r.own.markets {
		r.raised.markets[m] = r.raise(in, by.raise)
	}
}

// raise are thresholds with reviewAt of some labels raised: never above what is actioned
// or escalated at once, and never of protected labels, or of those that are not Low.
func (r *revision) raise(in []band, by map[string]PPM) []band {
	out := slices.Clone(in)
	for i := range out {
		l, b := &r.labels[i], &out[i]
		if by[l.Name] == 0 || l.Protected || l.Severity != SeverityLow || b.review >= b.act {
			continue
		}
		most := min(b.act, AllPPM)
		if e := l.Escalation; e != nil && e.ScoreAt != nil {
			most = min(most, *e.ScoreAt)
		}
		b.review = max(b.review, min(b.review+by[l.Name], most))
	}
	return out
}

// part is a share of a rate.
func part(rate, share PPM) PPM { return PPM(int64(rate) * int64(share) / int64(AllPPM)) }

// Band says of an item that one label alone sends to people how far its score is above
// that label's reviewAt, as both are without relief. The zero Band is for other items,
// flagged ones among them: these are looked at in any case.
type Band struct {
	Label string
	Above PPM
}

// withoutRelief fills in what the policy says without relief, and what relief made of it.
func (v *Verdict) withoutRelief(r *revision, would opinion) {
	v.Unrelieved = would.action
	if would.action == Review && would.why == ReasonInBand && would.alone && !would.flagged {
		v.Band = Band{r.labels[would.best].Name, would.margin}
	}
	if v.Action == Allow && would.action == Review {
		v.Reason = ReasonRelieved
	}
}

// deferred gives an item that people decide the time that relief gives it. What has
// escalated, and what is protected, keeps its own.
func (q *queue) deferred(v *Verdict) {
	if q.relief != nil && !v.Protected && !v.Escalated && (v.Action == Review || v.Action == Unscored) {
		v.DeferredMillis = q.relief.within
	}
}
