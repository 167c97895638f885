package v1

// revision is one state of a policy, its thresholds laid out by market.
type revision struct {
	name    string
	share   PPM
	labels  []label
	byName  map[string]int
	own     thresholds
	raised  *thresholds // with relief; nil for none
	keep    PPM         // share of samples that relief leaves
	allowed PPM         // highest rate of samples among allowed items, with relief
	guarded PPM         // highest such rate of protected labels
	flags   []flagged   // of the labels
}

// thresholds are those of each label, where no override applies and in markets with one.
type thresholds struct {
	base    []band
	markets map[market][]band
}

// in are those in a market.
func (t *thresholds) in(m string) []band {
	if bands, ok := t.markets[marketOf(m)]; ok {
		return bands
	}
	return t.base
}

// label is what evaluation needs of a Label.
type label struct {
	*Label
	rank   uint8
	stream *Stream // that takes the harm domain, nil if none does
	splits splits  // teams at the stream's tier
	levels []level // of the escalation
}

// band is the thresholds of a label: act at or above act, review at or above
// review and below act. never stands for an unset threshold, so review ≤ act.
type band struct{ act, review PPM }

const never = AllPPM + 1

func newRevision(r *Revision) revision {
	out := revision{
		name:   r.Name,
		share:  r.Share,
		byName: make(map[string]int, len(r.Labels)),
		own:    thresholds{markets: map[market][]band{}},
		keep:   AllPPM,
	}
	for i := range r.Labels {
		l := &r.Labels[i]
		out.labels = append(out.labels, label{Label: l, rank: l.Severity.rank()})
		out.byName[l.Name] = i
		out.own.base = append(out.own.base, newBand(l.ActAt, l.ReviewAt))
		out.allowed = max(out.allowed, l.QASample.Allowed)
		if l.Protected {
			out.guarded = max(out.guarded, l.QASample.Allowed)
		}
	}
	out.flags = flagsOf(out.labels)
	for i := range r.Labels {
		for _, o := range r.Labels[i].Overrides {
			for _, m := range o.Markets {
				code := marketOf(m)
				bands := out.own.markets[code]
				if bands == nil {
					bands = append(bands, out.own.base...)
					out.own.markets[code] = bands
				}
				bands[i] = newBand(o.ActAt, o.ReviewAt)
			}
		}
	}
	return out
}

func newBand(act, review *PPM) band {
	b := band{never, never}
	if act != nil {
		b.act = *act
	}
	b.review = b.act
	if review != nil {
		b.review = *review
	}
	return b
}

// opinion is what a revision says of a scored item.
type opinion struct {
	best    int  // the label that decides
	score   PPM  // its score
	margin  PPM  // how far that is over the threshold
	alone   bool // no other label asks for people, or for an action
	action  Action
	why     Reason
	flagged bool // it is to be looked at, and at once
}

// opinion of a revision: as it is, and as it would be without relief.
func (r *revision) opinion(item *Item, scores []Score) (is, would opinion) {
	if len(r.labels) == 0 {
		is = opinion{action: Review, why: ReasonNoLabels}
		return is, is
	}
	var got [MaxLabels]PPM
	usable := r.read(scores, &got)
	would = r.deciding(r.own.in(item.Market), &got)
	if usable == 0 {
		would.action = Unscored
	}
	is = would
	if r.raised != nil && would.action == Review { // relief only ever lets through what people would look at
		is = r.deciding(r.raised.in(item.Market), &got)
	}
	r.heed(&is, item, &got)
	r.heed(&would, item, &got)
	return is, would
}

// States of a label's score beside a value from 0 to AllPPM.
const (
	unset    PPM = -1 // no score was given
	mismatch PPM = -2 // the score is from another model version
	broken   PPM = -3 // out of range, or two different scores
)

// read sorts scores to the labels they belong to and returns how many labels have
// a usable one. Scores of labels that the policy does not list are ignored.
func (r *revision) read(scores []Score, got *[MaxLabels]PPM) int {
	for i := range r.labels {
		got[i] = unset
	}
	usable := 0
	for k := range scores {
		s := &scores[k]
		i := k // routers mostly give the scores in the labels' own order
		if k >= len(r.labels) || r.labels[k].Name != s.Label {
			var known bool
			if i, known = r.byName[s.Label]; !known {
				continue
			}
		}
		before := got[i]
		got[i] = merge(before, r.labels[i].value(s))
		usable += bit(got[i] >= 0) - bit(before >= 0)
	}
	return usable
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// value of a score for this label, or why it cannot be used.
func (l *label) value(s *Score) PPM {
	switch {
	case s.PPM < 0 || s.PPM > AllPPM:
		return broken
	case s.Version != "" && l.Version != "" && s.Version != l.Version:
		return mismatch
	}
	return s.PPM
}

// merge adds a second score of the same label: equal ones agree, others break.
func merge(before, now PPM) PPM {
	if before == unset || before == now {
		return now
	}
	return broken
}

// judge gives one label's verdict: the action, how far the score is over (or,
// for Allow, under) the threshold, and why.
func judge(score PPM, b band) (Action, PPM, Reason) {
	switch {
	case score == unset:
		return Review, -never, ReasonNoScore
	case score == mismatch:
		return Review, -never, ReasonOtherVersion
	case score < 0:
		return Review, -never, ReasonBadScore
	case score >= b.act:
		return Act, score - b.act, ReasonAboveActAt
	case score >= b.review:
		return Review, score - b.review, ReasonInBand
	}
	return Allow, score - b.review, ReasonBelow
}

// deciding finds the label that decides. There is at least one label.
func (r *revision) deciding(bands []band, got *[MaxLabels]PPM) (out opinion) {
	top, asking := int64(-1), 0
	for i := range r.labels {
		a, margin, reason := judge(got[i], bands[i])
		asking += bit(a != Allow)
		// Action, then severity, then margin, in one number; names ascend, so the
		// first of equals wins.
		key := int64(a)<<40 | int64(r.labels[i].rank)<<32 | int64(margin+never)
		if key > top {
			top = key
			out = opinion{best: i, score: got[i], margin: margin, action: a, why: reason}
		}
	}
	out.alone = asking == 1
	return out
}
