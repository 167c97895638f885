package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/modcap/modcap/internal/lab"
)

// allocateSeed is that of the plants shown: others were looked at while the allocation was made.
const allocateSeed = 2027

// allocate proves the allocation, and prints how good it is.
func (o *options) allocate(out, told io.Writer) lab.Allocated {
	p := newProgress(told, "holding plans against the best")
	proof := lab.Allocate(o.allocations, allocateSeed, p.tell)
	if o.large > 0 {
		proof.Costs = lab.LargePlants(o.large, measure)
	}
	p.done()
	fmt.Fprintf(out, "People, formulas and allocation:\n\n%s\n%s\n", lab.CheckTable(lab.CheckAllocated(&proof)),
		strings.Join(lab.AllocatedTables(&proof), "\n"))
	return proof
}

// measure makes a plan three times, with as much garbage as a program usually leaves. The fastest
// counts: what else the machine does takes caches away, and only adds.
func measure(plan func() any) lab.PlanCost {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	var out lab.PlanCost
	var seconds []float64
	for range 3 {
		var before, after, left runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		begun := processorTime()
		made := plan()
		seconds = append(seconds, processorTime()-begun)
		runtime.ReadMemStats(&after)
		runtime.GC()
		runtime.ReadMemStats(&left)
		runtime.KeepAlive(made)
		out.Allocated = float64(after.TotalAlloc-before.TotalAlloc) / 1e6
		out.Left = max(float64(left.HeapAlloc)-float64(before.HeapAlloc), 0) / 1e6
	}
	out.Seconds = slices.Min(seconds)
	return out
}

// processorTime is the seconds that this program has had of all processors: others that want them at
// the same time make nothing of it longer.
func processorTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // of arguments that are constant
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// machine is what plans were timed on.
func machine() string {
	name := runtime.GOOS + "/" + runtime.GOARCH
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return name
	}
	for line := range bytes.Lines(info) {
		if key, value, ok := bytes.Cut(line, []byte(":")); ok && string(bytes.TrimSpace(key)) == "model name" {
			return fmt.Sprintf("%s (%s)", name, bytes.TrimSpace(value))
		}
	}
	return name
}
