// Package controllers wires the reconcilers into a manager: who is woken by what.
// Each reconciler is in a package of its own and is the only writer of what it
// writes; they tell each other through the board of facts.
package controllers
