// Package build compiles the pinned commands of the module folders below
// hack/cluster and hack/tools into a cache outside the checkout.
//
// The launcher's commands call it. A module's binaries lie in one folder named
// by the hash of its module files, Go files, build flags and the Go version, so
// a folder's binaries never change: a clean clone of the same commit finds them
// built. Builds of one module are serialised by a file lock and a binary appears
// by an atomic rename, so concurrent invocations are safe.
//
// It must not write into the checkout, and must not delete from the cache.
package build
