// Command dataplane imitates a content platform that is moderated with modcap:
// items arrive, the ready pods of each pool classify them, the routing documents
// say what becomes of them, the teams on shift review, and Prometheus metrics tell
// of all of it. While a change of a policy is rolled out it counts what the change moves,
// and people look at samples.
//
// The demo and the end-to-end tests run it; by hand:
//
//	go run ./hack/dataplane --kubeconfig FILE --scenario hack/demo/scenario.yaml
//
// It reads pods, ModerationQueues, ReviewTeams and routing documents, and writes
// nothing. While documents carry two revisions of a policy it counts what the change
// moves, and people look at samples. Nothing in the operator knows of it, and it knows of the operator only
// what any platform knows: the objects, the documents, and docs/metrics-contract.md.
package main
