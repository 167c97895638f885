// Package conditions writes kstatus conditions the same way in every
// controller: with the generation they answer, and a transition time that moves
// only when the status does. Messages must not hold live numbers: a condition
// that changed its text with every sample would be a write a second.
package conditions
