// Command kubectl-modcap is a plugin of kubectl: it explains decisions, makes them
// again, and simulates what the operator would do on recorded traffic.
package main
