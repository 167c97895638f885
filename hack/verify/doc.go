// Command verify is what `make verify` runs: it regenerates everything that is
// generated, into place, lints, checks what no linter knows, and requires a clean
// tree, untracked files included.
//
// It runs every step, whatever failed before, shows the output of those that
// failed, and exits 1 if any did. What generation changed is named apart from what
// was changed before, so that it is of use in the middle of work too.
// ALLOW_DIRTY=1 leaves out the last step, the clean tree.
package main
