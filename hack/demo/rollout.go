package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/hack/dataplane/summary"
	"github.com/modcap/modcap/hack/demo/internal/check"
	"github.com/modcap/modcap/hack/demo/internal/lab"
	"github.com/modcap/modcap/hack/demo/internal/manifest"
)

// What the lead of a policy changes: people look at less spam. It is rolled out as the
// sample of the policy says.
const (
	policy       = "community-guidelines"
	changedLabel = "spam"
	reviewAt     = "0.62"
	firstStep    = "brazil"
	firstMarket  = "BR"
	scoredFor    = time.Minute // what the platform keeps of its scores
	// takenBackIn is how soon a broken guard is answered: a scrape, a read of the source
	// and a decision take up to a second each, and the recorder looks twice a second.
	takenBackIn = 5 * time.Second
	// abortBy is how long is waited for it: a cohort is a minute.
	abortBy = 90 * time.Second
)

// rolling is what the demo remembers of the change.
type rolling struct {
	changed *unstructured.Unstructured
	before  map[string]string // what routers decided by
	index   string            // a hash of the indexes of it
}

// preview asks what the change would do, by what was scored in the last minute.
func (d *demo) preview(ctx context.Context) error {
	file, err := d.writeChange()
	if err != nil {
		return err
	}
	scores, err := d.askPlatform(ctx, "/scores")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.work, "scores.csv"), scores, 0o600); err != nil {
		return fmt.Errorf("write scores: %w", err)
	}
	was, err := d.policy(ctx)
	if err != nil {
		return err
	}
	hours := strconv.FormatFloat(scoredFor.Hours(), 'f', 4, 64)
	asked := []string{"plan", target, "-f", file, "--scores", "scores.csv", "--hours", hours, "--time-zone", "UTC"}
	if err := d.glance(ctx, "WORK", asked...); err != nil {
		return err
	}
	now, err := d.policy(ctx)
	if err != nil {
		return err
	}
	d.results = append(d.results, check.Result{
		Name: "the change was previewed, and nothing written", OK: now.Generation == was.Generation,
		Detail: fmt.Sprintf("%s of label %s to %s", "reviewAt", changedLabel, reviewAt),
	})
	return nil
}

// writeChange writes the sample of the policy with the change, and says into which file.
func (d *demo) writeChange() (string, error) {
	var err error
	if d.rollout.changed, err = d.samplePolicy(); err != nil {
		return "", err
	}
	if err := change(d.rollout.changed); err != nil {
		return "", err
	}
	text, err := yaml.Marshal(d.rollout.changed.Object)
	if err != nil {
		return "", fmt.Errorf("write policy: %w", err)
	}
	const name = "policy.yaml"
	if err := os.WriteFile(filepath.Join(d.work, name), text, 0o600); err != nil {
		return "", fmt.Errorf("write policy: %w", err)
	}
	return name, nil
}

// samplePolicy is the policy as it was applied at first.
func (d *demo) samplePolicy() (*unstructured.Unstructured, error) {
	samples, err := manifest.Kustomization(filepath.Join(d.root, "config", "samples"))
	if err != nil {
		return nil, err
	}
	for _, o := range samples {
		if o.GetKind() == "ModerationPolicy" && o.GetName() == policy {
			return o, nil
		}
	}
	return nil, fmt.Errorf("change policy %s: it is not among the samples", policy)
}

// change raises what people look at of the label.
func change(p *unstructured.Unstructured) error {
	labels, _, err := unstructured.NestedSlice(p.Object, "spec", "labels")
	if err != nil {
		return fmt.Errorf("change policy %s: %w", policy, err)
	}
	for _, one := range labels {
		if l, ok := one.(map[string]any); ok && l["name"] == changedLabel {
			l["reviewAt"] = reviewAt
			return unstructured.SetNestedSlice(p.Object, labels, "spec", "labels")
		}
	}
	return fmt.Errorf("change policy %s: it has no label %s", policy, changedLabel)
}

// change applies it, and remembers what routers decided by until then.
func (d *demo) change(ctx context.Context) error {
	var err error
	if d.rollout.before, d.rollout.index, err = d.published(ctx); err != nil {
		return err
	}
	return manifest.Apply(ctx, d.client, []*unstructured.Unstructured{d.rollout.changed})
}

// published is what routers decide by: the indexes, with a hash of them, and the documents
// that they point to.
func (d *demo) published(ctx context.Context) (all map[string]string, index string, err error) {
	indexes, err := routed(ctx, d.client, v1.RoleIndex)
	if err != nil {
		return nil, "", err
	}
	documents, err := routed(ctx, d.client, v1.RoleDocument)
	if err != nil {
		return nil, "", err
	}
	all = maps.Clone(indexes)
	for name, text := range indexes {
		var x v1.Index
		if err := yaml.Unmarshal([]byte(text), &x); err != nil {
			return nil, "", fmt.Errorf("read index %s: %w", name, err)
		}
		for _, e := range x.Entries {
			all[e.Document] = documents[e.Document]
		}
	}
	return all, check.Hash(indexes), nil
}

func (d *demo) policy(ctx context.Context) (*v1alpha1.ModerationPolicy, error) {
	var p v1alpha1.ModerationPolicy
	if err := d.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: policy}, &p); err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	return &p, nil
}

// showPolicy prints how far the change is.
func (d *demo) showPolicy(ctx context.Context) error {
	return d.modcap(ctx, "policy", "status", policy)
}

// step waits for the first step, and shows it. What is missing is told at the end.
func (d *demo) step(ctx context.Context) error {
	d.await(ctx, recoveryBy/2, "the first step began", func(s check.Snapshot) bool { return s.Policies[policy].Step == firstStep })
	return d.showPolicy(ctx)
}

// await waits until what is seen is as wanted, or for so long.
func (d *demo) await(ctx context.Context, most time.Duration, what string, wanted func(check.Snapshot) bool) {
	waiting, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	_ = lab.Poll(waiting, often, what, func(context.Context) (bool, error) { // who judges says if it did not
		t := d.recorder.timeline()
		return len(t) > 0 && wanted(t[len(t)-1]), nil
	})
}

// judgeRollout waits until the change is taken back, shows which items are to be looked
// at again, and checks the whole of it.
func (d *demo) judgeRollout(ctx context.Context) error {
	aborted := string(v1alpha1.RolloutAborted)
	d.await(ctx, abortBy, "the change is taken back", func(s check.Snapshot) bool {
		return s.Policies[policy].Phase == aborted && s.Index == d.rollout.index // documents follow the status
	})
	if err := d.showPolicy(ctx); err != nil {
		return err
	}
	p, err := d.policy(ctx)
	if err != nil {
		return err
	}
	after, _, err := d.published(ctx)
	if err != nil {
		return err
	}
	s, err := d.summarise(ctx)
	if err != nil {
		return err
	}
	t := d.recorder.timeline()
	d.results = append(d.results, check.Stepped("with metrics its first step began", t, policy, firstStep, outageEnd))
	if len(s.Rollouts) == 0 || p.Status.Rollout == nil || p.Status.Rollout.Aborted == nil {
		d.results = append(d.results, check.Result{Name: "a broken guard took the change back", Detail: "it was not taken back"})
		return ctx.Err()
	}
	d.judgeAbort(p.Status.Rollout.Aborted, p, s.Rollouts[0], after)
	return nil
}

func (d *demo) judgeAbort(a *v1alpha1.RolloutAbort, p *v1alpha1.ModerationPolicy, r summary.Rollout, after map[string]string) {
	items := map[string]int64{}
	for _, m := range a.Moves {
		items[m.Market] += m.Items
	}
	taken := check.Result{Name: "a broken guard took the change back", Detail: "the platform's counters do not show it to be worse"}
	if broken, ok := check.Broken(r, leakageMargin(p)); ok {
		taken = check.TakenBack(taken.Name, d.recorder.timeline(), check.Before{Policy: policy, Index: d.rollout.index}, broken, takenBackIn)
	}
	if a.By != "guard" {
		taken.OK, taken.Detail = false, "it was taken back by "+a.By
	}
	d.results = append(d.results,
		check.OnlyIn("the change decided in one market", r, firstMarket), taken,
		check.SameBytes("routers have the bytes of before", d.rollout.before, after),
		check.Selected("what to look at again is known", items, r, firstMarket),
	)
}

func leakageMargin(p *v1alpha1.ModerationPolicy) float64 {
	m, err := p.Spec.Rollout.Margins.Leakage.Milli()
	if err != nil {
		return 0
	}
	return float64(m) / 1000
}
