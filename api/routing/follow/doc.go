// Package follow keeps a router's table current. A content platform's router makes
// a Follower, runs it, and asks it for the Table at each item:
//
//	f, err := follow.New(follow.Options{
//		Source:   follow.Kubernetes(client, "trust"),
//		Surfaces: []string{"live"},
//		Copy:     "/var/lib/router/modcap",
//	})
//	go f.Run(ctx)
//	routed, ok := f.Table().Route(item)
//
// It fails static: whatever goes wrong — no API server, a document that is missing,
// damaged or from a newer modcap, an index that was deleted — the last good table
// stays, also across a restart if there is a copy on disk. What went wrong is in
// Err, and how long ago the table was confirmed in Age. Each surface stands alone:
// an error of one does not hold up another.
//
// Every document is verified by its hash before it is used. The index is read
// before the documents that it names, and a table changes only when all of them
// are there.
//
// A watch is only a hint that makes a change arrive at once; what counts is read by
// Get, at the latest every Interval. About 50 routers of a cluster may follow the
// API server directly; more should share a directory: one follower per node keeps a
// copy, and the others follow it with Directory.
//
// It writes nothing to the cluster.
package follow
