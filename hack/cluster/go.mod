// The local cluster's launcher. Standard library only: what it builds is
// pinned by the modules below this folder, none of which it imports.
module github.com/modcap/modcap/hack/cluster

go 1.26.0
