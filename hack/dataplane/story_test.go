package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/hack/dataplane/internal/export"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
	"github.com/modcap/modcap/hack/dataplane/internal/scenario"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
)

// told is the demo's story of a policy's change, without a cluster: the platform of its
// scenario, documents of the samples, and the operator's guard on what /metrics shows.
type told struct {
	t              *testing.T
	world          *platform.World
	queues         []v1alpha1.ModerationQueue
	policy         *v1alpha1.ModerationPolicy
	stable, change routing.Revision
	metrics        map[string]string // by series of the sample's source
	handler        http.Handler
	start          time.Time
	step           guard.Step
	left           []guard.Period // cohorts that are no evidence
	state          guard.State
}

var samples = filepath.Join("..", "..", "config", "samples")

// objects reads all objects of a sample's file that have a kind.
func objects[T any](t *testing.T, file, kind string) (out []T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(samples, file))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(text), "\n---\n") {
		var head struct{ Kind string }
		var one T
		if err := errors.Join(yaml.Unmarshal([]byte(part), &head), yaml.Unmarshal([]byte(part), &one)); err != nil {
			t.Fatal(err)
		}
		if head.Kind == kind {
			out = append(out, one)
		}
	}
	return out
}

func tell(t *testing.T, seed uint64) *told {
	t.Helper()
	s := &told{t: t, metrics: map[string]string{}, start: time.Date(2026, 11, 23, 8, 0, 0, 123, time.UTC)}
	for _, name := range []string{"live-chat", "comments", "search", "account-review", "appeals"} {
		s.queues = append(s.queues, objects[v1alpha1.ModerationQueue](t, "queue-"+name+".yaml", "ModerationQueue")...)
	}
	s.policy = &objects[v1alpha1.ModerationPolicy](t, "moderationpolicy.yaml", "ModerationPolicy")[0]
	changed := s.policy.DeepCopy()
	for i := range changed.Spec.Labels {
		if l := &changed.Spec.Labels[i]; l.Name == "spam" {
			l.ReviewAt = new(v1alpha1.Score("0.62"))
		}
	}
	var ok, sound bool
	s.stable, ok = routing.RevisionOf(s.policy)
	s.change, sound = routing.RevisionOf(changed)
	if !ok || !sound || s.stable.Name == s.change.Name {
		t.Fatal("the sample or its change cannot be compiled")
	}
	for _, source := range objects[v1alpha1.MetricSource](t, "metricsource.yaml", "MetricSource") {
		for _, series := range source.Spec.Series {
			if m := regexp.MustCompile(`^sum by \(([a-z, ]*)\) \((\w+)\)$`).FindStringSubmatch(series.Query); source.Name == "rollouts" {
				if m == nil || m[1] != strings.Join(series.RowLabels, ", ") {
					t.Fatalf("series %s: query %s does not keep its row labels", series.Name, series.Query)
				}
				s.metrics[string(series.Name)] = m[2]
			}
		}
	}
	plan, err := scenario.Load(filepath.Join("..", "demo", "scenario.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	plan.Seed = seed
	config, err := plan.Config(s.queues)
	if err != nil {
		t.Fatal(err)
	}
	if s.world, err = platform.New(config); err != nil {
		t.Fatal(err)
	}
	if s.handler, err = export.Handler(s.world); err != nil {
		t.Fatal(err)
	}
	return s
}

// documents are those of all queues that decide by the policy: with the change, which
// decides a share of the items of Brazil, or without it.
func (s *told) documents(change bool, brazil v1.PPM) *v1.Table {
	s.t.Helper()
	var sets []v1.Set
	for i := range s.queues {
		q := &s.queues[i]
		head := v1.Header{Format: v1.Format, Namespace: "moderation", Surface: string(q.Spec.Surface)}
		d := &v1.PolicyDocument{Header: head, Queue: q.Name, Salt: "saltsaltsalt", Unit: v1.UnitItem, Match: v1.Match{Default: true}}
		d.Kind = v1.KindDocument
		for _, r := range q.Spec.Reviews {
			stream := v1.Stream{Name: string(r.Name), Tier: 1}
			for _, domain := range r.HarmDomains {
				stream.HarmDomains = append(stream.HarmDomains, string(domain))
			}
			d.Streams = append(d.Streams, stream)
		}
		d.Revisions = []v1.Revision{{Name: "none", Share: v1.AllPPM, Labels: []v1.Label{}}}
		if q.Spec.PolicyRef != nil {
			d.Policy, d.Revisions = s.policy.Name, []v1.Revision{{Name: s.stable.Name, Share: v1.AllPPM, Labels: s.stable.Labels}}
			if change {
				d.Features = []string{v1.FeatureRollout}
				d.Revisions = append(d.Revisions, v1.Revision{Name: s.change.Name, Labels: s.change.Labels})
				d.Rollout = &v1.Rollout{Salt: "othersaltother", Unit: v1.UnitItem, Discordant: v1.AllPPM}
				if brazil > 0 {
					d.Rollout.Markets = []v1.MarketShare{{Markets: []string{"BR"}, Share: brazil}}
				}
			}
		}
		x := &v1.Index{Header: head, Default: q.Name}
		x.Kind = v1.KindIndex
		_, err := v1.SealDocument(d)
		x.Entries = []v1.Entry{{Queue: q.Name, Document: v1.DocumentName(q.Name, d.Hash), Hash: d.Hash}}
		_, wrong := v1.SealIndex(x)
		if err := errors.Join(err, wrong); err != nil {
			s.t.Fatal(err)
		}
		sets = append(sets, v1.Set{Index: x, Documents: map[string]*v1.PolicyDocument{d.Hash: d}})
	}
	table, err := v1.NewTable(sets...)
	if err != nil {
		s.t.Fatal(err)
	}
	return table
}

// until goes on to a time of the run with documents, and looks every second as the
// operator does, until a look says what is wanted.
func (s *told) until(at time.Duration, table *v1.Table, wanted guard.Outcome) (last guard.Verdict, said bool) {
	s.t.Helper()
	in := platform.Inputs{Start: s.start, Router: table, Workers: map[string]platform.Workers{}}
	for _, pool := range []string{"live-text", "text", "account"} {
		in.Workers[pool] = platform.Workers{Ready: 90, Existing: 90}
	}
	for s.world.Now() < at {
		s.world.Step(in)
		if s.step.Began == 0 || s.world.Now()%time.Second != 0 {
			continue
		}
		if last = s.judge(); last.Outcome == wanted {
			return last, true
		}
	}
	return last, false
}

func (s *told) now() sample.Instant { return sample.At(s.start.Add(s.world.Now())) }

// judge reads /metrics as the operator does.
func (s *told) judge() guard.Verdict {
	s.t.Helper()
	answer := httptest.NewRecorder()
	s.handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	text := answer.Body.String()
	counters := resolve.RolloutCounters(s.policy, s.change.Name, func(row resolve.Row) ([]resolve.TableRow, sample.Sample) {
		return rowsOf(s.t, text, s.metrics[row.Series], row.Labels), sample.Sample{Quality: sample.Fresh}
	})
	terms, err := resolve.GuardTerms(s.policy.Spec.Rollout, s.stable, s.change)
	if err != nil {
		s.t.Fatal(err)
	}
	v := guard.Judge(guard.Input{Now: s.now(), Terms: terms, Step: s.step, Counters: counters, Excluded: s.left, State: s.state})
	s.state = v.State
	return v
}

var pair = regexp.MustCompile(`(\w+)="([^"]*)"`)

// rowsOf are the rows of a metric that have the labels given.
func rowsOf(t *testing.T, text, metric string, labels map[string]string) (out []resolve.TableRow) {
	t.Helper()
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(line, "{")
		if !ok || name != metric {
			continue
		}
		inner, value, _ := strings.Cut(rest, "} ")
		row := resolve.TableRow{Labels: map[string]string{}}
		for _, m := range pair.FindAllStringSubmatch(inner, -1) {
			row.Labels[m[1]] = m[2]
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		row.Value = sample.Milli(n * 1000)
		if !slices.ContainsFunc(slices.Collect(maps.Keys(labels)), func(k string) bool { return row.Labels[k] != labels[k] }) {
			out = append(out, row)
		}
	}
	return out
}

// TestStoryOfAChange: in the shadow the change is within its margins, and when senders of
// spam in Brazil have found out what it lets through, the guard breaks with the first
// cohort of theirs that has matured. Whatever is drawn, whenever documents come, and
// whether the cohort in which the share changed is evidence or not.
func TestStoryOfAChange(t *testing.T) {
	for i, seed := range []uint64{2026, 2026, 1} {
		without := i%2 == 1
		t.Run(fmt.Sprintf("%d without the cohort of the step %v", seed, without), func(t *testing.T) {
			s := tell(t, seed)
			seen := 66*time.Second + time.Duration(seed%7)*1300*time.Millisecond
			s.until(seen, s.documents(false, 0), guard.Advance)
			s.step = guard.Step{Shadow: true, Since: s.now().Add(-sample.Second), Began: s.now().Add(-sample.Second), Hold: 90 * sample.Second}
			shadow := s.documents(true, 0)
			v, ok := s.until(seen+150*time.Second, shadow, guard.Advance)
			if !ok {
				t.Fatalf("the shadow did not end: %s (%s) %+v", v.Outcome, v.Reason, v.Evidence)
			}
			if took := s.world.Now() - seen; took > 128*time.Second {
				t.Errorf("the shadow took %s, want what two cohorts take to mature", took)
			}
			// In the demo the outage ends at 200 s at the latest.
			if v, bad := s.until(200*time.Second, shadow, guard.Abort); bad {
				t.Fatalf("taken back in the shadow: %+v", v.Evidence)
			}
			s.step.Shadow, s.step.Since = false, s.now()
			if without {
				s.left = []guard.Period{{From: s.now(), Until: s.now().Add(30 * sample.Second)}}
			}
			v, ok = s.until(350*time.Second, s.documents(true, 500_000), guard.Abort)
			if !ok {
				t.Fatalf("the guard did not break: %s (%s) %+v", v.Outcome, v.Reason, v.Evidence)
			}
			if v.Binding != (guard.Stream{Label: "spam", Kind: guard.Leakage}) || v.Reason != guard.ReasonMovedItemsWorse {
				t.Errorf("it broke on %+v (%s)", v.Binding, v.Reason)
			}
			r := s.world.Report().Rollouts[0]
			last := r.Cohorts[len(r.Cohorts)-2]
			if took := s.world.Now() - last.Matured; took > time.Second || len(r.Decided) != 1 {
				t.Errorf("it broke %s after its cohort had matured; the change decided in %v", took, r.Decided)
			}
			t.Logf("shadow from %s; taken back at %s: %s", seen, s.world.Now(), v.Evidence[0].Moved.Estimate)
		})
	}
}
