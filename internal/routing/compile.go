package routing

import (
	"cmp"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// Input is everything that the documents of one surface depend on.
type Input struct {
	Namespace string
	Surface   string
	// Queues of the namespace, with what regimes ask for now in place of their names; those of other
	// surfaces are ignored. Not modified.
	Queues []*v1alpha1.ModerationQueue
	// Policies of the namespace by name. Not modified.
	Policies map[string]*v1alpha1.ModerationPolicy
	// InForce is by what policies decide whose changes are rolled out, by name. Of one
	// that is not here the spec decides.
	InForce map[string]*InForce
	// Pools that exist in the namespace.
	Pools map[string]bool
	// Teams of the namespace.
	Teams []Team
	// ServiceWeights of queues in their pools, 1 to v1.MaxWeight, as the capacity
	// engine shared the workers out. A queue without one weighs its priority.
	ServiceWeights map[string]int
	// Relief in force, and the queues of which nothing is known yet since the start: of
	// these what is published counts.
	Relief        []v1.Relief
	ReliefAwaited map[string]bool
	// Previous is what is published now: the last good documents.
	Previous Published
}

// Team is what routing needs of a ReviewTeam.
type Team struct {
	Name        string
	Tier        int
	Roles       []string // empty: Review
	Languages   []string
	HarmDomains []string
	Surfaces    []string // empty: all
	Clearances  []string
	Markets     []string // empty: all
	// Exposure is published for the review tool; Team may be left out.
	Exposure []v1.ExposureLimit
	// Scheduled says that some shift of the coming week has people.
	Scheduled bool
	// Productive heads now, in thousandths; nobody is sent to a team without.
	Productive sample.Milli
	// Weight is what the plan of people has the team count for, relative to the other
	// teams; Productive counts where it is not positive.
	Weight int64
	// Spare is the productive heads that the plan gives no work: who has more is asked
	// first among those of a tier that work overflows to.
	Spare sample.Milli
	// Limits are what limits of exposure leave it of weight and spare for some domains now.
	Limits []Limit
	// Awaited says that the team is planned, and not yet since the start: as long as
	// people are there, what was published last counts.
	Awaited bool
}

// Limit is what a limit of exposure leaves a team now, for work on some harm domains.
type Limit struct {
	HarmDomains []string // "*" is all
	// Part is of the weight, Spare of the spare heads; without a part, such work is not sent there.
	Part  sample.PPM
	Spare sample.Milli
}

// Published is the bytes of the documents in force.
type Published struct {
	// Index of the surface; empty if there is none.
	Index []byte
	// Documents by ConfigMap name. Others than the index names are ignored.
	Documents map[string][]byte
	// Weights of the surface; empty if there are none.
	Weights []byte
}

// Output is what to publish and what to say.
type Output struct {
	// Documents in force, by name; write them before the index.
	Documents []Document
	// Index and Weights are canonical JSON, named v1.IndexName and v1.WeightsName.
	// Either is nil if it cannot be written (a finding says why): leave what is there.
	Index   []byte
	Weights []byte
	// Findings, errors first.
	Findings []Finding
	// Queues by name: one for each queue of the surface.
	Queues map[string]QueueResult
}

// Document is one queue's policy document.
type Document struct {
	Name  string
	Queue string
	Bytes []byte
}

// QueueResult says how one queue came out.
type QueueResult struct {
	// Document in force; empty if the queue has none, so that no item goes to it.
	Document string
	// Current says that the document in force says what the specs say.
	Current bool
	// KeptLastGood says that the last good document stays in force.
	KeptLastGood bool
	// LostLastGood says that the published index names a last good document that was
	// not among the previous ones, or is damaged, so that the queue would drop out.
	// It may be a cache that lags: read without it and compile again before publishing.
	LostLastGood bool
	// ConflictsWith is the queue that takes items which this one matches as well.
	ConflictsWith string
	// Reason is the one of the Routed condition, True with Published only:
	// Conflicted, LastGoodKept or, where nothing is in force, the Cause.
	Reason string
	// Message is a sentence.
	Message string
	// Cause is what stands in the way of a current document: PolicyNotFound,
	// PolicyInvalid, PolicyAwaited, PoolNotFound, RegimeNotFound or InvalidSpec. Empty if nothing does.
	Cause string
}

// maxBytes is the most that fits into a ConfigMap, with room for its metadata.
const maxBytes = 1<<20 - 1<<14

// candidate is a queue with the document that is to be in force.
type candidate struct {
	queue *v1alpha1.ModerationQueue
	doc   *v1.PolicyDocument
	bytes []byte
	scope scope
}

func (c *candidate) name() string { return v1.DocumentName(c.doc.Queue, c.doc.Hash) }

// compilation is the state of one Compile.
type compilation struct {
	in       Input
	previous *v1.Index
	policies map[string]compiledPolicy
	entries  []*candidate // in order of precedence
	fallback string
	given    map[string]giving // by relief, of queues
	out      Output
}

// Compile makes the documents of a surface. Every list in the output is in an order
// that does not depend on the input's.
func Compile(in Input) Output {
	c := &compilation{in: in, policies: map[string]compiledPolicy{}}
	c.out.Queues = map[string]QueueResult{}
	c.readPrevious()
	for _, q := range c.queues() {
		c.compileQueue(q)
	}
	rank(c.entries)
	c.findConflicts()
	c.chooseDefault()
	c.checkPeople()
	c.publish()
	c.out.Findings = arrange(c.out.Findings)
	return c.out
}

// queues of the surface by name.
func (c *compilation) queues() []*v1alpha1.ModerationQueue {
	var qs []*v1alpha1.ModerationQueue
	for _, q := range c.in.Queues {
		if q != nil && string(q.Spec.Surface) == c.in.Surface {
			qs = append(qs, q)
		}
	}
	slices.SortFunc(qs, func(a, b *v1alpha1.ModerationQueue) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(qs, func(a, b *v1alpha1.ModerationQueue) bool { return a.Name == b.Name })
}

func (c *compilation) readPrevious() {
	if len(c.in.Previous.Index) == 0 {
		return
	}
	x, err := v1.DecodeIndex(c.in.Previous.Index, "")
	if err != nil || x.Namespace != c.in.Namespace || x.Surface != c.in.Surface {
		c.find(surface(c.in.Surface), Finding{
			Code: CodePreviousUnreadable, Severity: Warning,
			Message: "The published index cannot be read, so no last good document can be kept; it is written anew.",
			Fix:     "Find out who else writes the routing ConfigMaps; only modcap should.",
		})
		return
	}
	c.previous = x
}

// compileQueue finds the document that is to be in force for a queue.
func (c *compilation) compileQueue(q *v1alpha1.ModerationQueue) {
	p, reason := c.policyOf(q)
	if reason == "" {
		reason = c.checkQueue(q)
	}
	if reason == "" && p.unseen && c.decidesOtherwise(q, p) {
		reason = v1alpha1.ReasonPolicyAwaited
	}
	if reason == "" {
		doc := document(c.in.Namespace, q, p)
		data, err := v1.SealDocument(doc)
		if err == nil && len(data) <= maxBytes {
			c.accept(q, doc, data, QueueResult{
				Current: true, Reason: v1alpha1.ReasonPublished, Message: "The document in force says what the specs say.",
			})
			return
		}
		reason = v1alpha1.ReasonInvalidSpec
		c.refuseDocument(q, err, len(data))
	}
	doc, data, named := c.lastGood(q.Name)
	if doc != nil {
		c.accept(q, doc, data, QueueResult{
			KeptLastGood: true, Reason: v1alpha1.ReasonLastGoodKept, Cause: reason,
			Message: "The last good document stays in force until the problem is solved.",
		})
		return
	}
	c.out.Queues[q.Name] = QueueResult{
		Reason: reason, Cause: reason, LostLastGood: named,
		Message: "There is no document for the queue until the problem is solved; its items go elsewhere or match nothing.",
	}
}

func (c *compilation) accept(q *v1alpha1.ModerationQueue, doc *v1.PolicyDocument, data []byte, r QueueResult) {
	e := &candidate{queue: q, doc: doc, bytes: data}
	r.Document = e.name()
	c.out.Queues[q.Name] = r
	c.entries = append(c.entries, e)
}

// lastGood is the queue's published document, verified; nil if there is none. named
// says that the published index names one.
func (c *compilation) lastGood(queue string) (doc *v1.PolicyDocument, data []byte, named bool) {
	if c.previous == nil {
		return nil, nil, false
	}
	i := slices.IndexFunc(c.previous.Entries, func(e v1.Entry) bool { return e.Queue == queue })
	if i < 0 {
		return nil, nil, false
	}
	e := c.previous.Entries[i]
	data = c.in.Previous.Documents[e.Document]
	doc, err := v1.DecodeDocument(data, e.Hash)
	if err != nil || doc.Queue != queue || doc.Surface != c.in.Surface || doc.Namespace != c.in.Namespace {
		return nil, nil, true
	}
	return doc, data, true
}

// decidesOtherwise reports whether the queue's published document is of a policy, and of another revision than its spec.
func (c *compilation) decidesOtherwise(q *v1alpha1.ModerationQueue, p compiledPolicy) bool {
	doc, _, _ := c.lastGood(q.Name)
	return doc != nil && doc.Policy == p.name && slices.ContainsFunc(doc.Revisions, func(r v1.Revision) bool { return r.Name != p.revision })
}

// publish makes the index and the weights.
func (c *compilation) publish() {
	x := &v1.Index{Header: c.header(), Default: c.fallback, Entries: []v1.Entry{}}
	for _, e := range c.entries {
		x.Entries = append(x.Entries, v1.Entry{Queue: e.doc.Queue, Document: e.name(), Hash: e.doc.Hash})
		c.out.Documents = append(c.out.Documents, Document{Name: e.name(), Queue: e.doc.Queue, Bytes: e.bytes})
	}
	slices.SortFunc(c.out.Documents, func(a, b Document) int { return cmp.Compare(a.Name, b.Name) })
	data, err := v1.SealIndex(x)
	c.out.Index = c.fitting(data, err, CodeIndexRefused, "index")
	next := c.weights()
	if data, err = v1.SealWeights(next); err == nil && c.settled(next, data) {
		data = c.in.Previous.Weights
	}
	c.out.Weights = c.fitting(data, err, CodeWeightsRefused, "weights")
}

func (c *compilation) header() v1.Header {
	return v1.Header{Namespace: c.in.Namespace, Surface: c.in.Surface}
}

// fitting is data, or nil with a finding if it could not be made or is too large.
func (c *compilation) fitting(data []byte, err error, code, what string) []byte {
	if err == nil && len(data) <= maxBytes {
		return data
	}
	message := "The " + what + " of the surface would not fit into a ConfigMap; the last one stays in force."
	if err != nil {
		message = clip("The " + what + " of the surface cannot be made: " + err.Error())
	}
	c.find(surface(c.in.Surface), Finding{
		Code: code, Severity: Error, Message: message, Fix: "Use fewer queues, languages or harm domains on the surface.",
	})
	return nil
}
