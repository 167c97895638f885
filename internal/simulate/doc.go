// Package simulate replays a day of arrivals on a simulated pool of workers at exact
// one-second steps, under any rule of scaling: modcap's own engine (the very Plan and
// forecast that the controllers run), the rules of HPA, KEDA and Knative, or a
// timeline that was recorded. It scores what comes of it: the share of items done
// within their deadline, the worker-seconds paid, and how often replicas changed.
//
// A Case is one queue that has its pool to itself; Shared are several queues on one
// pool, whose workers take what is due first. Both are one simulation: a queue alone
// gives the same numbers either way, to the last bit.
//
// Everything is pure: the same trace, scenario and seed give the same result. Units
// are seconds, items, and workers; a worker does Pool.Throughput items a second, or
// as much work where queues share it.
package simulate
