// Package regimes is a catalogue of deadlines that laws and codes set: what starts the
// clock, how long it runs, where, and from when until when. It is information, and not
// legal advice.
//
// internal/resolve turns the names that queues give (serviceLevels: [{regime: NAME}])
// into promises with it; controllers/base adds what users declare in ConfigMaps;
// kubectl-modcap lists it.
//
// What holds: the catalogue that is shipped and what users add have one schema and one
// reader (Read), which refuses what it does not understand, says where and what to write
// instead, and is bounded. A name means one thing: what is added later takes no name
// that is there, unless it says that it replaces a shipped one. A catalogue is a value;
// its order is that of the names.
//
// A day means its beginning in UTC, wherever the law is; a time with a zone may be
// written in its place. What comes before a deadline is in force is not under it, and
// what comes before it ends stays under it.
//
// What it must not do: I/O, reading a clock, knowing of queues or of Kubernetes.
package regimes
