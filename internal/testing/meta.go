package testing

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// meta gives the builder W of a kind the methods for its metadata.
type meta[W any] struct {
	object  *metav1.ObjectMeta
	wrapper W
}

// Label sets a label.
func (m meta[W]) Label(key, value string) W {
	if m.object.Labels == nil {
		m.object.Labels = map[string]string{}
	}
	m.object.Labels[key] = value
	return m.wrapper
}

// Generation sets the generation, as the API server would; for tests without one.
func (m meta[W]) Generation(generation int64) W {
	m.object.Generation = generation
	return m.wrapper
}

// UID sets the uid, as the API server would; for tests without one.
func (m meta[W]) UID(uid string) W {
	m.object.UID = types.UID(uid)
	return m.wrapper
}

// CreatedAt sets the creation time, as the API server would; for tests without one.
func (m meta[W]) CreatedAt(at time.Time) W {
	m.object.CreationTimestamp = metav1.NewTime(at)
	return m.wrapper
}
