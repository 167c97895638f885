// Package resolve turns API objects into the inputs of the engines: defaults
// applied, schedules and shifts put on the time line with the tz database, rows of
// metrics picked by declared labels. It is shared by the controllers and by
// whoever wants to run the engines on manifests.
//
// It is pure: references have been fetched by the caller, numbers come through
// the Rows interface, and the time is an argument. What only code can tell to be
// wrong in a spec (an unknown time zone, a language that does not exist, shares
// that do not add up) comes back as an error whose text is the sentence shown to
// the person who wrote it.
package resolve
