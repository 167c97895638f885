// Package v1 holds the routing documents of modcap and their evaluation. It is
// what a content platform's router imports: standard library only, no I/O, no
// locks, no clock.
//
// A router makes two calls per item:
//
//	routed, ok := table.Route(item)                    // before classification
//	verdict := table.Decide(routed.Queue, item, scores) // after it
//
// Neither allocates. A Table is immutable: build a new one with NewTable when a
// document changes and swap the pointer (api/routing/follow does that).
//
// # Documents
//
//   - PolicyDocument: what one queue matches and what scores mean there.
//     Immutable, named DocumentName(queue, hash).
//   - Index: one for each namespace and surface. It names the documents in force
//     by hash, in order of precedence, and is the commit point: a document that no
//     index names has no effect, and pointing the index back brings back the same
//     bytes.
//   - Weights: what changes by the minute (team and service weights, overflow,
//     relief). It is overwritten in place and is never part of an abort.
//
// Every document is canonical JSON (Canonical) and carries the SHA-256 of itself
// without the hash field. Shares, scores and rates are integers per million,
// times are milliseconds; there are no floats.
//
// A document may list features that a reader must know to apply it. A reader
// refuses a document with a feature it does not know, and stays on the last good
// one; other unknown fields are ignored.
//
// # Matching
//
// A match without markets, languages or classes takes any. Languages are BCP 47
// ranges under RFC 4647 basic filtering: a queue that lists en takes en-GB, one
// that lists en-GB does not take en. Case does not matter in tags and markets. Of
// the documents that match, the first of the index wins; if none does, the index's
// default queue takes the item; without a default there is no queue (Unmatched).
//
// # Deciding
//
// Each label gives a verdict of its own: Act if score ≥ actAt, Review if
// reviewAt ≤ score < actAt, Allow below. A label without a usable score is never
// taken as 0: it asks for Review. A score is unusable if it is missing, outside 0
// to 1,000,000, given twice with different values, or from another model version
// than the label names (a score that states no version is taken as the label's).
// If no label has a usable score the action is Unscored: send the item back to the
// classifier, or, if it cannot wait, to the stream and team that are named with it.
//
// The item takes the most severe verdict of its labels: Act, then Review, then
// Allow. Of the labels with that verdict, the deciding one is the most severe;
// then the one with the highest margin over its threshold, where a label without a
// score comes last; then the first by name.
//
// # Escalation
//
// An item goes to the tier of its deciding label's escalation at once if its score is
// scoreAt or more and the verdict is not Allow, or if it has one of the label's flags.
// A flag counts whatever the scores: the verdict is at least Review. The flag's label then
// decides, of several the most severe, then the first by name; but a more severe label
// that does not say Allow decides itself, since who may see its items must look, and sends
// the item to its own tier at once, if it has one.
//
// An item that nobody has taken goes up when it is old: at afterMillis to the escalation's
// tier, then to those of then. A verdict says when (NextAfterMillis) and where to; ask
// Escalate at that age. Ages and deadlines count from the item's clock start, which never
// changes.
//
// # Relief
//
// Weights name what gives way now because people are too few. It changes a verdict in
// three ways and no other. RaiseReviewAt raises reviewAt of the labels named, in every
// market and revision, up to actAt (and an escalation's score) at most: what people would
// have looked at for such a label is allowed, with the reason Relieved. QAFloor takes a
// share of the quality samples; those of a document with two revisions stay. Defer gives
// items for people a later deadline. Protected queues and labels, labels that are not of
// severity Low, actAt, and discordant samples are left alone, whatever the weights say.
//
// Unrelieved and Band of a verdict say what the policy says without relief, whether some
// is in force or not: count by these what would come to people.
//
// Weights may be older or newer than documents. A step of a policy that decides a queue
// no longer, or of a label that is gone, does nothing.
//
// # Hashing
//
// SHA-256(purpose ‖ salt ‖ unit id), its first eight bytes read big-endian and
// scaled to the share wanted. Purposes are "revision", "qa", "discordant" and "team",
// so that the choices are independent. All but the first go by the item's id and the
// document's salt.
//
// # Rollouts
//
// A document in a rollout has two revisions. Which of them decides an item is chosen
// by the purpose "revision", the rollout's salt, and the id of the rollout's unit: the
// item, its author, its room or the account it is about. The canary takes the low end
// of its share, which may differ by market, so a rising share moves units only from
// stable to canary. An item without the unit's id is decided by the stable revision
// until the canary has all.
//
// Both revisions are evaluated for every item, whichever decides. The Move of a verdict
// says how they differ, and whether the item is sampled for it: only such items can make
// a change better or worse. With a share of 0 the canary decides nothing: that is the
// shadow step.
package v1
