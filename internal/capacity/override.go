package capacity

import "github.com/modcap/modcap/internal/sample"

// Kinds of override of a queue. What they do is in the queue's numbers already.
const (
	Surge    OverrideKind = "Surge"    // other arrivals are expected
	Priority OverrideKind = "Priority" // another priority
)

// QueueOverride is one CapacityOverride that names a queue, and had a part in what a decision was
// told of it.
type QueueOverride struct {
	Name string       `json:"name"`
	Kind OverrideKind `json:"kind"`
	// Arrivals of a Surge, in thousandths of what would arrive otherwise: the most within the lead.
	Arrivals sample.Milli `json:"arrivals,omitempty"`
	// Declared is the queue's own priority, in place of which another is in force.
	Declared int32 `json:"declared,omitempty"`
	// From is when it begins: a surge counts a lead before.
	From   sample.Instant `json:"from,omitempty"`
	Until  sample.Instant `json:"until"`
	Reason string         `json:"reason,omitempty"`
	By     string         `json:"by,omitempty"`
}
