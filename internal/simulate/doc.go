// Package simulate replays a day of arrivals on a simulated pool of workers at exact
// one-second steps, under any rule of scaling: modcap's own engine (the very Plan and
// forecast that the controllers run), the rules of HPA, KEDA and Knative, or a
// timeline that was recorded. It scores what comes of it: the share of items done
// within their deadline, the worker-seconds paid, and how often replicas changed.
//
// Everything is pure: the same trace, scenario and seed give the same result. Units
// are seconds, items, and workers; a worker does Pool.Throughput items a second.
package simulate
