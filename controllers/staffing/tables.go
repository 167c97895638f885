package staffing

import (
	"bytes"
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/sheet"
)

// keepStored leaves the table in JSON as it is stored, where the other tables are as they are stored: its
// ledger goes by the minute, and a restart changes nothing.
func (r *Reconciler) keepStored(ctx context.Context, m *apply.ConfigMap) error {
	var now corev1.ConfigMap
	if err := r.Client.Get(ctx, client.ObjectKey{Namespace: m.Namespace, Name: m.Name}, &now); err != nil {
		if client.IgnoreNotFound(err) == nil {
			return nil
		}
		return fmt.Errorf("read the plan that is stored: %w", err)
	}
	const packed = sheet.JSONKey + sheet.Gzip
	text, plain := now.Data[sheet.JSONKey]
	zipped, long := now.BinaryData[packed]
	if !plain && !long || !maps.Equal(without(m.Data, sheet.JSONKey), without(now.Data, sheet.JSONKey)) ||
		!maps.EqualFunc(without(m.Binary, packed), without(now.BinaryData, packed), bytes.Equal) {
		return nil
	}
	delete(m.Data, sheet.JSONKey)
	delete(m.Binary, packed)
	if plain {
		m.Data[sheet.JSONKey] = text
	} else {
		m.Binary[packed] = zipped
	}
	return nil
}

func without[V any](m map[string]V, key string) map[string]V {
	out := maps.Clone(m)
	delete(out, key)
	return out
}
