// Package people plays days of a plant: items of work classes arrive at random and wait,
// and people of teams take them, one at a time, event by event.
//
// The laboratory (internal/lab) calls it, to see what a prediction of
// internal/staffing/promise is worth. What holds:
//   - Whoever is free takes, of the classes whose row names the team, the item that is
//     most urgent: protected first, then by priority, then the one due first.
//   - An item that comes while several teams have somebody free goes to one of them by
//     the weights of its row, which are the people they have on shift.
//   - Who has nothing of that to do takes, by the minute, the most urgent of what is old enough
//     for them to stand in.
//   - Nothing is interrupted: who is at work when the shift ends finishes, and leaves.
//   - An item is on time if it is decided (or opened, where that was promised) within its
//     time. It counts in the interval in which it falls due.
//   - Time is in whole milliseconds, and a seed gives the same days on any machine.
//
// It must not know of forecasts or plans, and predicts nothing.
package people
