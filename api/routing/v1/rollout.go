package v1

// FeatureRollout is the feature of documents with a rollout: a reader that does not
// know it would divide the items otherwise than the others do.
const FeatureRollout = "rollout"

// Units whose id may be hashed to divide items between two revisions. What shares a
// unit shares its revision.
const (
	UnitAuthor  Unit = "Author"  // who posted the item
	UnitRoom    Unit = "Room"    // the LIVE room it is in
	UnitAccount Unit = "Account" // the account that it is about
)

// Rollout says how items are divided between the stable revision and the canary, and
// how those are sampled that the two decide differently.
type Rollout struct {
	// Salt of the hash by which units are divided, 8 to 64 lower-case letters and
	// digits: another one than the document's, so that other rollouts, QA samples and
	// teams are independent of it.
	Salt string `json:"salt"`
	// Unit whose id is hashed. An item without one is decided by the stable revision
	// until the canary has all.
	Unit Unit `json:"unit"`
	// Markets in which the canary's share is another than in its revision, ascending by
	// first market. No market stands twice.
	Markets []MarketShare `json:"markets,omitempty"`
	// Discordant is the rate of QA samples among items that the two revisions decide
	// differently, whichever decides.
	Discordant PPM `json:"discordant"`
}

// MarketShare is the share of units that the canary decides in some markets.
type MarketShare struct {
	// Markets in capitals, ascending.
	Markets []string `json:"markets"`
	Share   PPM      `json:"share"`
}

// Move says how the two revisions of a rollout decide an item differently. The zero
// Move says that they do not.
type Move struct {
	// From is what the stable revision says, To what the canary says: Allow, Review or
	// Act. An item without a usable score counts as one for Review.
	From, To Action
	// Label that is the reason: it decided the more severe of the two.
	Label string
	// Sample says that the item is to be checked by QA for it, Rate the share of such
	// items that are.
	Sample bool
	Rate   PPM
}

func (r *Rollout) validate(p *problems, revisions int) {
	if r == nil {
		return
	}
	p.check(revisions == maxRevisions, "rollout: needs two revisions, and there are %d", revisions)
	p.check(isSalt(r.Salt), "rollout.salt: %q must be 8 to 64 lower-case letters and digits", r.Salt)
	switch r.Unit {
	case UnitItem, UnitAuthor, UnitRoom, UnitAccount:
	default:
		p.addf("rollout.unit: %q is not known; use Item, Author, Room or Account", r.Unit)
	}
	p.ppm("rollout.discordant", &r.Discordant)
	seen := markets{}
	for i, m := range r.Markets {
		at := indexed("rollout.markets", i)
		seen.next(p, at, m.Markets)
		p.ppm(at+".share", &m.Share)
	}
}

// division is a Rollout prepared for evaluation.
type division struct {
	salt    string
	unit    Unit
	shares  map[market]PPM
	sampled PPM
}

// newDivision is that of a document; without a rollout items are divided by their own
// ids under the document's salt, and none are sampled for it.
func newDivision(d *PolicyDocument) division {
	r := d.Rollout
	if r == nil {
		return division{salt: d.Salt, unit: UnitItem}
	}
	out := division{salt: r.Salt, unit: r.Unit, sampled: r.Discordant, shares: map[market]PPM{}}
	for _, m := range r.Markets {
		for _, code := range m.Markets {
			out.shares[marketOf(code)] = m.Share
		}
	}
	return out
}

// id of the item's unit; empty where it has none.
func (d *division) id(item *Item) string {
	switch d.unit {
	case UnitAuthor:
		return item.Author
	case UnitRoom:
		return item.Room
	case UnitAccount:
		return item.Account
	}
	return item.ID
}

// canary reports whether the canary decides an item, whose share is base where no
// market says otherwise: it has the low end.
func (d *division) canary(item *Item, base PPM) bool {
	share, ok := d.shares[marketOf(item.Market)]
	if !ok {
		share = base
	}
	u := unit{salt: d.salt, id: d.id(item)}
	return share >= AllPPM || u.id != "" && u.below(PurposeRevision, share)
}

// move compares what the two revisions say of an item: the one that decided, and the
// other one.
func (q *queue) move(r *revision, decided opinion, item *Item, scores []Score, u *unit) Move {
	from, to := r, &q.revisions[1]
	if r == to {
		to = &q.revisions[0]
	}
	other, _ := to.opinion(item, scores)
	a, b := decided.moved(), other.moved()
	if a == b {
		return Move{}
	}
	m := Move{From: a, To: b, Rate: q.division.sampled, Label: from.labelOf(decided)}
	if b > a {
		m.Label = to.labelOf(other)
	}
	if r == &q.revisions[1] {
		m.From, m.To = m.To, m.From
	}
	m.Sample = u.below(PurposeDiscordant, m.Rate)
	return m
}

// moved is the action as one of the three between which items move.
func (o opinion) moved() Action {
	if o.action == Unscored {
		return Review
	}
	return o.action
}

func (r *revision) labelOf(o opinion) string {
	if len(r.labels) == 0 {
		return ""
	}
	return r.labels[o.best].Name
}
