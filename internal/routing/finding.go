package routing

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Severities of a finding.
const (
	Error   = "Error"   // something does not work
	Warning = "Warning" // it works, and is probably not what was meant
)

// Codes of findings. They are stable across releases.
const (
	// About policies.
	CodeLabelWithoutBands     = "LabelWithoutBands"     // neither actAt nor reviewAt: the label is left out
	CodeBandsCrossed          = "BandsCrossed"          // reviewAt above actAt, also after overrides
	CodeMarketOverriddenTwice = "MarketOverriddenTwice" // two overrides of a label name one market
	CodeValueUnreadable       = "ValueUnreadable"       // a value that does not parse
	CodeRevisionLost          = "RevisionLost"          // what a policy decides by is not stored, or damaged
	CodeHarmDomainNotCovered  = "HarmDomainNotCovered"  // a review stream's harm domain that no label has

	// About queues.
	CodePolicyNotFound      = "PolicyNotFound"      // policyRef names nothing
	CodePoolNotFound        = "PoolNotFound"        // classification.poolRef names nothing
	CodeRegimeNotFound      = "RegimeNotFound"      // serviceLevels name a regime that no catalogue has
	CodeStreamsShareDomain  = "StreamsShareDomain"  // two streams of a queue take one harm domain
	CodeDomainWithoutReview = "DomainWithoutReview" // a label sends items to people that no stream takes
	CodeQueuesConflict      = "QueuesConflict"      // two queues match the same items equally
	CodeDefaultsConflict    = "DefaultsConflict"    // two queues of a surface are its default
	CodeDocumentRefused     = "DocumentRefused"     // the document is invalid or too large

	// About people.
	CodeLanguageWithoutTeam   = "LanguageWithoutTeam"   // no team on any shift holds a language
	CodeClearanceWithoutTeam  = "ClearanceWithoutTeam"  // no team on any shift holds a clearance
	CodeClassWithoutTeam      = "ClassWithoutTeam"      // each is held, and nobody holds them together
	CodeEscalationWithoutTeam = "EscalationWithoutTeam" // nobody of the higher tier may take a label's items

	// About surfaces.
	CodeNoDefaultQueue     = "NoDefaultQueue"     // items may match no queue
	CodePreviousUnreadable = "PreviousUnreadable" // the published index is damaged
	CodeIndexRefused       = "IndexRefused"       // the index is invalid or too large
	CodeWeightsRefused     = "WeightsRefused"     // the weights are invalid or too large
)

// Kinds of objects that findings are about.
const (
	KindQueue   = "ModerationQueue"
	KindPolicy  = "ModerationPolicy"
	KindSurface = "Surface" // not an object: report it on the surface's queues
)

// Object names what a finding is about.
type Object struct {
	Kind string
	Name string
}

func queueObject(name string) Object  { return Object{KindQueue, name} }
func policyObject(name string) Object { return Object{KindPolicy, name} }
func surface(name string) Object      { return Object{KindSurface, name} }

// Finding is a problem in what the objects say together.
type Finding struct {
	Code     string
	Severity string
	Object   Object
	// Field is the path of the field concerned, empty for the whole object.
	Field string
	// Message says in a sentence what is wrong, Fix what to change. At most 512
	// bytes each.
	Message string
	Fix     string
}

func (c *compilation) find(o Object, f Finding) {
	f.Object = o
	f.Message, f.Fix = clip(f.Message), clip(f.Fix)
	c.out.Findings = append(c.out.Findings, f)
}

// clip cuts a text to what a status field takes.
func clip(s string) string {
	const most = 512
	if len(s) <= most {
		return s
	}
	s = s[:most-3]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "..."
}

// arrange puts errors first, and drops repeats.
func arrange(fs []Finding) []Finding {
	slices.SortFunc(fs, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity), // "Error" is before "Warning"
			cmp.Compare(a.Object.Kind, b.Object.Kind), cmp.Compare(a.Object.Name, b.Object.Name),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(fs)
}
