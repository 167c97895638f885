package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := newRoot(streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}).ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubectl-modcap:", err)
		os.Exit(1)
	}
}

// streams are where a command reads and writes.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// newRoot is the command with all that it can do.
func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "kubectl-modcap",
		Short:         "Explain, replay and simulate what modcap decides",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.AddCommand(newSimulateCommand(s), newTraceCommand(s))
	root.AddCommand(newExplainCommand(s), newReplayCommand(s))
	return root
}
