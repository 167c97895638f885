package staffing

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
)

// ceilingsKey is where the ceilings and surges of the past weeks, and the changes of policies that are under way
// or were taken back, stand beside the table of the day. They are written with it, as an interval begins: no
// write of their own, and what was deleted since is taken to have ended when that is seen, or as was declared.
const ceilingsKey = "ceilings.json"

// maxCeilings bounds those that are stored: the latest.
const maxCeilings = 256

// storedCeiling is a ceiling as it is stored.
type storedCeiling struct {
	UID  types.UID      `json:"uid"`
	Pool string         `json:"pool,omitempty"`
	From sample.Instant `json:"from"`
	To   sample.Instant `json:"to"`
	// Queues of a surge.
	Queues []string `json:"queues,omitempty"`
	// Policy that was changed, Domains of the labels (absent for all), and the Revision that it is changed to; To
	// is 0 while it is under way.
	Policy   string   `json:"policy,omitempty"`
	Domains  []string `json:"domains,omitempty"`
	Revision string   `json:"revision,omitempty"`
}

// storedCeilings are those that were stored; none if they cannot be read.
func (r *Reconciler) storedCeilings(ctx context.Context, target types.NamespacedName) (map[types.UID]ceiling, error) {
	var m corev1.ConfigMap
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: target.Namespace, Name: sheet.DayName(target.Name)}, &m)
	if client.IgnoreNotFound(err) != nil {
		return nil, err
	}
	if err != nil {
		return nil, nil //nolint:nilerr // there are none yet
	}
	return unpackCeilings(m.BinaryData[ceilingsKey]), nil
}

// unpackCeilings reads what packCeilings made; what somebody made of it is no reason to plan nothing.
func unpackCeilings(data []byte) map[types.UID]ceiling {
	var all []storedCeiling
	if json.Unmarshal(data, &all) != nil {
		return nil
	}
	out := map[types.UID]ceiling{}
	for _, c := range all[:min(len(all), maxCeilings)] {
		out[c.UID] = ceiling{
			pool: c.Pool, queues: c.Queues, policy: c.Policy, domains: c.Domains, revision: c.Revision, Mark: demand.Mark{From: c.From, To: c.To},
		}
	}
	return out
}

// remembers reports whether the ceilings of a target are known.
func (f *forecasts) remembers(target types.NamespacedName) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ceilings[target] != nil
}

// recall takes in what was stored.
func (f *forecasts) recall(target types.NamespacedName, stored map[types.UID]ceiling) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ceilings == nil {
		f.ceilings = map[types.NamespacedName]map[types.UID]ceiling{}
	}
	f.ceilings[target] = stored
}

// packCeilings is what is stored of the ceilings of a target: the latest first; nil if there are none.
func (f *forecasts) packCeilings(target types.NamespacedName) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.ceilings[target]) == 0 {
		return nil, nil
	}
	var all []storedCeiling
	for uid, c := range f.ceilings[target] {
		all = append(all, storedCeiling{
			UID: uid, Pool: c.pool, From: c.From, To: c.To, Queues: c.queues, Policy: c.policy, Domains: c.domains, Revision: c.revision,
		})
	}
	slices.SortFunc(all, func(a, b storedCeiling) int {
		return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.UID, b.UID))
	})
	return json.Marshal(all[:min(len(all), maxCeilings)])
}
