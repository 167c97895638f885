package routing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

// revisionDigits is how many digits of the hash name a revision: 48 bits, among the
// few revisions of one policy.
const revisionDigits = 12

// Revision is what a policy means at one time, apart from how it was written: its
// labels as documents carry them.
type Revision struct {
	// Name is the beginning of the hash of Data: it changes when, and only when, a
	// decision could.
	Name string
	// Data is canonical JSON of the labels.
	Data []byte
	// Labels by name, with overrides for every market.
	Labels []v1.Label
}

// revisionData is what Data holds.
type revisionData struct {
	Labels []v1.Label `json:"labels"`
}

// RevisionOf is what a policy means now; false for a policy with an error, which
// means nothing.
func RevisionOf(p *v1alpha1.ModerationPolicy) (Revision, bool) {
	compiled := (&compilation{}).compilePolicy(p)
	if !compiled.valid {
		return Revision{}, false
	}
	return encodeRevision(compiled.labels), true
}

// encodeRevision names labels by their bytes. Labels are integers, words and lists of
// them, which always have canonical JSON.
func encodeRevision(labels []v1.Label) Revision {
	if labels == nil {
		labels = []v1.Label{}
	}
	data, err := json.Marshal(revisionData{Labels: labels})
	if err != nil {
		return Revision{}
	}
	if data, err = v1.Canonical(data); err != nil {
		return Revision{}
	}
	sum := sha256.Sum256(data)
	return Revision{Name: hex.EncodeToString(sum[:])[:revisionDigits], Data: data, Labels: labels}
}

// ReadRevision reads what was stored of a revision. It refuses bytes that its name is
// not the hash of, and those of which this version would leave out something: they
// would decide otherwise under the same name.
func ReadRevision(name string, data []byte) (Revision, error) {
	var in revisionData
	if err := json.Unmarshal(data, &in); err != nil {
		return Revision{}, fmt.Errorf("revision %s cannot be read: %w", name, err)
	}
	r := encodeRevision(in.Labels)
	if r.Name != name {
		return Revision{}, fmt.Errorf("what is stored as revision %s is revision %s; it is not used", name, r.Name)
	}
	return r, nil
}
