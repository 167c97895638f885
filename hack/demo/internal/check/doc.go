// Package check judges what was seen of the cluster during the demo: what must hold
// through a metric outage and through the loss of the leader.
//
// The demo records Snapshots and calls the functions here once their time is over.
// They are pure: the same snapshots give the same answer.
package check
