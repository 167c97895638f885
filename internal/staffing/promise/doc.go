// Package promise predicts how much of the work of each class is done within its promise,
// by interval, from rates, handle times, promises, and who is there with which skills.
//
// The plan shows it, and the laboratory (internal/lab) holds it against simulated days. It
// is a calculation and not a simulation: nothing is drawn, and the same plant gives the
// same shares, whatever the order in which nothing depends on order. It goes in two steps:
//
//   - fluid: what becomes of the plant if nothing is left to chance. Work is a liquid that
//     people take in the order in which they take items: what waits is carried from interval
//     to interval, whoever is free elsewhere relieves who is not, and of equal priority the
//     work that is due first goes first. What by chance finds nobody free spills to teams that
//     always have something to do. It says who is left for a class by more urgent work.
//     Who stands in takes what nobody else has time for, once it is old enough.
//   - chain: for each class the distribution of how many wait for those people, as a walk
//     with the variance that arrivals and handle times have. A share on time is the share of
//     items whose wait and own handle time together fit into the promise.
//
// Where the fluid has a wait that takes up most of the promise, or nears the age from which others
// stand in, it decides, and chance is
// left to one item's size. What it cannot know: breaks taken together, sickness, rates that
// come otherwise than forecast. It must not draw, read clocks, or know the simulator.
package promise
