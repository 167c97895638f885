package show

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/modcap/modcap/hack/dataplane/summary"
	"github.com/modcap/modcap/hack/demo/internal/check"
)

// Promises writes a line for each promise.
func Promises(out io.Writer, s summary.Summary) {
	t := table(out, "QUEUE\tSTAGE\tPROMISE\tATTAINED\tKEPT\tDUE\tLATE\tWAITING\n")
	for _, q := range s.Queues {
		if q.Machine != nil {
			stage(t, q.Name, "machines", *q.Machine)
		}
		for _, r := range q.Reviews {
			stage(t, q.Name, "people: "+r.Name, r)
		}
	}
	flush(t)
}

func stage(out io.Writer, queue, name string, s summary.Stage) {
	promise, attained, kept := "-", "-", "-"
	if s.WithinSeconds > 0 {
		promise = fmt.Sprintf("%g%% in %s", s.Percent, s.Within())
	}
	if s.Due > 0 {
		attained, kept = fmt.Sprintf("%.2f%%", s.Attained), "no"
		if s.Kept {
			kept = "yes"
		}
	}
	fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\n", queue, name, promise, attained, kept, s.Due, s.Due-s.OnTime, s.Backlog)
}

// Hours writes a line for each pool, and their sum.
func Hours(out io.Writer, s summary.Summary) {
	t := table(out, "POOL\tWORKER-HOURS\tBUSY\tMOST WORKERS\tFIXED FLEET\tITS HOURS\tSAVED\n")
	for _, p := range s.Pools {
		fmt.Fprintf(t, "%s\t%.3f\t%.0f%%\t%d\t%d\t%.3f\t%.1f%%\n", p.Name, p.WorkerHours, percent(p.BusyHours, p.WorkerHours),
			p.PeakWorkers, p.FixedWorkers, p.FixedWorkerHours, p.SavedPercent)
	}
	fmt.Fprintf(t, "all\t%.3f\t\t\t\t%.3f\t%.1f%%\n", s.Total.WorkerHours, s.Total.FixedWorkerHours, s.Total.SavedPercent)
	flush(t)
}

func percent(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}

// Decisions writes what became of the items of each queue.
func Decisions(out io.Writer, s summary.Summary) {
	t := table(out, "QUEUE\tALLOWED\tACTIONED\tTO PEOPLE\tHELD\n")
	for _, q := range s.Queues {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\n", q.Name, q.Decisions["Allow"], q.Decisions["Act"],
			q.Decisions["Review"]+q.Decisions["Unscored"], q.Held)
	}
	flush(t)
}

// Checks writes a line for each answer.
func Checks(out io.Writer, results []check.Result) {
	t := table(out, "CHECK\tRESULT\tSEEN\n")
	for _, r := range results {
		word := "FAILED"
		if r.OK {
			word = "ok"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.Name, word, r.Detail)
	}
	flush(t)
}

// Clock is a time of the run as minutes and seconds.
func Clock(at time.Duration) string {
	s := int(at.Round(time.Second).Seconds())
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func table(out io.Writer, head string) *tabwriter.Writer {
	t := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprint(t, head)
	return t
}

// flush writes the table; a terminal that is gone is no reason to stop.
func flush(t *tabwriter.Writer) { _ = t.Flush() }

// Rollouts writes a line for each cohort of the changes that were rolled out.
func Rollouts(out io.Writer, s summary.Summary) {
	t := table(out, "CHANGE OF\tDECIDED FROM\tITEMS\tBY THE CHANGE\tMOVED\tMORE LET THROUGH, OF 10000\n")
	for _, r := range s.Rollouts {
		for _, c := range r.Cohorts {
			from := time.Duration(c.FromSeconds * float64(time.Second))
			rate := "-"
			if c.Entered > 0 && c.MaturedSeconds >= 0 {
				rate = fmt.Sprintf("%.1f", 10_000*c.Leakage/float64(c.Entered))
			}
			fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%s\n", r.Policy, Clock(from), c.Entered, c.Candidate, c.Moved, rate)
		}
	}
	flush(t)
}
