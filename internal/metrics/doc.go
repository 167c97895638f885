// Package metrics holds the operator's own metrics. They are fields of a struct
// built on a registerer: there is no package-level state. Names are
// modcap_<subsystem>_<noun>_<unit>, in base units; labels are names of objects
// and of constants, so that their number is bounded; the series of an object go
// when it goes.
package metrics
