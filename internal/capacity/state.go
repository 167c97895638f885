package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Bounds of what a State holds.
const (
	maxRecommendations = 64
	maxScaleDowns      = 720
)

// observed is the state at the beginning of a decision: cleaned, scale changes
// noticed, the window seeded with the present replicas where it says nothing.
// What is recommended is in the memory of room, if there is any.
func observed(in *Input, room []Recommendation) State {
	now, wanted := in.Now, in.Fleet.Wanted
	s := State{
		At: now, SeededAt: in.State.SeededAt, Wanted: wanted,
		LastScaleUp: in.State.LastScaleUp, LastScaleDown: in.State.LastScaleDown,
		ScaleDowns: lastHour(in.State.ScaleDowns, now),
	}
	if in.State.At > 0 && in.Fleet.Known {
		s.notice(in.State.Wanted)
	}
	silence := now.Since(in.State.At)
	if in.State.At <= 0 || silence > max(in.Pool.Stabilization, 3*in.Pool.Interval) {
		s.SeededAt = now
		s.Recommendations = []Recommendation{{At: now, Replicas: wanted}}
		return s
	}
	if s.Recommendations = room[:0]; room == nil {
		s.Recommendations = make([]Recommendation, 0, min(len(in.State.Recommendations), maxRecommendations)+1)
	}
	for _, r := range in.State.Recommendations {
		recommend(&s, min(r.At, now), min(max(r.Replicas, 0), MaxReplicas), MaxSpan)
	}
	return s
}

// notice records a change of the scale since the decision before.
func (s *State) notice(before int32) {
	switch {
	case s.Wanted < before:
		s.LastScaleDown = s.At
		s.ScaleDowns = append(s.ScaleDowns, s.At)
	case s.Wanted > before:
		s.LastScaleUp = s.At
	}
}

// lastHour is those of the times within the hour before now, ascending: all of them, or a
// copy.
func lastHour(times []sample.Instant, now sample.Instant) []sample.Instant {
	if len(times) == 0 {
		return nil
	}
	if n := len(times); n <= maxScaleDowns && allOfHour(times, now) {
		return times[:n:n] // nobody changes what others hold
	}
	out := make([]sample.Instant, 0, min(len(times), maxScaleDowns)+1) // one may come
	for _, at := range times {
		if at <= now && now.Since(at) < sample.Hour && len(out) < maxScaleDowns {
			out = append(out, at)
		}
	}
	if !slices.IsSorted(out) {
		slices.Sort(out)
	}
	return out
}

// allOfHour is true for times that are ascending, and all of the hour before now.
func allOfHour(times []sample.Instant, now sample.Instant) bool {
	return times[0] > now.Add(-sample.Hour) && times[len(times)-1] <= now && slices.IsSorted(times)
}

// recommend enters a need into the window. Older ones that are not larger can
// never be the highest again and go; so do those older than the window. When too
// many are left, the two oldest become one with the larger need and the later
// time, which holds a scale-down a little longer.
func recommend(s *State, now sample.Instant, replicas int32, window sample.Span) {
	rs := s.Recommendations
	for len(rs) > 0 && rs[len(rs)-1].Replicas <= replicas {
		rs = rs[:len(rs)-1]
	}
	rs = append(rs, Recommendation{At: now, Replicas: replicas})
	drop := 0
	for drop < len(rs)-1 && now.Since(rs[drop].At) >= window {
		drop++
	}
	rs = rs[drop:]
	if len(rs) > maxRecommendations {
		rs[1].Replicas = rs[0].Replicas
		rs = rs[1:]
	}
	s.Recommendations = rs
}
