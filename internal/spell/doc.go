// Package spell finds the name that somebody who wrote another may have meant, by how many letters they differ.
// It is what sentences with "did you mean" are made of: internal/roster asks it about teams, internal/regimes about
// regimes. internal/lint has a stricter rule of its own, since it warns of names that nothing else says are wrong.
//
// What it must not do: I/O, and knowing what the names are of.
package spell
