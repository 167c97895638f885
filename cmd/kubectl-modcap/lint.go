package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/config/crd"
	"github.com/modcap/modcap/internal/lint"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/schema"
)

// linting are the flags of the lint command.
type linting struct {
	cluster   clusterFlags
	live      bool
	files     []string
	recursive bool
	markets   bool
	output    string
	failOn    string
	volumes   string
	server    scoreServer
}

// errFound says that something is wrong with the objects; what, has been printed.
var errFound = errors.New("see the findings above")

func newLintCommand(s streams) *cobra.Command { return new(linting).command(s) }

func (f *linting) command(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "lint -f FILE|DIRECTORY...",
		Short: "Say what is wrong with queues, policies, pools, teams and targets read together",
		Long: `Reads objects from files, from a cluster, or from files in the place of those in a cluster,
and says what is wrong with what they say together: conflicts, gaps, references that lead
nowhere, work that nobody may do. Nothing is written.

Without a cluster, what is not in the files is not taken to be missing as long as they hold
no object of its kind: give all files of a namespace together. With --cluster they are tried
against what is there.

Whether a rollout can gather its samples in time depends on how many items come: --volumes
or --prometheus says so for files, and in a cluster what queues measure now does.

It exits with 0 if nothing is found, 3 if something is (see --fail-on), and 1 if something
cannot be read. docs/lint.md lists the codes.`,
		Example: `  kubectl modcap lint -f config/samples
  kubectl modcap lint -f policy.yaml --cluster -n moderation
  kubectl modcap lint --cluster -o json
  kubectl modcap lint -f policy.yaml --volumes volumes.csv
  kubectl modcap lint -f policies/ --markets`,
		RunE: func(c *cobra.Command, args []string) error {
			f.files = append(f.files, args...)
			return f.run(c.Context(), s, time.Now())
		},
	}
	f.cluster.addTo(c)
	flags := c.Flags()
	flags.StringSliceVarP(&f.files, "filename", "f", nil, `files, or directories of .yaml, .yml and .json files; "-" is standard input`)
	flags.BoolVarP(&f.recursive, "recursive", "R", false, "read the directories below those named, too")
	flags.BoolVar(&f.live, "cluster", false, "read what is in the cluster, files taking the place of objects with their names")
	flags.BoolVar(&f.markets, "markets", false, "list the markets in which scores mean something else, and nothing besides")
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	flags.StringVar(&f.failOn, "fail-on", routing.Warning, "least severity that makes it exit with 3: Warning, Error, or Never")
	f.addVolumes(c)
	return c
}

func (f *linting) run(ctx context.Context, s streams, now time.Time) error {
	if err := f.check(); err != nil {
		return err
	}
	b, err := f.read(ctx, s, now)
	if err != nil {
		return err
	}
	if f.markets {
		return f.printMarkets(s.Out, b)
	}
	if err := f.measure(ctx, b); err != nil {
		return err
	}
	a := b.analysis()
	if err := f.print(s.Out, a); err != nil {
		return err
	}
	if f.failOn == "Never" || a.Errors == 0 && (a.Warnings == 0 || f.failOn == routing.Error) {
		return nil
	}
	return errFound
}

// check refuses flags that cannot be.
func (f *linting) check() error {
	switch {
	case f.output != "text" && f.output != "json":
		return fmt.Errorf("-o is text or json, not %q", f.output)
	case !slices.Contains([]string{routing.Warning, routing.Error, "Never"}, f.failOn):
		return fmt.Errorf("--fail-on is Warning, Error or Never, not %q", f.failOn)
	case len(f.files) == 0 && !f.live:
		return errors.New("say what to look at: -f FILE or DIRECTORY, or --cluster")
	case f.volumes != "" && f.server.url != "":
		return errors.New("--volumes and --prometheus both say how many items come; name one")
	}
	return nil
}

// read takes in the files, and what is in the cluster.
func (f *linting) read(ctx context.Context, s streams, now time.Time) (*bundle, error) {
	schemas, err := schema.Load(crd.Bases, "bases")
	if err != nil {
		return nil, err
	}
	shipped, err := regimes.Shipped()
	if err != nil {
		return nil, err
	}
	b := &bundle{
		shipped: shipped, namespace: f.cluster.namespace, files: map[object]string{}, schemas: schemas,
		refused: map[object][]lint.Finding{}, now: now,
	}
	paths, err := expanded(f.files, f.recursive)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if err := b.open(s.In, path); err != nil {
			return nil, err
		}
	}
	if len(paths) > 0 && b.empty() {
		return nil, fmt.Errorf("there is no object of %s in %s", v1alpha1.GroupVersion, strings.Join(f.files, ", "))
	}
	b.settle()
	if !f.live {
		return b, nil
	}
	c, err := f.cluster.connect()
	if err != nil {
		return nil, err
	}
	return b, b.over(ctx, c)
}

// found is a finding, and where its object is.
type found struct {
	Namespace string `json:"namespace,omitempty"`
	lint.Finding
	File string `json:"file,omitempty"`
}

// analysis is what was found in a bundle.
type analysis struct {
	Findings []found `json:"findings"`
	Errors   int     `json:"errors"`
	Warnings int     `json:"warnings"`
	// Objects are how many there are of each kind, Unread the kinds of which none could be read.
	Objects map[string]int `json:"objects"`
	Unread  []string       `json:"notRead,omitempty"`
	// Uncounted are queues of which it is not known how many items come, where it was said of others.
	Uncounted []string `json:"notCounted,omitempty"`
}

func (b *bundle) analysis() *analysis {
	a := &analysis{Findings: []found{}, Objects: b.counts(), Unread: b.unread()}
	for _, ns := range b.namespaces() {
		in := b.input(ns)
		if len(in.Volumes) > 0 {
			a.Uncounted = append(a.Uncounted, lint.Uncounted(in)...)
		}
		for _, x := range lint.Check(in) {
			a.Findings = append(a.Findings, found{ns, x, b.files[object{ns, x.Object.Kind, x.Object.Name}]})
		}
	}
	for i := range a.Findings {
		if a.Findings[i].Severity == routing.Error {
			a.Errors++
		} else {
			a.Warnings++
		}
	}
	return a
}
