// Package tune learns, from the arrivals of a pool, how its control law is to be
// applied: how many replicas must stand ready for what cannot be seen coming, and
// how much patience pays. Nobody sets a target.
//
// It holds two things. Trackers keep, for each rate of arrivals, how much work then
// came within a startup and had to be done by its deadline: from that, and a price
// for late work, follows the standing requirement. Shadows are pools that never
// existed: each applies the law (internal/control) with one price and one patience
// to the arrivals as they come, and is charged for its replicas and its late work.
// Every few minutes the cheapest that keeps the promise is put in charge. Where the
// deadlines of a pool's queues differ, shadows serve what is due first, by class, and are
// held to the promise in each class (mixed.go); with one deadline there is none of that.
//
// The controller of pools calls it, and the simulator. What it says is recorded with
// the decision, so that the floating point in it does not matter to a replay. It is
// pure, does no I/O, and knows neither Kubernetes nor metrics.
package tune
