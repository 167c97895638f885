package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// MetricSourceType says what kind of system answers.
// +kubebuilder:validation:Enum=Prometheus;ExternalMetrics
type MetricSourceType string

const (
	// PrometheusSource reads instant queries of the Prometheus HTTP API.
	PrometheusSource MetricSourceType = "Prometheus"
	// ExternalMetricsSource reads the cluster's external.metrics.k8s.io API.
	ExternalMetricsSource MetricSourceType = "ExternalMetrics"
)

// SeriesType says what the numbers of a series are.
// +kubebuilder:validation:Enum=Gauge;Rate;Age;Counter
type SeriesType string

const (
	// GaugeSeries is a count of items that are there now, such as a backlog.
	GaugeSeries SeriesType = "Gauge"
	// RateSeries is a number of items (or seconds) a second.
	RateSeries SeriesType = "Rate"
	// AgeSeries is an age in seconds, such as that of the oldest item.
	AgeSeries SeriesType = "Age"
	// CounterSeries only rises; modcap takes its increase and its rate, and knows
	// a reset.
	CounterSeries SeriesType = "Counter"
)

// EmptyMeaning says what an answer without a row means.
// +kubebuilder:validation:Enum=Absent;Zero
type EmptyMeaning string

const (
	// EmptyAbsent takes a missing row for a missing number. Nothing scales down on
	// it.
	EmptyAbsent EmptyMeaning = "Absent"
	// EmptyZero takes a missing row for 0, for metrics that vanish when there is
	// nothing.
	EmptyZero EmptyMeaning = "Zero"
)

// MetricSourceSpec says where numbers are read, how often, and which.
// +kubebuilder:validation:XValidation:rule="self.type != 'Prometheus' || has(self.prometheus)",message="a source of type Prometheus needs prometheus.url"
// +kubebuilder:validation:XValidation:rule="self.type == 'Prometheus' || !has(self.prometheus)",message="prometheus belongs to a source of type Prometheus only"
// +kubebuilder:validation:XValidation:rule="self.type != 'Prometheus' || self.series.all(s, has(s.query) && !has(s.metric))",message="every series of a Prometheus source needs a query, and no metric"
// +kubebuilder:validation:XValidation:rule="self.type != 'ExternalMetrics' || self.series.all(s, has(s.metric) && !has(s.query))",message="every series of an ExternalMetrics source needs a metric, and no query"
// +kubebuilder:validation:XValidation:rule="self.type != 'Prometheus' || self.series.all(s, has(s.rowLabels) && size(s.rowLabels) > 0)",message="every series of a Prometheus source needs rowLabels: without them no row can be told from another"
// +kubebuilder:validation:XValidation:rule="!self.interval.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || self.series.all(s, !s.maxAge.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(s.maxAge) >= duration(self.interval))",message="maxAge of a series must be at least the interval: otherwise its numbers are Stale before they are read again"
type MetricSourceSpec struct {
	// type of the system that answers: Prometheus or ExternalMetrics.
	// +required
	Type MetricSourceType `json:"type"`
	// prometheus says how to reach a Prometheus server. Needed with type
	// Prometheus.
	// +optional
	Prometheus *PrometheusConnection `json:"prometheus,omitempty"`
	// interval is how often each series is read: 1s to 5m, 5s by default.
	// +kubebuilder:default="5s"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1s') && duration(self) <= duration('5m'))",message="interval must be from 1s to 5m"
	// +optional
	Interval Duration `json:"interval,omitempty"`
	// timeout of one request: 100ms to 1m, 3s by default.
	// +kubebuilder:default="3s"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('100ms') && duration(self) <= duration('1m'))",message="timeout must be from 100ms to 1m"
	// +optional
	Timeout Duration `json:"timeout,omitempty"`
	// series that are read: one request per series and interval, whatever the
	// number of queues.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +required
	Series []MetricSeries `json:"series"`
}

// PrometheusConnection says how to reach a Prometheus server.
// +kubebuilder:validation:XValidation:rule="self.url.startsWith('https://') || (has(self.insecureHTTP) && self.insecureHTTP)",message="url must start with https://; set insecureHTTP: true to allow plain http"
type PrometheusConnection struct {
	// url of the server, without a query, such as
	// "https://prometheus.monitoring:9090".
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^https?://[^/?#@ ]+(/[^?# ]*)?$')",message="must be an http or https address without user, query or fragment"
	// +required
	URL string `json:"url"`
	// insecureHTTP allows a url that starts with http://. Unset means false.
	// +optional
	InsecureHTTP bool `json:"insecureHTTP,omitempty"`
	// authorization is sent as a bearer token. Unset means none.
	// +optional
	Authorization *Authorization `json:"authorization,omitempty"`
	// tls settings of an https connection. Unset means the system's roots.
	// +optional
	TLS *TLSConfig `json:"tls,omitempty"`
}

// Authorization is how modcap proves who it is to a metric source.
type Authorization struct {
	// secretRef names the key of a Secret that holds a bearer token.
	// +required
	SecretRef SecretKeyReference `json:"secretRef"`
}

// TLSConfig is how modcap checks a metric source's certificate.
type TLSConfig struct {
	// caSecretRef names the key of a Secret with the CA certificates (PEM). Unset
	// means the system's roots.
	// +optional
	CASecretRef *SecretKeyReference `json:"caSecretRef,omitempty"`
	// serverName that the certificate must have. Unset means the url's host.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	ServerName string `json:"serverName,omitempty"`
}

// MetricSeries is one query, whose answer has a row for each queue or class.
type MetricSeries struct {
	// name by which queues refer to the series.
	// +required
	Name Word `json:"name"`
	// query in PromQL. Its answer must be an instant vector with a row for each
	// queue (or class). Needed with type Prometheus, and for it only.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	Query string `json:"query,omitempty"`
	// metric is the name of an external metric. Read once for each distinct set of
	// matchLabels that queues use. Needed with type ExternalMetrics, and for it
	// only.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Metric string `json:"metric,omitempty"`
	// rowLabels are the labels that identify the row of a queue. Needed with type
	// Prometheus; with ExternalMetrics the queue's matchLabels select the metric.
	// +listType=set
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +optional
	RowLabels []string `json:"rowLabels,omitempty"`
	// by names the labels that split a queue's row into work classes. Unset means
	// that the series is not split.
	// +optional
	By *ClassLabels `json:"by,omitempty"`
	// type says what the numbers are: Gauge (a count now), Rate (a number a
	// second), Age (seconds) or Counter (only rises).
	// +required
	Type SeriesType `json:"type"`
	// maxAge is the age from which a number is Stale: 1s to 1h and at least the
	// source's interval, 30s by default.
	// +kubebuilder:default="30s"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || (duration(self) >= duration('1s') && duration(self) <= duration('1h'))",message="maxAge must be from 1s to 1h"
	// +optional
	MaxAge Duration `json:"maxAge,omitempty"`
	// emptyAs says what an answer without the queue's row means: Absent (default),
	// a missing number on which nothing scales down, or Zero, for metrics that
	// vanish when there is nothing to count.
	// +kubebuilder:default=Absent
	// +optional
	EmptyAs EmptyMeaning `json:"emptyAs,omitempty"`
}

// ClassLabels names the labels that split a row into work classes.
type ClassLabels struct {
	// language is the label that holds a BCP 47 tag. Unset means not split by
	// language.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	Language string `json:"language,omitempty"`
	// harmDomain is the label that holds the harm domain of the deciding label.
	// Unset means not split by harm domain.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	HarmDomain string `json:"harmDomain,omitempty"`
}

// MetricSourceStatus says whether the source answers.
type MetricSourceStatus struct {
	CommonStatus `json:",inline"`
	// series says, for each declared series, whether it answers.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Series []SeriesStatus `json:"series,omitempty"`
	// summary is what the columns show.
	// +optional
	Summary *SourceSummary `json:"summary,omitempty"`
}

// SourceSummary is the source in a line.
type SourceSummary struct {
	// answering is "3/4": the series that answer, and those declared.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Answering string `json:"answering,omitempty"`
	// failingSince is when the source last stopped answering.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^[0-9-]{10}T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])$`
	// +optional
	FailingSince *metav1.Time `json:"failingSince,omitempty"`
}

// SeriesStatus is the state of one declared series.
type SeriesStatus struct {
	// name of the series.
	// +required
	Name Word `json:"name"`
	// quality of the last answer: Absent, Implausible, Stale or Fresh.
	// +kubebuilder:validation:Enum=Absent;Implausible;Stale;Fresh
	// +required
	Quality string `json:"quality"`
	// cause says why the quality is not Fresh.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Cause string `json:"cause,omitempty"`
	// rows in the last answer, rounded to two significant digits.
	// +optional
	Rows int64 `json:"rows,omitempty"`
}

// MetricSource is where modcap reads the numbers of the queues of a namespace.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=msource,categories=modcap
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Interval",type=string,JSONPath=`.spec.interval`
// +kubebuilder:printcolumn:name="Answering",type=string,JSONPath=`.status.summary.answering`
// +kubebuilder:printcolumn:name="Failing-Since",type=date,JSONPath=`.status.summary.failingSince`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
// +kubebuilder:printcolumn:name="URL",type=string,JSONPath=`.spec.prometheus.url`,priority=1
type MetricSource struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec says where numbers are read, how often, and which.
	// +required
	Spec MetricSourceSpec `json:"spec"`
	// status says whether the source answers.
	// +optional
	Status MetricSourceStatus `json:"status,omitempty"`
}

// MetricSourceList is a list of MetricSource.
// +kubebuilder:object:root=true
type MetricSourceList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []MetricSource `json:"items"`
}

// ClusterMetricSource is a MetricSource that queues of every namespace may
// name. Its Secrets are read from the operator's namespace.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=cmsource,categories=modcap
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Interval",type=string,JSONPath=`.spec.interval`
// +kubebuilder:printcolumn:name="Answering",type=string,JSONPath=`.status.summary.answering`
// +kubebuilder:printcolumn:name="Failing-Since",type=date,JSONPath=`.status.summary.failingSince`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`,priority=1
// +kubebuilder:printcolumn:name="URL",type=string,JSONPath=`.spec.prometheus.url`,priority=1
type ClusterMetricSource struct {
	metav1.TypeMeta `json:",inline"`
	// metadata of the object.
	metav1.ObjectMeta `json:"metadata,omitempty"`
	// spec says where numbers are read, how often, and which.
	// +required
	Spec MetricSourceSpec `json:"spec"`
	// status says whether the source answers.
	// +optional
	Status MetricSourceStatus `json:"status,omitempty"`
}

// ClusterMetricSourceList is a list of ClusterMetricSource.
// +kubebuilder:object:root=true
type ClusterMetricSourceList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ClusterMetricSource `json:"items"`
}
