package relief

import (
	"slices"

	"github.com/modcap/modcap/internal/staffing"
)

// stream is a review stream of a queue.
type stream struct{ queue, review string }

func streamOf(k staffing.ClassKey) stream { return stream{k.Queue, k.Review} }

// touched says of each class whether relief may touch it: it is of the policy, and neither protected nor
// made by work that is.
func touched(in *Input) []bool {
	classes := in.Unrelieved.Classes
	guarded := make([]bool, len(classes))
	streams := map[stream]bool{} // in which something is protected
	for i := range classes {
		c := &classes[i]
		guarded[i] = c.Protected || decides(in, c)
		if guarded[i] {
			streams[streamOf(c.Key)] = true
		}
	}
	out := make([]bool, len(classes))
	for i := range classes {
		c := &classes[i]
		made := c.Derived && (streams[streamOf(c.Key)] ||
			slices.ContainsFunc(c.Parts, func(p staffing.Part) bool { return streams[streamOf(p.Of)] }))
		out[i] = slices.Contains(in.Queues, c.Key.Queue) && !guarded[i] && !made
	}
	return out
}

// decides reports whether a protected label decides some of c: the domain is its own, or is in it since
// no class of the stream has it.
func decides(in *Input, c *staffing.Class) bool {
	return slices.ContainsFunc(in.Protected, func(d Domain) bool {
		return d.Queue == c.Key.Queue && d.Review == c.Key.Review && (d.HarmDomain == "" || takes(in, c, d.HarmDomain))
	})
}

// takes reports whether items of a domain of the stream of c are in c: it has that domain, or no class of
// the stream does, and it has the rest, or does not tell them apart.
func takes(in *Input, c *staffing.Class, domain string) bool {
	if c.Key.HarmDomain == domain {
		return true
	}
	if c.Key.HarmDomain != "" && c.Key.HarmDomain != "*" {
		return false
	}
	return !slices.ContainsFunc(in.Unrelieved.Classes, func(o staffing.Class) bool {
		return !o.Derived && streamOf(o.Key) == streamOf(c.Key) && o.Key.HarmDomain == domain
	})
}
