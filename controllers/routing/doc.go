// Package routing publishes the documents that routers follow, one surface of a
// namespace at a time: policy documents first, which are immutable and named by
// the hash of their bytes; then the weights; then the index, which is the commit
// point. Killed after any write, it leaves a set of documents that is whole.
//
// It is the only writer of those ConfigMaps, and puts facts for queues and
// policies. An input that is missing or invalid leaves the last good document in
// force.
package routing
