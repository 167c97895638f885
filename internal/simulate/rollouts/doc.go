// Package rollouts imitates what a platform counts while a policy change is rolled out: items that
// enter and move, samples of them, and labels that come late and are sometimes wrong.
//
// The laboratory (internal/lab) calls it, to see what the statistics of internal/guard are worth on
// changes whose truth is known. It knows nothing of them. What holds:
//   - A Change says how many items make each move and how many of those are violating, such that each stream's
//     errors are a given rate under the stable revision, and rise by a given amount under the candidate.
//   - Counts are drawn by cohort of decisions, never by item, exactly (internal/draw).
//   - A sample's label comes after a lognormal delay, twice as long where the candidate is in error.
//   - People who check err; who finds an error is checked, and where two differ a third decides.
//
// A seed gives the same counts on any machine.
package rollouts
