package v1

import (
	"fmt"
	"slices"
)

// Table is the documents of one or more surfaces, prepared for evaluation. It is
// immutable and safe for any number of goroutines.
type Table struct {
	surfaces map[string]*surface
	queues   map[string]*queue
	pools    map[string][]Weight
}

// Set is one surface's documents. Weights may be nil: then no team is chosen.
type Set struct {
	Index     *Index
	Documents map[string]*PolicyDocument // by hash; others than the index names are ignored
	Weights   *Weights
}

// surface finds the queue of an item. The queues that take a market, a language
// and a content class are bit sets over the index's order, so that the first bit
// of their intersection is the queue that wins.
type surface struct {
	order     []*queue
	fallback  *queue
	markets   dimension[market]
	languages dimension[string]
	tongues   ranges[bitset] // of languages, once complete
	classes   dimension[string]
}

// dimension holds, for each value known, the entries that take it, and those that
// take any value.
type dimension[K comparable] struct {
	any bitset
	by  map[K]bitset
}

// bitset has bit i%64 of word i/64 set if entry i is in it.
type bitset []uint64

func (b bitset) set(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) or(o bitset) {
	for i := range b {
		b[i] |= o[i]
	}
}

// queue is one document with its weights, prepared.
type queue struct {
	doc       *PolicyDocument
	languages ranges[language] // of the match and of the weights
	revisions []revision
	division  division                  // of items between two revisions
	streams   map[string]*Stream        // by harm domain, "*" for the rest
	named     map[string]bool           // harm domains that a label or a stream names
	domain    string                    // of an item that no label decides and that names none
	rows      map[skill]*ranges[*split] // "*" stands for any language
	splits    map[skill]splits          // rows, laid out by language
	relief    *relief                   // in force; nil for none
}

// language is a range that a queue or its weights know.
type language struct {
	listed string // the queue's own range that covers it, empty if none does
	id     int    // 1 and up, index into splits
}

// splits of one skill, by language id; 0 is for languages that nobody knows.
type splits []*split

// skill is what rows of weights are kept under.
type skill struct {
	domain string
	tier   int
}

// split is the teams that take a class, with running sums of their weights.
type split struct {
	row  *TeamWeights
	sums []uint64
}

// NewTable prepares documents for evaluation. It refuses invalid documents, an
// index entry whose document is not among the set's, and a surface or a queue that
// stands twice; a caller stays on its last good table then.
func NewTable(sets ...Set) (*Table, error) {
	t := &Table{surfaces: map[string]*surface{}, queues: map[string]*queue{}, pools: map[string][]Weight{}}
	for _, s := range sets {
		if err := t.add(s); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *Table) add(set Set) error {
	x := set.Index
	if x == nil {
		return fmt.Errorf("build table: there is no index")
	}
	if err := x.Validate(); err != nil {
		return fmt.Errorf("build table: index of surface %q: %w", x.Surface, err)
	}
	if t.surfaces[x.Surface] != nil {
		return fmt.Errorf("build table: surface %q has two indexes", x.Surface)
	}
	s := newSurface(len(x.Entries))
	for i, e := range x.Entries {
		d := set.Documents[e.Hash]
		if err := fits(x, e, d); err != nil {
			return fmt.Errorf("build table: surface %q: document %s: %w", x.Surface, e.Document, err)
		}
		if t.queues[e.Queue] != nil {
			return fmt.Errorf("build table: queue %q is on two surfaces", e.Queue)
		}
		q := newQueue(d)
		t.queues[e.Queue] = q
		s.add(i, q)
	}
	s.finish()
	s.fallback = t.queues[x.Default]
	t.surfaces[x.Surface] = s
	if err := t.weigh(x, set.Weights); err != nil {
		return err
	}
	for _, q := range s.order {
		q.finish()
	}
	return nil
}

// fits checks that a document is there, valid, and the one that the entry means.
func fits(x *Index, e Entry, d *PolicyDocument) error {
	switch {
	case d == nil:
		return fmt.Errorf("is missing")
	case d.Queue != e.Queue || d.Surface != x.Surface || d.Namespace != x.Namespace || d.Hash != e.Hash:
		return fmt.Errorf("belongs to queue %s/%s on surface %q, the index names %s/%s on %q",
			d.Namespace, d.Queue, d.Surface, x.Namespace, e.Queue, x.Surface)
	}
	return d.Validate()
}

func newSurface(n int) *surface {
	return &surface{
		order: make([]*queue, 0, n), markets: newDimension[market](n), languages: newDimension[string](n), classes: newDimension[string](n),
	}
}

func newDimension[K comparable](n int) dimension[K] {
	return dimension[K]{any: make(bitset, (n+63)/64), by: map[K]bitset{}}
}

func (s *surface) add(i int, q *queue) {
	s.order = append(s.order, q)
	m := &q.doc.Match
	s.markets.add(i, m.Markets, marketOf)
	s.languages.add(i, m.Languages, foldTag)
	s.classes.add(i, m.Classes, func(c string) string { return c })
}

func (d *dimension[K]) add(i int, values []string, key func(string) K) {
	if len(values) == 0 {
		d.any.set(i)
	}
	for _, v := range values {
		k := key(v)
		if d.by[k] == nil {
			d.by[k] = make(bitset, len(d.any))
		}
		d.by[k].set(i)
	}
}

// addAny adds to each value the entries that take any.
func (d *dimension[K]) addAny() {
	for _, b := range d.by {
		b.or(d.any)
	}
}

// finish completes the sets: with the entries that take any value, and for each
// language with those that list a prefix of it. Shorter tags come first, so that
// the set of a prefix is complete.
func (s *surface) finish() {
	s.markets.addAny()
	s.languages.addAny()
	s.classes.addAny()
	tags := make([]string, 0, len(s.languages.by))
	for tag := range s.languages.by {
		tags = append(tags, tag)
	}
	slices.SortFunc(tags, func(a, b string) int { return len(a) - len(b) })
	for _, tag := range tags {
		own := s.languages.by[tag]
		if wider, ok := s.tongues.lookup(tag); ok {
			own.or(wider)
		}
		s.tongues.set(tag, own)
	}
}

func newQueue(d *PolicyDocument) *queue {
	q := &queue{
		doc:     d,
		streams: map[string]*Stream{},
		named:   map[string]bool{},
		rows:    map[skill]*ranges[*split]{},
		splits:  map[skill]splits{},
		domain:  Any, division: newDivision(d),
	}
	for _, l := range d.Match.Languages {
		q.languages.set(l, language{listed: l})
	}
	for i := range d.Streams {
		for _, domain := range d.Streams[i].HarmDomains {
			q.streams[domain] = &d.Streams[i]
			q.named[domain] = true
		}
	}
	if len(d.Streams) == 1 && len(d.Streams[0].HarmDomains) == 1 {
		q.domain = d.Streams[0].HarmDomains[0]
	}
	for i := range d.Revisions {
		q.revisions = append(q.revisions, newRevision(&d.Revisions[i]))
	}
	return q
}

// stream that takes a harm domain, nil if none does.
func (q *queue) stream(domain string) *Stream {
	if s := q.streams[domain]; s != nil {
		return s
	}
	return q.streams[Any]
}

// weigh adds one surface's weights.
func (t *Table) weigh(x *Index, w *Weights) error {
	if w == nil {
		return nil
	}
	if w.Surface != x.Surface || w.Namespace != x.Namespace {
		return fmt.Errorf("build table: weights are for surface %s/%s, the index for %s/%s", w.Namespace, w.Surface, x.Namespace, x.Surface)
	}
	if err := w.Validate(); err != nil {
		return fmt.Errorf("build table: weights of surface %q: %w", w.Surface, err)
	}
	for _, p := range w.Pools {
		t.pools[p.Pool] = append(t.pools[p.Pool], p.Queues...)
	}
	t.relieve(w.Relief)
	for i := range w.Teams {
		row := &w.Teams[i]
		s := &split{row: row, sums: make([]uint64, len(row.Teams))}
		var sum uint64
		for j, team := range row.Teams {
			sum += uint64(team.Weight)
			s.sums[j] = sum
		}
		for _, name := range row.Queues {
			// Weights may be newer or older than the index: rows for other queues wait.
			if q := t.queues[name]; q != nil {
				q.share(row, s)
			}
		}
	}
	return nil
}

func (q *queue) share(row *TeamWeights, s *split) {
	for _, domain := range row.HarmDomains {
		k := skill{domain, row.Tier}
		if q.rows[k] == nil {
			q.rows[k] = &ranges[*split]{}
		}
		for _, l := range row.Languages {
			q.rows[k].set(l, s)
		}
	}
}

// finish numbers the languages and lays the rows out by them, so that a decision
// looks a language up once.
func (q *queue) finish() {
	for _, rows := range q.rows {
		for tag := range rows.by {
			if _, known := q.languages.by[tag]; !known {
				own, _ := q.languages.lookup(tag)
				q.languages.set(tag, language{listed: own.listed})
			}
		}
	}
	id := 0
	for tag, l := range q.languages.by {
		id++
		l.id = id
		q.languages.by[tag] = l
	}
	for i := range q.revisions {
		for j := range q.revisions[i].labels {
			q.place(&q.revisions[i].labels[j])
		}
		if q.relief != nil {
			q.revisions[i].relieve(q.relief, len(q.revisions) == 1)
		}
	}
}

// place finds the stream and the splits of a label beforehand.
func (q *queue) place(l *label) {
	q.named[l.HarmDomain] = true
	l.stream = q.stream(l.HarmDomain)
	if l.stream != nil {
		l.splits = q.byLanguage(skill{l.HarmDomain, l.stream.Tier})
	}
	l.levels = q.levels(l.Label)
}

// byLanguage lays the rows of a skill out. The result is shared between labels.
func (q *queue) byLanguage(k skill) splits {
	if s, done := q.splits[k]; done {
		return s
	}
	out := make(splits, len(q.languages.by)+1)
	if rows := q.rows[k]; rows != nil {
		out[0] = rows.by[Any]
		for tag, l := range q.languages.by {
			s, ok := rows.lookup(tag)
			if !ok {
				s = rows.by[Any]
			}
			out[l.id] = s
		}
	}
	q.splits[k] = out
	return out
}
