// Package relief imitates a platform whose load flaps while internal/relief decides what gives way: items
// that come and wait, people who decide them, and what the operator sees of both.
//
// The laboratory (internal/lab) calls it, to see whether relief comes and goes with the load, what it
// is worth, and whether it touches what is protected. What holds:
//   - The loop is closed: what is in force changes what comes to people, when it is due and who may do it, and
//     backlog carries over.
//   - The decision sees what the operator would: rates over the past half hour, backlog and its age, the
//     band counted on the verdict without relief, and what internal/demand makes of what came to people in four weeks,
//     without the times in which a threshold was raised. It does not know the wave.
//   - Variants leave out one rule each, and say what it is there for.
//   - Draw and Short draw inputs of single decisions; whose answer is held against the rules by Touches.
//
// A seed gives the same figures on any machine. It must not know how levels are chosen.
package relief
