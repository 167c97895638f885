package base

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
)

// codeRegimesInvalid is the code of findings about regimes that users declare.
const codeRegimesInvalid = "RegimesInvalid"

// Regimes remembers what each ConfigMap of regimes last said that can be read, so that
// an edit that cannot be changes nothing. It is kept in memory alone. The zero value
// is ready; it is safe for concurrent use.
type Regimes struct {
	mu      sync.Mutex
	shipped *regimes.Catalogue
	entries map[types.NamespacedName]regimeEntry
}

type regimeEntry struct {
	version string
	good    []regimes.Regime
	problem string
}

// Known are the regimes that the queues of a namespace may name.
type Known struct {
	regimes.Catalogue
	// Findings are about what users declare.
	Findings []v1alpha1.Finding
}

// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch

// KnownRegimes are those that are shipped, and those that the ConfigMaps of a
// namespace declare, the oldest first.
func (e *Env) KnownRegimes(ctx context.Context, namespace string) (Known, error) {
	var maps corev1.ConfigMapList
	if err := e.RegimeMaps.List(ctx, &maps, client.InNamespace(namespace), client.MatchingLabels{v1alpha1.RegimesLabel: "true"}); err != nil {
		return Known{}, fmt.Errorf("list regimes: %w", err)
	}
	slices.SortFunc(maps.Items, func(a, b corev1.ConfigMap) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	return e.Regimes.known(namespace, maps.Items)
}

func (r *Regimes) known(namespace string, maps []corev1.ConfigMap) (Known, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shipped == nil {
		c, err := regimes.Shipped()
		if err != nil {
			return Known{}, err
		}
		r.shipped, r.entries = &c, map[types.NamespacedName]regimeEntry{}
	}
	out := Known{Catalogue: *r.shipped}
	there := map[types.NamespacedName]bool{}
	for i := range maps {
		key := client.ObjectKeyFromObject(&maps[i])
		there[key] = true
		e := r.entries[key].read(&maps[i])
		r.entries[key] = e
		var refused []regimes.Refused
		out.Catalogue, refused = out.With("ConfigMap "+key.Name, e.good)
		out.find(key.Name, e.problem)
		for _, x := range refused {
			out.find(key.Name, fmt.Sprintf("regime %s is left out: %s", x.Name, x.Why))
		}
	}
	for key := range r.entries {
		if key.Namespace == namespace && !there[key] {
			delete(r.entries, key)
		}
	}
	return out, nil
}

// read reads a ConfigMap if it was written since.
func (e regimeEntry) read(m *corev1.ConfigMap) regimeEntry {
	if e.version == m.ResourceVersion && e.version != "" {
		return e
	}
	e.version, e.problem = m.ResourceVersion, ""
	text, ok := m.Data[v1alpha1.RegimesKey]
	if !ok {
		e.problem = "it has no key " + v1alpha1.RegimesKey
	} else if read, err := regimes.Read([]byte(text)); err != nil {
		e.problem = fmt.Sprintf("%s: %v", v1alpha1.RegimesKey, err)
	} else {
		e.good = read
	}
	if e.problem != "" && e.good != nil {
		e.problem += "; what it said before stays in force"
	}
	return e
}

// find notes a problem, if there is one.
func (k *Known) find(name, problem string) {
	if problem == "" {
		return
	}
	const most = 512
	message := fmt.Sprintf("ConfigMap %s: %s", name, problem)
	if len(message) > most {
		message = message[:most-3] + "..."
	}
	k.Findings = append(k.Findings, v1alpha1.Finding{
		Code: codeRegimesInvalid, Severity: "Error", Message: message,
		Fix: "Correct the ConfigMap; kubectl modcap regimes -f FILE checks it",
	})
}
