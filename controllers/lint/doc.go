// Package lint looks at the objects of a namespace together whenever one of them changes, with
// internal/lint, and puts what it finds of queues and policies on the board of facts; their own reconcilers write
// it into status, beside what package routing finds when it compiles documents. It writes nothing itself.
package lint
