// Command image writes the operator's container image, a docker archive that
// docker load, podman load, ctr images import and crane push take, without a
// container engine and without pulling anything: from scratch, one layer with the
// static binary and the CA certificates, run as user 65532. `make image` calls it.
//
// The same source, Go version and CA certificates give the same bytes: no time, no
// path and no build id of the machine is in it.
package main
