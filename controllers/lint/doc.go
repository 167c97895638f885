// Package lint looks at the objects of a namespace together whenever one of them changes, with
// internal/lint, and puts what it finds of queues and policies on the board of facts; their own reconcilers write
// it into status, beside what package routing finds when it compiles documents. It writes nothing itself.
//
// What comes to queues whose policies roll changes out is read as the mean of the past day. It is told anew only when it
// is Fresh and has moved by more than a quarter; until it is known after a restart, what status says of it stands.
package lint
