package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/explain"
	"github.com/modcap/modcap/internal/replay"
	"github.com/modcap/modcap/internal/sample"
)

// explanation are the flags of the explain command.
type explanation struct {
	cluster clusterFlags
	output  string
	at      string
}

func newExplainCommand(s streams) *cobra.Command {
	var f explanation
	c := &cobra.Command{
		Use:   "explain (queue/NAME | pool/NAME)",
		Short: "Say why a pool has so many workers, and what that means for a queue",
		Long: `Says why a pool has so many workers: the numbers that the latest decision was made
from, with age and quality; each rule that had a say, with the replicas before and
after; what it would be without each bound; each queue's share and risk; and when it
is looked at again. It reads the status of the pool and the queue and the ConfigMap
in which decisions are recorded: the rights of the ClusterRole view are enough.`,
		Example: `  kubectl modcap explain queue/comments -n moderation
  kubectl modcap explain pool/text --at 2026-11-01T03:10:00Z -o json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s.Out, args, time.Now()) },
	}
	f.cluster.addTo(c)
	c.Flags().StringVarP(&f.output, "output", "o", "text", "text or json")
	c.Flags().StringVar(&f.at, "at", "", "explain the decision that was in force at this time (RFC 3339), and not the latest")
	return c
}

func (f *explanation) run(ctx context.Context, out io.Writer, args []string, now time.Time) error {
	what, err := parseSubject(args)
	if err != nil {
		return err
	}
	if f.output != "text" && f.output != "json" {
		return fmt.Errorf("-o is text or json, not %q", f.output)
	}
	c, err := f.cluster.connect()
	if err != nil {
		return err
	}
	asked, err := c.subject(ctx, what)
	if err != nil {
		return err
	}
	asked.Now = sample.At(now)
	if err := f.record(ctx, c, &asked); err != nil {
		return err
	}
	report := explain.Explain(asked)
	if f.output == "text" {
		return report.Text(out)
	}
	return writeJSON(out, report)
}

// subject reads the objects that are asked about.
func (c *cluster) subject(ctx context.Context, what subject) (s explain.Subject, err error) {
	pool := what.name
	if what.queue {
		if s.Queue, err = c.queue(ctx, what.name); err != nil {
			return s, err
		}
		pool = s.Queue.Spec.Classification.PoolRef.Name
	}
	s.Pool, err = c.pool(ctx, pool)
	if err != nil && what.queue {
		err = fmt.Errorf("queue/%s names pool/%s in spec.classification.poolRef: %w", what.name, pool, err)
	}
	return s, err
}

// record reads the recorded decision to explain; where there is none to be had, the
// subject says why, and the status has to do.
func (f *explanation) record(ctx context.Context, c *cluster, s *explain.Subject) error {
	records, trouble, err := c.history(ctx, s.Pool)
	if err != nil {
		return err
	}
	if s.Trouble = trouble; trouble != "" {
		return undecided(s.Pool)
	}
	chosen := len(records) - 1
	if f.at != "" {
		if chosen, err = inForce(records, f.at); err != nil {
			return err
		}
	}
	in, d, err := records[chosen].Read()
	if err != nil {
		s.Trouble = fmt.Sprintf("The decision of %s %v; what follows is what the status says", stamp(records[chosen].At), err)
		return undecided(s.Pool)
	}
	s.Record, s.Newer = &explain.Record{Input: in, Decision: d}, len(records)-1-chosen
	return nil
}

// inForce is the index of the decision in force at a time.
func inForce(records []replay.Record, at string) (int, error) {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return 0, fmt.Errorf("--at is a time such as 2026-11-01T03:10:00Z, not %q", at)
	}
	i := replay.Find(records, sample.At(t))
	if i < 0 {
		return 0, fmt.Errorf("the oldest decision on record is of %s, which is later than --at", stamp(records[0].At))
	}
	return i, nil
}

func stamp(at sample.Instant) string { return at.Time().Format("2006-01-02T15:04:05.000Z07:00") }

// undecided is an error when the status has no decision either, with the reason.
func undecided(p *v1alpha1.ClassifierPool) error {
	if p.Status.Decision != nil {
		return nil
	}
	stalled := apimeta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionStalled)
	if stalled == nil || stalled.Status != metav1.ConditionTrue {
		stalled = apimeta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionReady)
	}
	if stalled == nil {
		return fmt.Errorf("pool/%s has no decision yet, and no condition: the operator has not looked at it; see whether it is up "+
			"(kubectl get pods -A -l app.kubernetes.io/name=modcap)", p.Name)
	}
	return fmt.Errorf("pool/%s has no decision yet: %s is %s (%s): %s", p.Name, stalled.Type, stalled.Status, stalled.Reason, stalled.Message)
}
