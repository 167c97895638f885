package sheet

import (
	"fmt"
	"slices"

	"github.com/modcap/modcap/internal/staffing"
)

// Ages says for which review streams it was assumed, and not measured, how long work has waited.
type Ages struct {
	// Streams are queue/stream, in order, at most mostStreams.
	Streams []string `json:"streams"`
	// More is how many there are besides.
	More int `json:"more,omitempty"`
}

// mostStreams bounds what is stored with the tables.
const mostStreams = 32

// agesOf is nil where all ages are measured that matter.
func agesOf(plan *staffing.Result) *Ages {
	var streams []string
	for i := range plan.Classes {
		if k := &plan.Classes[i].Key; plan.Classes[i].AgesAssumed {
			streams = append(streams, k.Queue+"/"+k.Review)
		}
	}
	if len(streams) == 0 {
		return nil
	}
	slices.Sort(streams)
	streams = slices.Compact(streams)
	kept := min(len(streams), mostStreams)
	return &Ages{Streams: streams[:kept], More: len(streams) - kept}
}

// notes are those of a view, and what the plan assumed.
func (s *Sheet) notes(v *View) []string {
	if s.Why == nil || s.Why.Ages == nil || len(s.Why.Ages.Streams) == 0 {
		return v.Notes
	}
	return append(slices.Clip(v.Notes), s.Why.Ages.sentence())
}

func (a *Ages) sentence() string {
	return fmt.Sprintf("how long work has waited is assumed, not measured, for %s: as if it had come evenly at the rate of now; "+
		"metrics.oldestAge of a review stream has it measured", listedOf(a.Streams, a.More))
}
