package testing

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// SourceWrapper builds a MetricSource, or a ClusterMetricSource of the same spec.
type SourceWrapper struct {
	meta[*SourceWrapper]
	source modcapv1alpha1.MetricSource
}

// MakeSource starts a Prometheus source with the series backlog, arrivals,
// completed, oldest, due, ontime, handle and rooms, whose rows are told apart by
// the label queue.
func MakeSource(name, namespace string) *SourceWrapper {
	w := &SourceWrapper{source: modcapv1alpha1.MetricSource{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: modcapv1alpha1.MetricSourceSpec{
			Type:       modcapv1alpha1.PrometheusSource,
			Prometheus: &modcapv1alpha1.PrometheusConnection{URL: "https://prometheus.example:9090"},
			Interval:   "5s",
			Timeout:    "3s",
			Series: []modcapv1alpha1.MetricSeries{
				MakeSeries("backlog", modcapv1alpha1.GaugeSeries, "sum by (queue) (backlog)"),
				MakeSeries("arrivals", modcapv1alpha1.CounterSeries, "sum by (queue) (arrivals_total)"),
				MakeSeries("completed", modcapv1alpha1.CounterSeries, "sum by (queue) (completed_total)"),
				MakeSeries("oldest", modcapv1alpha1.AgeSeries, "max by (queue) (oldest_age_seconds)"),
				MakeSeries("due", modcapv1alpha1.CounterSeries, "sum by (queue) (due_total)"),
				MakeSeries("ontime", modcapv1alpha1.CounterSeries, "sum by (queue) (on_time_total)"),
				MakeSeries("handle", modcapv1alpha1.CounterSeries, "sum by (queue) (handle_seconds_total)"),
				MakeSeries("rooms", modcapv1alpha1.GaugeSeries, "sum by (queue) (rooms)"),
			},
		},
	}}
	w.meta = meta[*SourceWrapper]{&w.source.ObjectMeta, w}
	return w
}

// MakeSeries returns a series of a Prometheus source with rows told apart by the
// label queue.
func MakeSeries(name string, kind modcapv1alpha1.SeriesType, query string) modcapv1alpha1.MetricSeries {
	return modcapv1alpha1.MetricSeries{
		Name: modcapv1alpha1.Word(name), Type: kind, Query: query, RowLabels: []string{"queue"},
		MaxAge: "30s", EmptyAs: modcapv1alpha1.EmptyAbsent,
	}
}

// MakeExternalSeries returns a series of a source of type ExternalMetrics.
func MakeExternalSeries(name string, kind modcapv1alpha1.SeriesType, metric string) modcapv1alpha1.MetricSeries {
	return modcapv1alpha1.MetricSeries{
		Name: modcapv1alpha1.Word(name), Type: kind, Metric: metric, MaxAge: "30s", EmptyAs: modcapv1alpha1.EmptyAbsent,
	}
}

// URL sets the Prometheus address; http:// sets insecureHTTP too.
func (w *SourceWrapper) URL(url string) *SourceWrapper {
	w.source.Spec.Prometheus.URL = url
	w.source.Spec.Prometheus.InsecureHTTP = len(url) > 7 && url[:7] == "http://"
	return w
}

// BearerToken sends the token in a key of a Secret.
func (w *SourceWrapper) BearerToken(secret, key string) *SourceWrapper {
	w.source.Spec.Prometheus.Authorization = &modcapv1alpha1.Authorization{
		SecretRef: modcapv1alpha1.SecretKeyReference{Name: secret, Key: key},
	}
	return w
}

// TLS sets the TLS settings of the connection.
func (w *SourceWrapper) TLS(tls *modcapv1alpha1.TLSConfig) *SourceWrapper {
	w.source.Spec.Prometheus.TLS = tls
	return w
}

// External makes it a source of type ExternalMetrics with the series given.
func (w *SourceWrapper) External(series ...modcapv1alpha1.MetricSeries) *SourceWrapper {
	w.source.Spec.Type = modcapv1alpha1.ExternalMetricsSource
	w.source.Spec.Prometheus = nil
	return w.Series(series...)
}

// Interval sets how often each series is read.
func (w *SourceWrapper) Interval(interval modcapv1alpha1.Duration) *SourceWrapper {
	w.source.Spec.Interval = interval
	return w
}

// Timeout sets the timeout of one request.
func (w *SourceWrapper) Timeout(timeout modcapv1alpha1.Duration) *SourceWrapper {
	w.source.Spec.Timeout = timeout
	return w
}

// Series replaces the series.
func (w *SourceWrapper) Series(series ...modcapv1alpha1.MetricSeries) *SourceWrapper {
	w.source.Spec.Series = series
	return w
}

// AddSeries adds a series.
func (w *SourceWrapper) AddSeries(series modcapv1alpha1.MetricSeries) *SourceWrapper {
	w.source.Spec.Series = append(w.source.Spec.Series, series)
	return w
}

// Obj returns a copy of the source.
func (w *SourceWrapper) Obj() *modcapv1alpha1.MetricSource { return w.source.DeepCopy() }

// ClusterObj returns a ClusterMetricSource of the same name and spec.
func (w *SourceWrapper) ClusterObj() *modcapv1alpha1.ClusterMetricSource {
	c := w.source.DeepCopy()
	c.Namespace = ""
	return &modcapv1alpha1.ClusterMetricSource{ObjectMeta: c.ObjectMeta, Spec: c.Spec, Status: c.Status}
}
