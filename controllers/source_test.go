package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/feed"
	"github.com/modcap/modcap/controllers/source"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

// sourceWorld is a world with a source of two series, whose health the test sets.
type sourceWorld struct {
	*world
	source *v1alpha1.MetricSource
	health *observe.SourceHealth // nil: the observer knows no such source yet
	feed   *feed.Sources
	r      *source.Reconciler[*v1alpha1.MetricSource]
}

func newSourceWorld(changes ...func(*modtest.SourceWrapper)) *sourceWorld {
	GinkgoHelper()
	w := &sourceWorld{world: newWorld()}
	s := modtest.MakeSource("prom", w.ns).Series(
		modtest.MakeSeries("backlog", v1alpha1.GaugeSeries, "backlog"), modtest.MakeSeries("arrivals", v1alpha1.CounterSeries, "arrivals_total"))
	for _, change := range changes {
		change(s)
	}
	w.source = s.Obj()
	w.create(w.source)
	problems := facts.NewTable[feed.Problem](nil)
	w.feed = w.feeding(problems)
	w.r = &source.Reconciler[*v1alpha1.MetricSource]{
		Env: w.Env, Problems: problems, Kind: "MetricSource",
		Health: func(observe.SourceKey, sample.Instant) (observe.SourceHealth, bool) {
			if w.health == nil {
				return observe.SourceHealth{}, false
			}
			return *w.health, true
		},
		New: func() *v1alpha1.MetricSource { return &v1alpha1.MetricSource{} },
		Parts: func(o *v1alpha1.MetricSource) (*v1alpha1.MetricSourceSpec, *v1alpha1.MetricSourceStatus) {
			return &o.Spec, &o.Status
		},
	}
	return w
}

// feeding is the reconciler that reads Secrets and tells an observer, which does not run.
func (w *world) feeding(problems *facts.Table[feed.Problem]) *feed.Sources {
	return &feed.Sources{
		Reader: w.direct, Client: w.direct, Observer: observe.New(observe.Options{Clock: w.clock}), Problems: problems, Namespace: w.ns,
	}
}

func (w *sourceWorld) run() {
	GinkgoHelper()
	run(w.r, w.source)
}

// answers is a health in which both series are of one quality.
func (w *sourceWorld) answers(q sample.Quality, c sample.Cause) {
	w.health = &observe.SourceHealth{Generation: w.source.Generation}
	for _, name := range []string{"backlog", "arrivals"} {
		w.health.Series = append(w.health.Series, observe.SeriesHealth{Name: name, Quality: q, Cause: c, Rows: 3})
	}
	if q == sample.Fresh {
		w.health.Answering = 2
	} else {
		w.health.FailingSince = sample.At(start)
	}
}

var _ = Describe("A MetricSource", func() {
	It("is reconciling until the first answer, then ready, and quiet", func() {
		w := newSourceWorld()
		w.run()
		expect(w.source, "Ready", isUnknown, v1alpha1.ReasonProgressing)
		expect(w.source, "Reconciling", isTrue, v1alpha1.ReasonProgressing)
		w.answers(sample.Absent, sample.CauseNotReadYet)
		w.run()
		expect(w.source, "Reconciling", isTrue, v1alpha1.ReasonProgressing)
		w.answers(sample.Fresh, sample.CauseNone)
		w.run()
		expect(w.source, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		expect(w.source, "MetricsFresh", isTrue, v1alpha1.ReasonFresh)
		expectNone(w.source, "Reconciling")
		Expect(w.source.Status.Summary.Answering).To(Equal("2/2"))
		Expect(w.source.Status.Series).To(HaveLen(2))
		Expect(w.metric("modcap_source_up")).To(Equal([]float64{1, 1}))
		w.expectQuiet(w.run)
	})

	DescribeTable("that gives no usable answer says why, and recovers",
		func(cause sample.Cause, words string) {
			w := newSourceWorld()
			w.answers(sample.Fresh, sample.CauseNone)
			w.run()
			w.direct.Writes()
			w.answers(sample.Stale, cause)
			w.run()
			expect(w.source, "Ready", isFalse, v1alpha1.ReasonUnreachable, "https://prometheus.example:9090", words)
			expect(w.source, "MetricsFresh", isFalse, string(cause))
			Expect(w.source.Status.Summary.Answering).To(Equal("0/2"))
			Expect(w.source.Status.Summary.FailingSince.Time).To(BeTemporally("==", start))
			Expect(w.direct.Writes()).To(HaveLen(1), "at once")
			w.expectQuiet(w.run)
			w.answers(sample.Fresh, sample.CauseNone)
			w.run()
			expect(w.source, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(w.source.Status.Summary.FailingSince).To(BeNil())
		},
		Entry(nil, sample.CauseUnreachable, "connection is refused"),
		Entry(nil, sample.CauseTimeout, "no answer in time"),
		Entry(nil, sample.CauseTLS, "certificate"),
		Entry(nil, sample.CauseUnauthorized, "401 or 403"),
		Entry(nil, sample.CauseForbiddenTarget, "--allow-source-cidrs"),
		Entry(nil, sample.CauseHTTPStatus, "HTTP error"),
		Entry(nil, sample.CauseBadAnswer, "not what was asked for"),
		Entry(nil, sample.CausePartialData, "warnings"),
	)

	It("is ready while some series answer, and names one that does not", func() {
		w := newSourceWorld()
		w.answers(sample.Fresh, sample.CauseNone)
		w.health.Answering, w.health.Series[1].Quality, w.health.Series[1].Cause = 1, sample.Absent, sample.CauseNoRow
		w.run()
		expect(w.source, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		expect(w.source, "MetricsFresh", isFalse, string(sample.CauseNoRow), "arrivals", "no row")
		Expect(w.source.Status.Summary.Answering).To(Equal("1/2"))
	})

	It("keeps its status, and the generation it answers, until the new spec has been read", func() {
		w := newSourceWorld()
		w.answers(sample.Fresh, sample.CauseNone)
		w.run()
		edit(w.source, func(s *v1alpha1.MetricSource) { s.Spec.Interval = "10s" })
		w.direct.Writes()
		_, err := w.r.Reconcile(ctx, requestFor(w.source))
		Expect(err).NotTo(HaveOccurred())
		Expect(w.direct.Writes()).To(BeEmpty())
		refresh(w.source)
		Expect(w.source.Status.ObservedGeneration).To(Equal(w.source.Generation - 1))
		w.answers(sample.Fresh, sample.CauseNone)
		w.run()
		Expect(w.direct.Writes()).To(HaveLen(1))
	})

	It("writes nothing because of a restart", func() {
		w := newSourceWorld()
		w.answers(sample.Fresh, sample.CauseNone)
		w.run()
		w.restart()
		w.r.Env = w.Env
		w.direct.Writes()
		for _, q := range []sample.Quality{sample.Absent, sample.Fresh} {
			w.answers(q, map[sample.Quality]sample.Cause{sample.Absent: sample.CauseNotReadYet}[q])
			w.run()
		}
		Expect(w.direct.Writes()).To(BeEmpty())
	})

	It("names the Secret or the key that is missing, goes on by itself, and never quotes it", func() {
		w := newSourceWorld(func(s *modtest.SourceWrapper) { s.BearerToken("token", "value") })
		feedOnce := func() time.Duration {
			GinkgoHelper()
			result, err := w.feed.Reconcile(ctx, requestFor(w.source))
			Expect(err).NotTo(HaveOccurred())
			w.run()
			return result.RequeueAfter
		}
		Expect(feedOnce()).To(BeNumerically("<=", 10*time.Second), "it looks again soon: Secrets are not watched")
		expect(w.source, "Ready", isFalse, v1alpha1.ReasonSecretNotFound, "Secret token", w.ns)
		expect(w.source, "MetricsFresh", isFalse, v1alpha1.ReasonSecretNotFound)
		expectNone(w.source, "Stalled")

		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: "token"}, StringData: map[string]string{"other": "s3cr3t"}}
		w.create(secret)
		feedOnce()
		expect(w.source, "Ready", isFalse, v1alpha1.ReasonSecretNotFound, "Secret token", "key value")

		edit(secret, func(s *corev1.Secret) { s.StringData = map[string]string{"value": "s3cr3t"} })
		w.answers(sample.Fresh, sample.CauseNone)
		feedOnce()
		expect(w.source, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.source.Status.Conditions).NotTo(ContainElement(HaveField("Message", ContainSubstring("s3cr3t"))))
	})

	It("forgets a series that is no longer declared", func() {
		w := newSourceWorld()
		w.answers(sample.Fresh, sample.CauseNone)
		w.run()
		w.health.Series[1] = observe.SeriesHealth{Name: "depth", Quality: sample.Stale, Cause: sample.CauseHTTPStatus}
		w.run()
		Expect(w.metric("modcap_source_up")).To(ConsistOf(1.0, 0.0))
	})

	It("forgets its series when it goes", func() {
		w := newSourceWorld()
		w.answers(sample.Fresh, sample.CauseNone)
		w.run()
		_, err := w.feed.Reconcile(ctx, requestFor(w.source))
		Expect(err).NotTo(HaveOccurred())
		key := observe.SourceKey{Namespace: w.ns, Name: "prom"}
		Expect(w.feed.Observer.Snapshot(key)).NotTo(BeNil())
		remove(w.source)
		_, err = w.feed.Reconcile(ctx, requestFor(w.source))
		Expect(err).NotTo(HaveOccurred())
		Expect(w.feed.Observer.Snapshot(key)).To(BeNil())
		_, err = w.r.Reconcile(ctx, requestFor(w.source))
		Expect(err).NotTo(HaveOccurred())
		Expect(w.metric("modcap_source_up")).To(BeEmpty())
	})
})

var _ = Describe("A ClusterMetricSource", func() {
	It("has its Secrets in the operator's namespace", func() {
		w := newWorld()
		s := modtest.MakeSource("shared-with-secret", "").BearerToken("token", "value").ClusterObj()
		w.create(s)
		DeferCleanup(func() { remove(s) })
		problems := facts.NewTable[feed.Problem](nil)
		f := w.feeding(problems)
		r := &source.Reconciler[*v1alpha1.ClusterMetricSource]{
			Env: w.Env, Problems: problems, Kind: "ClusterMetricSource",
			Health: func(observe.SourceKey, sample.Instant) (observe.SourceHealth, bool) {
				return observe.SourceHealth{}, false
			},
			New: func() *v1alpha1.ClusterMetricSource { return &v1alpha1.ClusterMetricSource{} },
			Parts: func(o *v1alpha1.ClusterMetricSource) (*v1alpha1.MetricSourceSpec, *v1alpha1.MetricSourceStatus) {
				return &o.Spec, &o.Status
			},
		}
		_, err := f.Reconcile(ctx, requestFor(s))
		Expect(err).NotTo(HaveOccurred())
		run(r, s)
		expect(s, "Ready", isFalse, v1alpha1.ReasonSecretNotFound, "Secret token", w.ns)
		w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: "token"}, StringData: map[string]string{"value": "x"}})
		_, err = f.Reconcile(ctx, requestFor(s))
		Expect(err).NotTo(HaveOccurred())
		_, problem := problems.Get(client.ObjectKeyFromObject(s))
		Expect(problem).To(BeFalse())
		Expect(f.Observer.Snapshot(observe.SourceKey{Name: s.Name})).NotTo(BeNil())
	})
})
