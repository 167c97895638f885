// Package watch sees the cluster as a content platform sees it: ready workers by
// pool, people on shift by team, and the queues' promises.
//
// The data plane's main loop asks it in every step; answers come from informers
// and cost no request. Who is on shift is worked out by the function that the
// operator plans with. It must not write to the API.
package watch
