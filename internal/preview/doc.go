// Package preview says what a change of a ModerationPolicy would do before it is applied: which items move
// between allow, review and act, whose work that becomes, and how sure that is. kubectl-modcap plan calls it
// with what it has read; the laboratory holds it against counts.
//
// What a policy says is not worked out anew here: both policies are compiled as the operator compiles them
// (internal/routing) and every verdict is the routers' own (api/routing/v1).
//
// There are two sources, and a change is counted on each in a Tally:
//
//   - Scores are items with the scores of all their labels. Verdicts are exact, whatever changes together.
//   - Histograms hold the scores of one label by what the item's other labels decide. A change of one label
//     is exact where bands lie on edges of buckets; where they cut one, an interval says what could be. Of
//     several labels changed together the sum is given, and a bound of what they have in common. A histogram
//     that does not know the other labels gives bounds only.
//
// Everything is a pure function of values. It must not read a clock, a file or a server, or log.
package preview
