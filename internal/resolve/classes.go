package resolve

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// maxClasses bounds the work classes of one stream, so that a hostile label value
// cannot make a plan unbounded: a stream of more is one class.
const maxClasses = 256

// Classes are the work classes of a queue's review streams, and the classes seen
// in its metrics that it does not list. A stream is split by what its series are
// split by; where they are not, by mix; else it is one class that needs every
// language and domain listed. Regimes that it names are looked up.
func Classes(q *v1alpha1.ModerationQueue, rows Rows, known regimes.Catalogue) (classes []staffing.Class, unknown []Class) {
	return ClassesWith(q, rows, known, QualityRates{})
}

// ClassesWith are the Classes of a queue of whose items at least so many are checked, where its
// streams plan such checks.
func ClassesWith(
	q *v1alpha1.ModerationQueue, rows Rows, known regimes.Catalogue, rates QualityRates,
) (classes []staffing.Class, unknown []Class) {
	for i := range q.Spec.Reviews {
		s := newStream(q, &q.Spec.Reviews[i], rows)
		s.rates = rates
		s.promises = Promises(s.review, known)
		c, u := s.classes()
		classes = append(classes, c...)
		unknown = append(unknown, u...)
	}
	return classes, unknown
}

// stream is a review stream with its numbers.
type stream struct {
	queue  *v1alpha1.ModerationQueue
	review *v1alpha1.ReviewStream
	rows   Rows
	// lead is the row that says which classes there are, split by split.
	lead     Row
	split    Split
	promises []staffing.Promise
	// handled is what was measured of its handle time, and all its numbers as one class.
	handled handling
	all     numbers
	// rates of checks that the policy's wanted intervals take.
	rates QualityRates
}

func newStream(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, rows Rows) stream {
	s := stream{queue: q, review: r, rows: rows}
	lead := r.Metrics.Arrivals
	if r.Work == v1alpha1.WorkRooms {
		lead = r.Metrics.Concurrent
	}
	if row, ok := rowOf(q.Namespace, r.Metrics.RowSelector, lead); ok {
		s.lead, s.split = row, rows.Split(row)
	}
	s.handled = s.handling()
	s.all = s.totals()
	return s
}

func (s stream) classes() ([]staffing.Class, []Class) {
	switch {
	case len(s.review.Mix) > 0:
		return s.byMix(), nil
	case s.split == Split{}:
		return s.whole(), nil
	}
	seen := s.seen()
	var known, unknown []Class
	for _, c := range seen {
		if s.lists(c) {
			known = append(known, c)
		} else {
			unknown = append(unknown, c)
		}
	}
	// While nothing has come yet, or nothing can be read, the stream as a whole says
	// which. Of too many classes none is left out: they are planned as one.
	if len(seen) == 0 || len(known) > maxClasses {
		return s.whole(), unknown
	}
	out := make([]staffing.Class, 0, len(known))
	for _, c := range known {
		out = append(out, s.withParts(c, s.parts(c))...)
	}
	return out, unknown
}

// whole is the stream as one class.
func (s stream) whole() []staffing.Class {
	return s.withParts(Class{}, s.all)
}

// seen are the classes in the leading row and in the backlog, in order.
func (s stream) seen() []Class {
	set := map[Class]bool{}
	for c := range s.rows.Classes(s.lead) {
		set[c] = true
	}
	if b, ok := rowOf(s.queue.Namespace, s.review.Metrics.RowSelector, s.review.Metrics.Backlog); ok && s.rows.Split(b) == s.split {
		for c := range s.rows.Classes(b) {
			set[c] = true
		}
	}
	out := make([]Class, 0, len(set))
	for c := range set {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Class) int {
		return cmp.Or(cmp.Compare(a.Language, b.Language), cmp.Compare(a.HarmDomain, b.HarmDomain))
	})
	return out
}

func (s stream) lists(c Class) bool {
	return IsClass(c) && (c.Language == "" || listsLanguage(s.queue, v1alpha1.LanguageTag(c.Language))) &&
		(c.HarmDomain == "" || listsDomain(s.review, v1alpha1.Word(c.HarmDomain)))
}

// numbers are the observed numbers of one class.
type numbers struct {
	hourly, backlog, oldest, handleTime, concurrent sample.Sample
	// beside the stream's own, by what is counted
	beside [besides]beside
}

func (s stream) totals() numbers {
	n := s.read(s.rows.Value, nil)
	n.handleTime = s.handled.mean
	for k, ref := range s.besides() {
		n.beside[k] = s.count(ref, n.beside[k].hourly)
	}
	return n
}

// shortest and longest are the spans over which arrivals are averaged, each a few
// times the one before: the shortest in which enough items came for their number
// to mean something, or the longest. A rate over seconds would ask for other
// people at every look.
const (
	shortest    = 5 * sample.Minute
	longest     = sample.Hour
	enoughItems = 30
)

// hourly is items an hour, of one class or (nil) of the row. rate, per second,
// stands in where the series is no counter or has not been watched for long.
func (s stream) hourly(ref *v1alpha1.SeriesReference, rate sample.Sample, c *Class) sample.Sample {
	row, ok := rowOf(s.queue.Namespace, s.review.Metrics.RowSelector, ref)
	if !ok || !rate.Fresh() {
		return perHour(rate)
	}
	for over := shortest; ; over = min(over*3, longest) {
		got, parts := s.rows.PerHour(row, over)
		if c != nil {
			got, ok = parts[*c]
		}
		if ok && got.Fresh() && (over == longest || tells(got.Value, over)) {
			return got
		}
		if over == longest {
			return perHour(rate)
		}
	}
}

// tells reports whether enough items come in a while for their number to mean something.
func tells(perHour sample.Milli, over sample.Span) bool {
	return sample.MulDiv(int64(perHour), int64(over), int64(sample.Hour)) >= int64(sample.Whole(enoughItems))
}

// MeasuredOver is about how long a number of items an hour was averaged over.
func MeasuredOver(perHour sample.Milli) sample.Span {
	over := shortest
	for over < longest && !tells(perHour, over) {
		over = min(over*3, longest)
	}
	return over
}

// parts are the numbers of class c. A series that is split otherwise than the leading
// one, or not at all, says nothing of c: its count is unknown, not zero.
func (s stream) parts(c Class) numbers {
	part := func(row Row) sample.Sample {
		if s.rows.Split(row) != s.split {
			return sample.Missing(sample.CauseNoRow)
		}
		if v, ok := s.rows.Classes(row)[c]; ok {
			return v
		}
		if whole := s.rows.Value(row); whole.Fresh() {
			return sample.FreshAt(0, whole.At)
		}
		return sample.Missing(sample.CauseNoRow)
	}
	n := s.read(part, &c)
	n.handleTime = s.handled.of(c)
	for k := range n.beside {
		n.beside[k] = s.all.beside[k].part(n.beside[k].hourly, n.hourly, s.all.hourly)
	}
	return n
}

// read reads what get gives of the rows: the numbers of a class or (nil) of the whole.
func (s stream) read(get func(Row) sample.Sample, of *Class) numbers {
	m := &s.review.Metrics
	one := func(ref *v1alpha1.SeriesReference) sample.Sample {
		row, ok := rowOf(s.queue.Namespace, m.RowSelector, ref)
		if !ok {
			return sample.Missing(sample.CauseNotDeclared)
		}
		return get(row)
	}
	n := numbers{
		hourly:  s.hourly(m.Arrivals, one(m.Arrivals), of),
		backlog: one(m.Backlog), oldest: one(m.OldestAge), concurrent: one(m.Concurrent),
	}
	for k, ref := range s.besides() {
		n.beside[k].hourly = s.hourly(ref, one(ref), of)
	}
	return n
}

// byMix splits the totals by the declared shares.
func (s stream) byMix() []staffing.Class {
	out := make([]staffing.Class, 0, len(s.review.Mix))
	for _, m := range s.review.Mix {
		share, err := m.Share.PPM()
		if err != nil {
			continue
		}
		n := s.all
		n.hourly, n.backlog, n.concurrent = part(n.hourly, share), part(n.backlog, share), part(n.concurrent, share)
		for k := range n.beside {
			n.beside[k].hourly = part(n.beside[k].hourly, share)
			n.beside[k].perItem = of(n.beside[k].perItem, share)
		}
		out = append(out, s.withParts(Class{Language: string(m.Language), HarmDomain: string(m.HarmDomain)}, n)...)
	}
	return out
}

// of is a share of a number per item, rounded up: of little work there is some.
func of(perItem sample.PPM, share int64) sample.PPM {
	return sample.PPM(sample.MulDivUp(int64(perItem), share, int64(sample.AllPPM)))
}

func part(s sample.Sample, share int64) sample.Sample {
	s.Value = sample.Milli(sample.MulDivUp(int64(max(s.Value, 0)), share, int64(sample.AllPPM)))
	return s
}

// class is the work class c of the stream with its numbers.
func (s stream) class(c Class, n numbers) staffing.Class {
	r := s.review
	tier := r.Requires.Tier
	if tier == 0 {
		tier = 1
	}
	out := staffing.Class{
		Key: staffing.ClassKey{
			Queue: s.queue.Name, Review: string(r.Name), Language: c.Language, HarmDomain: c.HarmDomain, Tier: int(tier),
		},
		Surface: string(s.queue.Spec.Surface), Priority: int(Priority(s.queue)), Protected: s.queue.Spec.Protected,
		Markets: markets(s.queue), Requires: s.requires(c), Relax: relaxations(r), Work: staffing.Work(r.Work),
		ArrivalsPerHour: n.hourly, Backlog: n.backlog, OldestAge: n.oldest, Concurrent: n.concurrent,
		HandleTime: n.handleTime, HandleChanges: HandleChanges(r),
	}
	if n.handleTime.Fresh() {
		out.HandleOver = s.handled.over
	}
	if r.Requires.Role != v1alpha1.RoleReview {
		out.Key.Role = string(r.Requires.Role)
	}
	out.Requires.Role = out.Key.Role
	out.Promises = slices.Clone(s.promises)
	if r.RoomsPerPerson != nil {
		out.RoomsPerPerson = sample.Whole(int64(*r.RoomsPerPerson))
	}
	if r.HandleTime != nil {
		out.DeclaredHandleTime = span(*r.HandleTime, 0)
	}
	if d, err := decimalOr(r.DecisionsPerItem, sample.One); err == nil {
		out.DecisionsPerItem = d
	}
	if back, err := r.ReworkShare.PPM(); err == nil { // each decision comes back, and that of the second time as well
		d := sample.MulDivUp(int64(out.DecisionsPerItem), int64(sample.AllPPM), int64(sample.AllPPM)-back)
		out.DecisionsPerItem = sample.Milli(d)
	}
	return out
}

// requires are the skills a class needs besides those of its key: all that the
// stream lists, where the class does not say which.
func (s stream) requires(c Class) staffing.Requires {
	var out staffing.Requires
	for _, cl := range s.review.Requires.Clearances {
		out.Clearances = append(out.Clearances, string(cl))
	}
	if c.Language == "" {
		for _, l := range s.queue.Spec.Languages {
			out.Languages = append(out.Languages, string(l))
		}
	}
	if c.HarmDomain == "" {
		for _, d := range s.review.HarmDomains {
			out.HarmDomains = append(out.HarmDomains, string(d))
		}
	}
	return out
}

func perHour(s sample.Sample) sample.Sample {
	s.Value = sample.Milli(sample.MulDiv(int64(max(s.Value, 0)), 3600, 1))
	return s
}

// quotient is seconds of work over decisions: the measured handle time of one.
// While nothing was decided lately there is none, which is not a fault.
func quotient(seconds, decisions sample.Sample) sample.Sample {
	if !seconds.Fresh() || !decisions.Fresh() || decisions.Value <= 0 || seconds.Value <= 0 {
		return sample.Missing(sample.CauseNotDeclared)
	}
	v := sample.MulDiv(int64(seconds.Value), int64(sample.One), int64(decisions.Value))
	return sample.FreshAt(sample.Milli(v), min(seconds.At, decisions.At))
}
