// Command demo shows modcap at work on this machine, in about six minutes once
// binaries are built: a local cluster, two replicas of the operator, the samples, and a
// content platform with a LIVE event and a social surge. On the way the leader is
// killed, Prometheus is away for a while, and a change of a policy is previewed, compared
// in its shadow, given a half of one market, and taken back when leakage rises there.
//
//	make demo [SUMMARY=path.json] [TRACES=folder] [KEEP=1]
//
// SUMMARY writes what is printed at the end as JSON. TRACES replays real arrival
// traces instead of generated traffic; package scene says which files it looks for.
//
// It exits 0 only if every promise of a machine stage was kept, as measured by the
// platform and not by the operator, and the checks on the outage, the leader and the
// policy held. Everything listens on loopback, and everything it starts it stops, also after
// a failure or an interrupt; after a failure the logs stay, and their ends are shown.
package main
