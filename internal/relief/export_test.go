package relief

import "github.com/modcap/modcap/internal/sample"

// Tried is what is late at each level, in whole minutes of time, and the level that is chosen.
func Tried(in Input) (late []sample.Span, least Level) {
	in.State = remembered(in.State, in.Unrelieved.Now, in.Steps)
	l := lookAt(&in)
	least = l.target()
	for parts := range min(len(in.Steps), MaxSteps)*Parts + 1 {
		late = append(late, l.late(parts))
	}
	return late, least
}
