// Package staffing works out how many reviewers the queues of a StaffingTarget
// need, now and per interval of its horizon, against the people of its teams. It
// writes the target's status and its plan, a ConfigMap, and puts facts for queues
// and teams. A queue or team belongs to one target: the oldest that selects it.
package staffing
