// Package staffing works out how many reviewers each work class needs, now and
// in each interval of the horizon, and how far the people on shift cover it.
//
// Called by the staffing reconciler (through internal/resolve, which turns
// ReviewTeam and ModerationQueue objects into the values here), by plan and by
// the calculators. Supply turns shifts into heads per interval; Plan sets the
// need against them; Recommend says which changes close what is missing for the fewest paid hours,
// Train what people could learn.
//
// What holds:
//   - Everything is a pure function of values, the time included; the order of
//     classes and teams in the input does not matter.
//   - Absent is not zero: a class with an input that is not Fresh carries the
//     quality and the cause of it, and keeps what its last values ask for.
//   - Nobody covers a class in a language, harm domain or clearance not held;
//     what a team covers in total never exceeds its productive heads.
//   - Unmet need stays visible as a gap; nothing is shed here. Work that may
//     wait has a gap only if nobody can do it in time (see allocation).
//   - No team spends more time on a harm domain than its limits of exposure allow.
//   - Recommend ends after an amount of work, whatever the clock says.
//
// It must not read clocks, files or API objects, and must not invent shifts.
// The formulas of queues are in the sub-package queueing, in floating point;
// what they answer becomes whole heads or thousandths at once, as does what the linear program of
// sub-package linear answers, where the search of Recommend begins; everything
// after (flows, coverage, totals) is integer arithmetic.
package staffing
