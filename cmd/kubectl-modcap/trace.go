package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/trace"
)

// newTraceCommand gathers what makes traces for simulate.
func newTraceCommand(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "trace",
		Short: "Record traffic from Prometheus, or generate it, for simulate",
		Long: `A trace is arrivals counted in bins of one width: lines of t_seconds,count below a
header. Bins that are absent are gaps.`,
	}
	c.AddCommand(newRecordCommand(s), newGenerateCommand(s))
	return c
}

// writeTrace writes to a file, or to standard output if path is empty or "-".
func writeTrace(s streams, path string, t *trace.Trace, notes ...string) error {
	if path == "" || path == "-" {
		return t.Write(s.Out, notes...)
	}
	if err := toFile(path, func(w io.Writer) error { return t.Write(w, notes...) }); err != nil {
		return err
	}
	fmt.Fprintf(s.Err, "%s: %d bins of %d s, %d missing\n", path, len(t.At), t.Bin, t.Gaps)
	return nil
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes flags only, and %q is none", c.Name(), args[0])
	}
	return nil
}
