// Package source reports on MetricSources and ClusterMetricSources: whether they
// answer, series by series. What is read is kept by package feed, on every
// replica; only the leader writes status, here.
package source
