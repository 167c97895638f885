package base

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/sheet"
)

// Quality is what was published of how often decisions by a policy are wrong; nil where nothing
// was. What somebody has edited so that it cannot be read is nothing: the policy's reconciler
// makes it anew.
func (e *Env) Quality(ctx context.Context, namespace, policy string) (*quality.Report, error) {
	var m corev1.ConfigMap
	err := e.Client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: quality.MapName(policy)}, &m)
	if client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("read what is known of quality: %w", err)
	}
	data := []byte(m.Data[quality.Key])
	if packed, ok := m.BinaryData[quality.Key+sheet.Gzip]; ok {
		if data, err = sheet.Unpack(packed); err != nil {
			return nil, nil //nolint:nilerr // see above
		}
	}
	report, err := quality.ReadReport(data)
	if err != nil || report.Policy != policy {
		return nil, nil //nolint:nilerr // see above
	}
	return report, nil
}
