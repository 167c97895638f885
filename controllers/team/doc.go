// Package team says of each ReviewTeam who is on shift now and when that changes.
// It is the only writer of the status of teams; which target plans a team is a
// fact put by package staffing.
package team
