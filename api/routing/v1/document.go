package v1

// Format is the version of the documents' shape that this package reads.
const Format = 1

// Kinds of documents, in their kind field.
const (
	KindDocument = "PolicyDocument"
	KindIndex    = "RoutingIndex"
	KindWeights  = "RoutingWeights"
)

// PPM is a share, rate or score in parts per million, 0 to AllPPM.
type PPM int32

// AllPPM is the whole: 1, or 100 %.
const AllPPM PPM = 1_000_000

// Any in a list of harm domains stands for every domain not listed elsewhere.
const Any = "*"

// Header is what every document begins with.
type Header struct {
	// Format is 1.
	Format int `json:"format"`
	// Kind is one of the Kind constants.
	Kind string `json:"kind"`
	// Features a reader must know to apply the document, ascending: FeatureFlags, FeatureRollout.
	Features []string `json:"features,omitempty"`
	// Hash is the SHA-256, in 64 hexadecimal digits, of the canonical JSON of the
	// document without this field.
	Hash string `json:"hash"`
	// Namespace of the queues.
	Namespace string `json:"namespace"`
	// Surface that the document is about, such as "live".
	Surface string `json:"surface"`
}

// PolicyDocument says which items one queue takes and what scores mean there.
type PolicyDocument struct {
	Header
	// Queue is the ModerationQueue's name.
	Queue string `json:"queue"`
	// Match is what is known of an item before classification.
	Match Match `json:"match"`
	// Pool that classifies the items; empty for a queue of human work only.
	Pool string `json:"pool,omitempty"`
	// Protected work is never shed, relaxed, sampled away, deferred or starved.
	Protected bool `json:"protected"`
	// Policy is the ModerationPolicy's name; empty for a queue without one.
	Policy string `json:"policy,omitempty"`
	// Salt of every hash, 8 to 64 lower-case letters and digits.
	Salt string `json:"salt"`
	// Unit whose id is hashed for teams and QA samples: Item.
	Unit Unit `json:"unit"`
	// Revisions of the policy: the stable one and, during a rollout, the canary.
	// Their shares add up to 1,000,000; a canary with 0 is only compared.
	Revisions []Revision `json:"revisions"`
	// Rollout says how items are divided between two revisions. Unset: by the items'
	// own ids under Salt.
	Rollout *Rollout `json:"rollout,omitempty"`
	// Streams of human review, partitioning the harm domains.
	Streams []Stream `json:"streams"`
}

// Match selects items. An empty list takes any value.
type Match struct {
	// Markets in capitals, ascending.
	Markets []string `json:"markets,omitempty"`
	// Languages are BCP 47 ranges, ascending.
	Languages []string `json:"languages,omitempty"`
	// Classes of content, ascending.
	Classes []string `json:"classes,omitempty"`
	// Default queues take what no queue of the surface matches.
	Default bool `json:"default,omitempty"`
}

// Unit is what a hash keeps together.
type Unit string

// UnitItem hashes each item by its own id.
const UnitItem Unit = "Item"

// Revision is one state of a policy and the share of units it decides.
type Revision struct {
	// Name of the revision.
	Name string `json:"name"`
	// Share of units. The first revision is the stable one.
	Share PPM `json:"share"`
	// Labels by name, ascending.
	Labels []Label `json:"labels"`
}

// Severity orders labels whose verdicts tie.
type Severity string

// Severities, rising.
const (
	SeverityLow      Severity = "Low"
	SeverityMedium   Severity = "Medium"
	SeverityHigh     Severity = "High"
	SeverityCritical Severity = "Critical"
)

// rank of a severity: 1 to 4, 0 if unknown.
func (s Severity) rank() uint8 {
	switch s {
	case SeverityLow:
		return 1
	case SeverityMedium:
		return 2
	case SeverityHigh:
		return 3
	case SeverityCritical:
		return 4
	}
	return 0
}

// Label says what the score of one label means.
type Label struct {
	// Name of the label, as in the scores.
	Name string `json:"name"`
	// HarmDomain of the label.
	HarmDomain string `json:"harmDomain"`
	// Severity breaks ties between labels with the same verdict.
	Severity Severity `json:"severity"`
	// Protected labels are left alone by every relief.
	Protected bool `json:"protected,omitempty"`
	// Model that gives the score, and its version. Empty: not checked.
	Model   string `json:"model,omitempty"`
	Version string `json:"version,omitempty"`
	// ActAt: at or above it the item is actioned. Unset: never by a machine.
	ActAt *PPM `json:"actAt,omitempty"`
	// ReviewAt: at or above it, and below ActAt, people decide. Unset: never.
	ReviewAt *PPM `json:"reviewAt,omitempty"`
	// Overrides of the thresholds where markets differ. No market stands twice;
	// ascending by first market. An override replaces both thresholds.
	Overrides []Override `json:"overrides,omitempty"`
	// Clearances that a reviewer needs beside those of the stream.
	Clearances []string `json:"clearances,omitempty"`
	// QASample is how much of each verdict is checked by people.
	QASample QASample `json:"qaSample"`
	// Escalation to a higher tier, if any.
	Escalation *Escalation `json:"escalation,omitempty"`
}

// Override holds the thresholds of a label in some markets.
type Override struct {
	// Markets in capitals, ascending.
	Markets  []string `json:"markets"`
	ActAt    *PPM     `json:"actAt,omitempty"`
	ReviewAt *PPM     `json:"reviewAt,omitempty"`
}

// QASample holds sampling rates by verdict.
type QASample struct {
	// Allowed is the rate among items that this label let through.
	Allowed PPM `json:"allowed"`
	// Actioned is the rate among items actioned because of this label.
	Actioned PPM `json:"actioned"`
	// Reviewed is the rate among items that people decided because of this label.
	Reviewed PPM `json:"reviewed"`
}

// Stream is one stream of human work of a queue.
type Stream struct {
	// Name of the stream.
	Name string `json:"name"`
	// HarmDomains it takes; "*" is the rest.
	HarmDomains []string `json:"harmDomains"`
	// Tier of the reviewers, from 1 to 9.
	Tier int `json:"tier"`
	// Clearances a reviewer needs.
	Clearances []string `json:"clearances,omitempty"`
	// ServiceLevels promised, for routers that order by deadline.
	ServiceLevels []ServiceLevel `json:"serviceLevels,omitempty"`
}

// ServiceLevel is a promise: a percent of items within a time.
type ServiceLevel struct {
	Percent      PPM   `json:"percent"`
	WithinMillis int64 `json:"withinMillis"`
}
