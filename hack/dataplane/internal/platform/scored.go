package platform

import (
	"slices"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// scoredFor is how long the platform keeps what it scored, to try changes of policies on.
const scoredFor = time.Minute

// ScoredItem is an item that models have scored.
type ScoredItem struct {
	Queue, Market, Language string
	Scores                  []v1.Score
	// Known says that people have decided it, Violating what they found.
	Known, Violating bool
}

// keep remembers a scored item, and forgets those of before.
func (w *World) keep(it *item) {
	w.scored.push(it)
	for w.scored.first().classified < w.now-scoredFor {
		w.scored.pop()
	}
}

// Scored are the items that were scored in the last minute, in order.
func (w *World) Scored() (out []ScoredItem) {
	for _, it := range w.scored.all() {
		_, scores := w.judgement(it)
		out = append(out, ScoredItem{
			Queue: it.in.Name, Market: it.v1.Market, Language: it.v1.Language, Scores: slices.Clone(scores),
			Known: it.decided != never && it.class != nil, Violating: it.violating(),
		})
	}
	return out
}
