package resolve

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// maxClasses bounds the work classes of one stream, so that a hostile label value
// cannot make a plan unbounded: a stream of more is one class.
const maxClasses = 256

// Classes are the work classes of a queue's review streams, and the classes seen
// in its metrics that it does not list. A stream is split by what its series are
// split by; where they are not, by mix; else it is one class that needs every
// language and domain listed.
func Classes(q *v1alpha1.ModerationQueue, rows Rows) (classes []staffing.Class, unknown []Class) {
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		s := stream{queue: q, review: r, rows: rows}
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
}

func (s stream) classes() ([]staffing.Class, []Class) {
	if len(s.review.Mix) > 0 {
		return s.byMix(), nil
	}
	m := &s.review.Metrics
	lead := m.Arrivals
	if s.review.Work == v1alpha1.WorkRooms {
		lead = m.Concurrent
	}
	row, ok := rowOf(s.queue.Namespace, m.RowSelector, lead)
	split := s.rows.Split(row)
	if !ok || split == (Split{}) {
		return s.whole(), nil
	}
	seen := s.seen(row)
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
		out = append(out, s.class(c, s.parts(c, split)))
	}
	return out, unknown
}

// whole is the stream as one class.
func (s stream) whole() []staffing.Class {
	return []staffing.Class{s.class(Class{}, s.totals())}
}

// seen are the classes in the leading row and in the backlog, in order.
func (s stream) seen(row Row) []Class {
	set := map[Class]bool{}
	for c := range s.rows.Classes(row) {
		set[c] = true
	}
	if b, ok := rowOf(s.queue.Namespace, s.review.Metrics.RowSelector, s.review.Metrics.Backlog); ok && s.rows.Split(b) == s.rows.Split(row) {
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
	return (c.Language == "" || listsLanguage(s.queue, v1alpha1.LanguageTag(c.Language))) &&
		(c.HarmDomain == "" || listsDomain(s.review, v1alpha1.Word(c.HarmDomain)))
}

// numbers are the observed numbers of one class.
type numbers struct {
	hourly, backlog, oldest, handleSeconds, completed, concurrent sample.Sample
}

func (s stream) totals() numbers {
	n := s.read(func(row Row) sample.Sample { return s.rows.Value(row) })
	n.hourly = s.hourly(n.hourly, nil)
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

// hourly is arrivals an hour, of one class or (nil) of the row. rate, per second,
// stands in where the series is no counter or has not been watched for long.
func (s stream) hourly(rate sample.Sample, c *Class) sample.Sample {
	row, ok := rowOf(s.queue.Namespace, s.review.Metrics.RowSelector, s.review.Metrics.Arrivals)
	if !ok || !rate.Fresh() {
		return perHour(rate)
	}
	for over := shortest; ; over = min(over*3, longest) {
		got, parts := s.rows.PerHour(row, over)
		if c != nil {
			got, ok = parts[*c]
		}
		items := sample.MulDiv(int64(got.Value), int64(over), int64(sample.Hour))
		if ok && got.Fresh() && (over == longest || items >= int64(sample.Whole(enoughItems))) {
			return got
		}
		if over == longest {
			return perHour(rate)
		}
	}
}

// parts are the numbers of class c of a row that is split by split. A series that is
// not split, or otherwise, says nothing of c: its count is unknown, not zero; of a
// handle time, that of the whole stands in.
func (s stream) parts(c Class, split Split) numbers {
	part := func(row Row) sample.Sample {
		if s.rows.Split(row) != split {
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
	n := s.read(part)
	n.hourly = s.hourly(n.hourly, &c)
	if !n.handleSeconds.Fresh() || !n.completed.Fresh() || n.completed.Value <= 0 {
		whole := s.totals()
		n.handleSeconds, n.completed = whole.handleSeconds, whole.completed
	}
	return n
}

func (s stream) read(get func(Row) sample.Sample) numbers {
	m := &s.review.Metrics
	one := func(ref *v1alpha1.SeriesReference) sample.Sample {
		row, ok := rowOf(s.queue.Namespace, m.RowSelector, ref)
		if !ok {
			return sample.Missing(sample.CauseNotDeclared)
		}
		return get(row)
	}
	return numbers{
		hourly: one(m.Arrivals), backlog: one(m.Backlog), oldest: one(m.OldestAge),
		handleSeconds: one(m.HandleSeconds), completed: one(m.Completed), concurrent: one(m.Concurrent),
	}
}

// byMix splits the totals by the declared shares.
func (s stream) byMix() []staffing.Class {
	total := s.totals()
	out := make([]staffing.Class, 0, len(s.review.Mix))
	for _, m := range s.review.Mix {
		share, err := m.Share.PPM()
		if err != nil {
			continue
		}
		n := total
		n.hourly, n.backlog, n.concurrent = part(total.hourly, share), part(total.backlog, share), part(total.concurrent, share)
		out = append(out, s.class(Class{Language: string(m.Language), HarmDomain: string(m.HarmDomain)}, n))
	}
	return out
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
		Requires: s.requires(c), Work: staffing.Work(r.Work),
		ArrivalsPerHour: n.hourly, Backlog: n.backlog, OldestAge: n.oldest, Concurrent: n.concurrent,
		HandleTime: quotient(n.handleSeconds, n.completed),
	}
	for _, l := range r.ServiceLevels {
		if p, ok := Promise(l.ServiceLevel, l.Measure); ok {
			out.Promises = append(out.Promises, p)
		}
	}
	if r.RoomsPerPerson != nil {
		out.RoomsPerPerson = sample.Whole(int64(*r.RoomsPerPerson))
	}
	if r.HandleTime != nil {
		out.DeclaredHandleTime = span(*r.HandleTime, 0)
	}
	if d, err := decimalOr(r.DecisionsPerItem, sample.One); err == nil {
		out.DecisionsPerItem = d
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
