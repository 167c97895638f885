package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/replay"
)

// replaying are the flags of the replay command.
type replaying struct {
	cluster clusterFlags
	file    string
	at      string
	index   int
}

func newReplayCommand(s streams) *cobra.Command {
	var f replaying
	c := &cobra.Command{
		Use:   "replay (pool/NAME | -f FILE)",
		Short: "Make recorded decisions again, and compare them byte by byte",
		Long: `Makes the recorded decisions of a pool again, each from its own input, and compares
the bytes. It prints a line for each decision, and the values in which the first that
differs does; its exit status is 1 when one differs or cannot be compared. A file is a
ConfigMap as kubectl prints it, or the content of its key ` + replay.Key + `.`,
		Example: `  kubectl modcap replay pool/text -n moderation
  kubectl get configmap text-decisions -o yaml > decisions.yaml
  kubectl modcap replay -f decisions.yaml --at 2026-11-01T03:10:00Z`,
		RunE: func(c *cobra.Command, args []string) error {
			records, err := f.records(c.Context(), s.In, args)
			if err != nil {
				return err
			}
			return f.run(s.Out, records)
		},
	}
	f.cluster.addTo(c)
	c.Flags().StringVarP(&f.file, "filename", "f", "", "file with the decisions; - for the standard input")
	c.Flags().StringVar(&f.at, "at", "", "only the decision that was in force at this time (RFC 3339)")
	c.Flags().IntVar(&f.index, "index", 0, "only this decision: 1 is the oldest on record, -1 the latest")
	c.MarkFlagsMutuallyExclusive("at", "index")
	return c
}

// records reads the history to replay.
func (f *replaying) records(ctx context.Context, stdin io.Reader, args []string) ([]replay.Record, error) {
	if (f.file == "") == (len(args) == 0) {
		return nil, errors.New("replay takes either pool/NAME or -f FILE")
	}
	if f.file != "" {
		return readDecisions(stdin, f.file)
	}
	what, err := parseSubject(args)
	if err != nil {
		return nil, err
	}
	c, err := f.cluster.connect()
	if err != nil {
		return nil, err
	}
	s, err := c.subject(ctx, what)
	if err != nil {
		return nil, err
	}
	records, trouble, err := c.history(ctx, s.Pool)
	if err == nil && trouble != "" {
		err = errors.New(trouble)
	}
	return records, err
}

// readDecisions reads a history from a file.
func readDecisions(stdin io.Reader, path string) ([]replay.Record, error) {
	var data []byte
	var err error
	if path == "-" {
		data, err = io.ReadAll(stdin)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	if data, err = packedDecisions(data); err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	records, err := replay.Unpack(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s holds no decision", path)
	}
	return records, nil
}

// packedDecisions takes a history out of its ConfigMap, if it is in one.
func packedDecisions(data []byte) ([]byte, error) {
	text := bytes.TrimSpace(data)
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) || bytes.HasPrefix(text, []byte("[")) {
		return data, nil
	}
	var m corev1.ConfigMap
	err := yaml.Unmarshal(text, &m)
	switch {
	case err == nil && m.Kind == "ConfigMap" && len(m.BinaryData[replay.Key]) > 0:
		return m.BinaryData[replay.Key], nil
	case err == nil && m.Kind == "ConfigMap":
		return nil, fmt.Errorf("is ConfigMap %s, which has no %s: give the one that status.decisions of the pool names", m.Name, replay.Key)
	case bytes.HasPrefix(text, []byte("{")) && m.Kind == "":
		return data, nil
	}
	return nil, fmt.Errorf("is neither a ConfigMap of decisions nor its key %s", replay.Key)
}

// chosen are the indices of the decisions to replay.
func (f *replaying) chosen(records []replay.Record) (from, to int, err error) {
	switch i := f.index; {
	case f.at != "":
		from, err = inForce(records, f.at)
		return from, from + 1, err
	case i == 0:
		return 0, len(records), nil
	case i > len(records) || -i > len(records):
		return 0, 0, fmt.Errorf("there is no decision %d: %d are on record", i, len(records))
	case i < 0:
		return len(records) + i, len(records) + i + 1, nil
	default:
		return i - 1, i, nil
	}
}

// run replays the decisions chosen. The error counts those that do not come out as
// recorded.
func (f *replaying) run(out io.Writer, records []replay.Record) error {
	from, to, err := f.chosen(records)
	if err != nil {
		return err
	}
	var v verdicts
	t := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "DECISION\tAT\tREPLICAS\tVERDICT\tBINDING\tMADE AGAIN")
	for i := from; i < to; i++ {
		r := records[i]
		fmt.Fprintf(t, "%d\t%s\t%d\t%s\t%s\t%s\n", i+1, stamp(r.At), r.Replicas, r.Verdict, r.Binding, v.of(i, r))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print decisions: %w", err)
	}
	v.printFirst(out)
	return v.err(to - from)
}

// verdicts collects how decisions came out.
type verdicts struct {
	differ, refused int
	// first and where are the first that differs; why the first refusal.
	first *replay.Result
	where int
	why   error
}

// of makes a decision again and says in a word how it came out.
func (v *verdicts) of(i int, r replay.Record) string {
	got, err := r.Again()
	switch {
	case err != nil:
		if v.refused++; v.why == nil {
			v.why = fmt.Errorf("decision %d %w", i+1, err)
		}
		return "refused"
	case got.Same:
		return "same"
	}
	if v.differ++; v.first == nil {
		v.first, v.where = &got, i
	}
	return "DIFFERENT"
}

// printFirst shows in what the first decision that differs does.
func (v *verdicts) printFirst(out io.Writer) {
	if v.first == nil {
		return
	}
	fmt.Fprintf(out, "\nDecision %d, as recorded (-) and made again (+):\n", v.where+1)
	if len(v.first.Differences) == 0 {
		fmt.Fprintln(out, "  the same values, in another order of fields")
	}
	for _, d := range v.first.Differences {
		if d.Recorded != "" {
			fmt.Fprintf(out, "- %s: %s\n", d.Path, d.Recorded)
		}
		if d.Replay != "" {
			fmt.Fprintf(out, "+ %s: %s\n", d.Path, d.Replay)
		}
	}
	if len(v.first.Differences) == replay.MaxDifferences {
		fmt.Fprintln(out, "  and perhaps more")
	}
}

func (v *verdicts) err(all int) error {
	var differ error
	if v.differ > 0 {
		differ = fmt.Errorf("%d of %d decisions came out differently: the record was changed, or the rules changed without "+
			"a new version (this is version %q)", v.differ, all, capacity.Rules)
	}
	if v.refused > 1 {
		v.why = fmt.Errorf("%w (and %d more were refused)", v.why, v.refused-1)
	}
	return errors.Join(differ, v.why)
}
