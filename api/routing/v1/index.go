package v1

// Index names the documents in force on one surface. It is the commit point.
type Index struct {
	Header
	// Default is the queue that takes what nothing matches; empty for none.
	Default string `json:"default,omitempty"`
	// Entries in order of precedence: the first that matches an item takes it.
	Entries []Entry `json:"entries"`
}

// Entry points at one queue's document.
type Entry struct {
	Queue    string `json:"queue"`
	Document string `json:"document"`
	Hash     string `json:"hash"`
}

// Weights holds what changes by the minute on one surface. It is overwritten in
// place.
type Weights struct {
	Header
	// Pools and the service weights of their queues, by name.
	Pools []PoolWeights `json:"pools,omitempty"`
	// Teams that take each work class now. No two rows hold the same class.
	Teams []TeamWeights `json:"teams,omitempty"`
	// Exposure limits of the teams of the surface, by team and name.
	Exposure []ExposureLimit `json:"exposure,omitempty"`
	// Relief in force, ascending by policy, step and first queue. A reader refuses weights
	// with a kind that it does not know.
	Relief []Relief `json:"relief,omitempty"`
}

// PoolWeights says how a pool's workers divide their time between its queues
// while all of them have work.
type PoolWeights struct {
	Pool   string   `json:"pool"`
	Queues []Weight `json:"queues"`
}

// TeamWeights says who takes the items of some work classes: every combination of
// the queues, languages and harm domains listed, at one tier.
type TeamWeights struct {
	Queues    []string `json:"queues"`
	Languages []string `json:"languages"`
	// HarmDomains; "*" is for items whose harm domain the document does not name.
	HarmDomains []string `json:"harmDomains"`
	Tier        int      `json:"tier"`
	// Teams with people on shift now, by name. Empty: nobody; the work waits.
	Teams []Weight `json:"teams,omitempty"`
	// Overflow names, in order, who else may take what those teams cannot.
	Overflow []string `json:"overflow,omitempty"`
	// Relaxed says who else may take it once it is old, the youngest first: a last
	// resort for items that would be late otherwise.
	Relaxed []Relaxed `json:"relaxed,omitempty"`
}

// Relaxed names teams that may take items from an age on, though they lack the
// market or the surface. Never a language, harm domain, tier or clearance.
type Relaxed struct {
	// AfterMillis is the age, counted from the item's clock start.
	AfterMillis int64 `json:"afterMillis"`
	// Teams with people on shift now, besides those of the entries before, by name.
	Teams []string `json:"teams"`
}

// Weight is a relative share of one pool or team: 1 to MaxWeight.
type Weight struct {
	Name   string `json:"name"`
	Weight int    `json:"weight"`
}

// Names of the ConfigMaps' keys and labels.
const (
	// DocumentKey is the key of a PolicyDocument's ConfigMap.
	DocumentKey = "document.json"
	// IndexKey is the key of an Index's ConfigMap.
	IndexKey = "index.json"
	// WeightsKey is the key of a Weights' ConfigMap.
	WeightsKey = "weights.json"

	// RoleLabel tells the three apart: RoleDocument, RoleIndex or RoleWeights.
	RoleLabel = "routing.modcap.dev/role"
	// SurfaceLabel holds the surface.
	SurfaceLabel = "routing.modcap.dev/surface"

	RoleDocument = "document"
	RoleIndex    = "index"
	RoleWeights  = "weights"
)

// IndexName is the name of the ConfigMap with the surface's index.
func IndexName(surface string) string { return "modcap-routing-" + surface }

// WeightsName is the name of the ConfigMap with the surface's weights.
func WeightsName(surface string) string { return "modcap-weights-" + surface }
