package main

import (
	"context"
	"encoding/json"
	"errors"
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
		if errors.Is(err, errWorse) || errors.Is(err, errFound) {
			os.Exit(exitWorse)
		}
		os.Exit(1)
	}
}

// exitWorse is the exit code of a plan that makes something worse, and of objects that something is wrong with.
const exitWorse = 3

// streams are where a command reads and writes.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// writeJSON writes an answer for other programs.
func writeJSON(out io.Writer, answer any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(answer); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// newRoot is the command with all that it can do.
func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "kubectl-modcap",
		Short:         "Explain and simulate what modcap decides, and plan people",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.AddCommand(newSimulateCommand(s), newTraceCommand(s))
	root.AddCommand(newExplainCommand(s), newReplayCommand(s))
	root.AddCommand(newErlangCommand(s))
	root.AddCommand(newRosterCommand(s), newHeadcountCommand(s))
	root.AddCommand(newStaffingCommand(s), newTodayCommand(s), newPlanCommand(s), newRecommendCommand(s))
	root.AddCommand(newForecastCommand(s))
	root.AddCommand(newLintCommand(s), newRegimesCommand(s), newPolicyCommand(s))
	return root
}
