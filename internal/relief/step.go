package relief

import (
	"errors"
	"fmt"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// MaxSteps is how many steps count at most; those after them never give way.
const MaxSteps = 16

// longest is the longest time that is computed with.
const longest = 400 * day

const day = 24 * sample.Hour

// Check says what is wrong with a step by itself; such a step never gives way, and those
// around it do as if it were not there.
func (s *Step) Check() error {
	switch s.Kind {
	case Widen:
		return nil
	case Relax:
		if s.Drop != staffing.DropMarket && s.Drop != staffing.DropSurface {
			return fmt.Errorf("%q cannot be dropped; write market or surface", s.Drop)
		}
	case Defer:
		return s.checkDefer()
	case QAFloor:
		if s.Keep < 0 || s.Keep >= sample.AllPPM {
			return fmt.Errorf("keeping %s %% of the samples is no share below 100 %%", s.Keep.Percent())
		}
	case RaiseReviewAt:
		return s.checkRaise()
	default:
		return fmt.Errorf("%q is no kind of step", s.Kind)
	}
	return nil
}

func (s *Step) checkDefer() error {
	switch {
	case len(s.Queues) == 0:
		return errors.New("it names no queue that may wait")
	case s.Within <= 0:
		return errors.New("it says no time within which items are decided instead")
	}
	return nil
}

func (s *Step) checkRaise() error {
	switch {
	case len(s.Labels) == 0:
		return errors.New("it names no label")
	case s.Raise <= 0 || s.Raise > sample.AllPPM:
		return errors.New("it raises reviewAt by nothing, or by more than a score can be")
	case s.LeaksPerDay <= 0:
		return errors.New("it lets no violating item through, so that nothing may be raised")
	}
	return nil
}

// Compare orders levels: less than 0 where l is the lower one.
func (l Level) Compare(o Level) int { return l.parts() - o.parts() }

// parts is the level in parts of steps.
func (l Level) parts() int { return l.Whole*Parts + l.Part }

// levelOf is a level of so many parts.
func levelOf(parts int) Level { return Level{parts / Parts, parts % Parts} }

// within is the level, no higher than all of some steps.
func (l Level) within(steps []Step) Level {
	l.Whole, l.Part = min(max(l.Whole, 0), MaxSteps), min(max(l.Part, 0), Parts-1)
	return levelOf(min(l.parts(), min(len(steps), MaxSteps)*Parts))
}

// of is how many parts of step i are in force.
func (l Level) of(i int) int { return min(max(l.parts()-i*Parts, 0), Parts) }
