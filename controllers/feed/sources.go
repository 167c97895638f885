package feed

import (
	"context"
	"fmt"
	"net/url"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/outcome"
)

// secretsEvery is how often Secrets are read again: they are neither cached nor
// watched, so that modcap needs no more than get on them.
const secretsEvery = time.Minute

// Problem is why a source cannot be read as declared.
type Problem struct{ Reason, Message string }

// Sources keeps the observer's sources as declared.
type Sources struct {
	// Reader reads Secrets from the API server.
	Reader   client.Reader
	Client   client.Client
	Observer *observe.Observer
	// Problems are told by source; the namespace of a ClusterMetricSource is empty.
	Problems *facts.Table[Problem]
	// Namespace is the operator's own, where Secrets of ClusterMetricSources are.
	Namespace string
}

// +kubebuilder:rbac:groups=modcap.dev,resources=metricsources;clustermetricsources,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get

// Reconcile brings one source of the observer to what is declared. A request
// without a namespace is a ClusterMetricSource.
func (s *Sources) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	key := observe.SourceKey{Namespace: req.Namespace, Name: req.Name}
	spec, generation, err := s.spec(ctx, req.NamespacedName)
	if apierrors.IsNotFound(err) {
		s.Observer.Forget(key)
		s.Problems.Drop(req.NamespacedName)
		return reconcile.Result{}, nil
	}
	if err != nil {
		return outcome.Transient(err).Result()
	}
	config, problem, err := s.config(ctx, req.NamespacedName, spec, generation)
	if err != nil {
		return outcome.Transient(err).Result()
	}
	if problem != nil {
		// What is read already goes on with what was known: a Secret that is being
		// replaced must not cost the histories.
		s.Problems.Put(req.NamespacedName, *problem)
		return outcome.Waiting(secretsEvery / 6).Result()
	}
	s.Problems.Drop(req.NamespacedName)
	s.Observer.Ensure(key, config)
	if usesSecrets(spec) {
		return outcome.Done(secretsEvery).Result()
	}
	return outcome.Done(0).Result()
}

func (s *Sources) spec(ctx context.Context, key types.NamespacedName) (v1alpha1.MetricSourceSpec, int64, error) {
	if key.Namespace == "" {
		var o v1alpha1.ClusterMetricSource
		err := s.Client.Get(ctx, key, &o)
		return o.Spec, o.Generation, err
	}
	var o v1alpha1.MetricSource
	err := s.Client.Get(ctx, key, &o)
	return o.Spec, o.Generation, err
}

// address parses a url; nil when it is none.
func address(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		return nil
	}
	return u
}

func usesSecrets(spec v1alpha1.MetricSourceSpec) bool {
	p := spec.Prometheus
	return p != nil && (p.Authorization != nil || (p.TLS != nil && p.TLS.CASecretRef != nil))
}

// config is the observer's view of a source. A problem is one that its owner can
// mend; an error is the API server's.
func (s *Sources) config(
	ctx context.Context, key types.NamespacedName, spec v1alpha1.MetricSourceSpec, generation int64,
) (observe.Config, *Problem, error) {
	c := observe.Config{
		Type: observe.Type(spec.Type), Generation: generation,
		Interval: length(spec.Interval), Timeout: length(spec.Timeout),
	}
	for _, d := range spec.Series {
		c.Series = append(c.Series, series(d))
	}
	p := spec.Prometheus
	if p == nil {
		return c, nil, nil
	}
	if c.URL = address(p.URL); c.URL == nil {
		return c, &Problem{v1alpha1.ReasonInvalidSpec, "spec.prometheus.url cannot be read as an address"}, nil
	}
	if p.TLS != nil {
		c.ServerName = p.TLS.ServerName
	}
	for _, ref := range []struct {
		secret *v1alpha1.SecretKeyReference
		use    func([]byte)
	}{
		{tokenRef(p), func(b []byte) { c.BearerToken = string(b) }},
		{caRef(p), func(b []byte) { c.CA = b }},
	} {
		if ref.secret == nil {
			continue
		}
		value, problem, err := s.secret(ctx, key.Namespace, *ref.secret)
		if err != nil || problem != nil {
			return c, problem, err
		}
		ref.use(value)
	}
	return c, nil, nil
}

func tokenRef(p *v1alpha1.PrometheusConnection) *v1alpha1.SecretKeyReference {
	if p.Authorization == nil {
		return nil
	}
	return &p.Authorization.SecretRef
}

func caRef(p *v1alpha1.PrometheusConnection) *v1alpha1.SecretKeyReference {
	if p.TLS == nil {
		return nil
	}
	return p.TLS.CASecretRef
}

func (s *Sources) secret(ctx context.Context, namespace string, ref v1alpha1.SecretKeyReference) ([]byte, *Problem, error) {
	if namespace == "" {
		namespace = s.Namespace
	}
	var secret corev1.Secret
	err := s.Reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: ref.Name}, &secret)
	if apierrors.IsNotFound(err) {
		return nil, &Problem{v1alpha1.ReasonSecretNotFound, fmt.Sprintf("Secret %s does not exist in namespace %s", ref.Name, namespace)}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read secret: %w", err)
	}
	value, ok := secret.Data[ref.Key]
	if !ok || len(value) == 0 {
		return nil, &Problem{v1alpha1.ReasonSecretNotFound, fmt.Sprintf("Secret %s has no key %s", ref.Name, ref.Key)}, nil
	}
	return value, nil, nil
}

func series(d v1alpha1.MetricSeries) observe.Series {
	out := observe.Series{
		Name: string(d.Name), Query: d.Query, Metric: d.Metric, RowLabels: d.RowLabels,
		Type: observe.SeriesType(d.Type), MaxAge: length(d.MaxAge), EmptyZero: d.EmptyAs == v1alpha1.EmptyZero,
	}
	if d.By != nil {
		out.Language, out.HarmDomain = d.By.Language, d.By.HarmDomain
	}
	return out
}

// length is a declared duration; 0, for the observer's default, when it is unset.
func length(d v1alpha1.Duration) time.Duration {
	v, err := d.Parse()
	if err != nil {
		return 0
	}
	return v
}
