package base

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
)

// ScheduleEvery is how often it is looked whether a schedule was written anew. Like
// Secrets, ConfigMaps of users are neither cached nor watched.
const ScheduleEvery = 30 * time.Second

// forgetAfter is when a schedule that nobody asks for is forgotten.
const forgetAfter = time.Hour

// Schedule is what is known of the schedule of a team.
type Schedule struct {
	// InForce is the newest good one; nil while there is none.
	InForce *resolve.Schedule
	// Updated is when the ConfigMap of InForce was written.
	Updated time.Time
	// Reason and Problem say why the newest export is not in force: a reason of Ready,
	// and a sentence that says what counts instead.
	Reason, Problem string
}

// Schedules remembers the last good schedule of each ConfigMap, so that an export
// that cannot be read changes nothing. It is kept in memory alone. The zero value is
// ready; it is safe for concurrent use.
type Schedules struct {
	mu      sync.Mutex
	entries map[types.NamespacedName]*scheduleEntry
}

type scheduleEntry struct {
	mu      sync.Mutex
	asked   time.Time // guarded by Schedules.mu
	checked time.Time
	version string // resourceVersion of what is known; empty for none, and when there is no ConfigMap
	known   Schedule
}

// entry is what is known of a ConfigMap, now asked for.
func (s *Schedules) entry(key types.NamespacedName, now time.Time) *scheduleEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[key]
	if e == nil {
		for k, old := range s.entries {
			if now.Sub(old.asked) > forgetAfter {
				delete(s.entries, k)
			}
		}
		if s.entries == nil {
			s.entries = map[types.NamespacedName]*scheduleEntry{}
		}
		e = &scheduleEntry{}
		s.entries[key] = e
	}
	e.asked = now
	return e
}

// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get

// Schedule is what is known of the schedule of a team, nothing without scheduleRef.
// It is read on the first call and then when it was written anew. The error is the
// API server's, while nothing is known.
func (e *Env) Schedule(ctx context.Context, t *v1alpha1.ReviewTeam) (Schedule, error) {
	if t.Spec.ScheduleRef == nil {
		return Schedule{}, nil
	}
	key, now := types.NamespacedName{Namespace: t.Namespace, Name: t.Spec.ScheduleRef.Name}, e.Now()
	s := e.Schedules.entry(key, now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.checked.IsZero() && now.Sub(s.checked) < ScheduleEvery {
		return s.known, nil
	}
	err := e.readSchedule(ctx, key, s)
	if err != nil && s.checked.IsZero() {
		return Schedule{}, fmt.Errorf("read schedule: %w", err)
	}
	s.checked = now // of an API server that does not answer what is known stays
	return s.known, nil
}

// readSchedule reads the ConfigMap if it was written since.
func (e *Env) readSchedule(ctx context.Context, key types.NamespacedName, s *scheduleEntry) error {
	meta := &metav1.PartialObjectMetadata{}
	meta.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("ConfigMap"))
	err := e.APIReader.Get(ctx, key, meta)
	if err == nil && meta.ResourceVersion == s.version {
		return nil
	}
	var m corev1.ConfigMap
	if err == nil {
		err = e.APIReader.Get(ctx, key, &m)
	}
	if apierrors.IsNotFound(err) {
		s.version = ""
		s.known.refuse(v1alpha1.ReasonScheduleNotFound, fmt.Sprintf("ConfigMap %s does not exist", key.Name))
		return nil
	}
	if err != nil {
		return err
	}
	s.version = m.ResourceVersion
	s.known.take(&m)
	return nil
}

// take takes the schedule of a ConfigMap into force, or says why not.
func (s *Schedule) take(m *corev1.ConfigMap) {
	data, ok := m.BinaryData[resolve.ScheduleKey] // where kubectl puts what is not UTF-8
	if text, is := m.Data[resolve.ScheduleKey]; is {
		data, ok = []byte(text), true
	}
	if !ok {
		s.refuse(v1alpha1.ReasonScheduleNotFound, fmt.Sprintf("ConfigMap %s has no key %s", m.Name, resolve.ScheduleKey))
		return
	}
	read, err := resolve.ReadSchedule(data)
	if err != nil {
		s.refuse(v1alpha1.ReasonScheduleInvalid, fmt.Sprintf("%s of ConfigMap %s: %v", resolve.ScheduleKey, m.Name, err))
		return
	}
	*s = Schedule{InForce: read, Updated: written(m)}
}

// refuse notes why the newest export is not in force, and what counts instead.
func (s *Schedule) refuse(reason, problem string) {
	s.Reason = reason
	if s.InForce == nil {
		s.Problem = problem + ". Nobody is counted until there is one that can be read"
		return
	}
	s.Problem = fmt.Sprintf("%s. The schedule of %s stays in force", problem, s.Updated.UTC().Format(time.RFC3339))
}

// written is when a ConfigMap was last written.
func written(m *corev1.ConfigMap) time.Time {
	at := m.CreationTimestamp.Time
	for _, f := range m.ManagedFields {
		if f.Time != nil && f.Time.After(at) {
			at = f.Time.Time
		}
	}
	return at
}
