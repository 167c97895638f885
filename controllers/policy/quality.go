package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
)

const (
	// lookAtQuality is how often what quality checks found is looked at.
	lookAtQuality = time.Minute
	// publishEvery is the least time between two reports of quality for numbers alone.
	publishEvery = 10 * sample.Minute
	// readableBytes is the longest report that is left readable; a longer one is compressed.
	readableBytes = 200 << 10
)

// checked is what is known of a policy's quality from looks before, and of this one.
type checked struct {
	// report is the last that was published, as data.
	report quality.Report
	data   []byte
	// reviewers are how often people err, by what is Fresh with this look.
	reviewers []quality.Reviewer
	findings  []v1alpha1.Finding
	series    map[series]bool
}

// judgeAll looks at quality first: rollouts and findings are told of it.
func (r *Reconciler) judgeAll(ctx context.Context, p *v1alpha1.ModerationPolicy) outcome.Outcome {
	if p.Status.ObservedGeneration != p.Generation {
		p.Status.Findings = nil // of another spec
	}
	next, err := r.lookAtChecks(ctx, p)
	var seen guard.Verdict
	out := r.rereview(ctx, p, r.reconcile(ctx, p, &seen))
	r.measure(p, seen.Evidence)
	if err != nil {
		return outcome.Transient(err)
	}
	return out.Sooner(next)
}

// checksOf is what the last look at a policy's quality made of it.
func (r *Reconciler) checksOf(key types.NamespacedName) *checked {
	if c, ok := r.checks.Load(key); ok {
		return c.(*checked)
	}
	return nil
}

// lookAtChecks measures how often decisions are wrong, and says it. What is shown are the figures
// that were published last, so that noise writes nothing.
func (r *Reconciler) lookAtChecks(ctx context.Context, p *v1alpha1.ModerationPolicy) (time.Duration, error) {
	if p.Spec.Quality == nil {
		return 0, r.dropChecks(ctx, p)
	}
	key, set := client.ObjectKeyFromObject(p), conditions.For(&p.Status.CommonStatus, p.Generation, r.Now())
	terms, err := resolve.QualityTerms(p)
	if err != nil {
		set.Unknown(v1alpha1.ConditionQualityMeasured, v1alpha1.ReasonInvalidSpec, err.Error())
		return 0, nil
	}
	now, err := r.recall(ctx, p)
	if err != nil {
		return 0, err
	}
	result := quality.Measure(quality.Input{
		Now: sample.At(r.Now()), Terms: terms, Before: now.report.Seen,
		Counts: resolve.QualityCounts(p, func(row resolve.Row) ([]resolve.TableRow, sample.Sample) { return r.Readings.Table(row, r.Now()) }),
	})
	if result.Outcome != quality.Unknown {
		now.reviewers = result.Reviewers
	}
	if fresh(&result) {
		next := quality.ReportOf(p.Name, specOf(p), sample.At(r.Now()), result)
		next.Remember(&now.report)
		if due(&now.report, &next) {
			now.report, now.data = next, nil
		}
	}
	if err := r.publish(ctx, p, now); err != nil {
		return 0, err
	}
	var queues v1alpha1.ModerationQueueList
	if err := r.Client.List(ctx, &queues, client.InNamespace(p.Namespace), client.MatchingFields{base.IndexPolicy: p.Name}); err != nil {
		return 0, fmt.Errorf("list queues: %w", err)
	}
	now.findings = checkFindings(p, queues.Items, now.report.Needs)
	now.series = r.measureChecks(key, &result, now.series)
	p.Status.Quality = qualityStatus(&now.report)
	sayQuality(set, &result, &now.report)
	r.checks.Store(key, now)
	return lookAtQuality, nil
}

// fresh is whether the rows could be measured by.
func fresh(r *quality.Result) bool {
	return len(r.Problems) == 0 || r.Problems[0].Code != quality.NotFresh
}

// due is whether figures are to be published: there are none yet, sums fell, or they moved and
// some time has passed.
func due(last, next *quality.Report) bool {
	switch {
	case last.At == 0:
		return true
	case last.SameFigures(next):
		return false
	}
	return last.Fell() != next.Fell() || next.At.Since(last.At) >= publishEvery
}

// specOf is a hash of what the spec says of quality: what was seen of another does not count.
func specOf(p *v1alpha1.ModerationPolicy) string {
	data, _ := json.Marshal(p.Spec.Quality) // strings and numbers: it does not fail
	h := fnv.New64a()
	_, _ = h.Write(data) // a hash takes everything
	return fmt.Sprintf("%016x", h.Sum64())
}

// recall is what is known of a policy's quality, of this very spec: after a restart, what was
// published last. One that cannot be read says nothing.
func (r *Reconciler) recall(ctx context.Context, p *v1alpha1.ModerationPolicy) (*checked, error) {
	last, spec := r.checksOf(client.ObjectKeyFromObject(p)), specOf(p)
	now := &checked{}
	if last != nil {
		now.series = last.series
		if last.report.Spec == spec {
			now.report, now.data = last.report, last.data
		}
		return now, nil
	}
	report, err := r.Quality(ctx, p.Namespace, p.Name)
	if err != nil || report == nil || report.Spec != spec {
		return now, err
	}
	now.report = *report
	return now, nil
}

// publish keeps the ConfigMap as the report says; while nothing moves, nothing is written.
func (r *Reconciler) publish(ctx context.Context, p *v1alpha1.ModerationPolicy, now *checked) error {
	if r.ReadOnly || now.report.At == 0 {
		return nil
	}
	m := apply.ConfigMap{Namespace: p.Namespace, Name: quality.MapName(p.Name), Kind: "quality", Owner: p}
	var err error
	if now.data == nil {
		if now.data, err = now.report.Encode(); err != nil {
			return err
		}
	}
	if len(now.data) <= readableBytes {
		m.Data = map[string]string{quality.Key: string(now.data)}
	} else {
		packed, err := sheet.Pack(now.data)
		if err != nil {
			return err
		}
		m.Binary = map[string][]byte{quality.Key + sheet.Gzip: packed}
	}
	_, err = apply.Overwrite(ctx, r.Client, apply.OwnerPolicy, m)
	return err
}

// dropChecks forgets the quality of a policy that declares none any more.
func (r *Reconciler) dropChecks(ctx context.Context, p *v1alpha1.ModerationPolicy) error {
	key := client.ObjectKeyFromObject(p)
	p.Status.Quality = nil
	conditions.For(&p.Status.CommonStatus, p.Generation, r.Now()).Clear(v1alpha1.ConditionQualityMeasured)
	if last := r.checksOf(key); last != nil && last.report.At == 0 {
		return nil
	}
	r.Metrics.ForgetChecks(key.Namespace, key.Name)
	var m corev1.ConfigMap
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: p.Namespace, Name: quality.MapName(p.Name)}, &m)
	if err == nil && m.Labels[apply.KindLabel] == "quality" && !r.ReadOnly {
		err = r.Client.Delete(ctx, &m, client.Preconditions{UID: &m.UID})
	}
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("delete the report of quality: %w", err)
	}
	r.checks.Store(key, &checked{})
	return nil
}

// forget is for a policy that is gone.
func (r *Reconciler) forget(key types.NamespacedName) {
	r.Facts.Policies.Drop(key)
	r.checks.Delete(key)
	r.Metrics.ForgetPolicy(key.Namespace, key.Name)
}
