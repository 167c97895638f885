// Package scenario reads the file that says what an imitated platform gets to do.
//
// The data plane's main calls Load, and Config once it knows the ModerationQueue
// objects: promises, work per item and review streams are theirs, traffic and
// content are the file's. It must not write anything.
package scenario
