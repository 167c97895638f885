// Package lockfile keeps two launchers from doing the same thing at once.
//
// Builds (one lock per module) and clusters (one lock per folder) use it. A lock ends with
// the process that holds it. It must not remove lock files.
package lockfile
