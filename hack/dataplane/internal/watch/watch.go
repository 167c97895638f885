package watch

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// Cluster is one namespace of a cluster, kept up to date.
type Cluster struct {
	reader client.Reader
	pools  map[string]labels.Selector
	// changed is set when a pod has come, gone or changed.
	changed atomic.Bool
	workers map[string]platform.Workers
	heads   map[string]float64
	headsAt time.Time
}

// Start begins to watch and returns when everything has been seen once. Pools are
// the labels of their pods by name.
func Start(ctx context.Context, config *rest.Config, namespace string, pools map[string]map[string]string) (*Cluster, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("set up scheme: %w", err)
		}
	}
	informers, err := cache.New(config, cache.Options{
		Scheme: scheme, DefaultNamespaces: map[string]cache.Config{namespace: {}},
		DefaultTransform: cache.TransformStripManagedFields(),
	})
	if err != nil {
		return nil, fmt.Errorf("set up informers: %w", err)
	}
	c := newCluster(informers, pools)
	pods, err := informers.GetInformer(ctx, &corev1.Pod{}, cache.BlockUntilSynced(false))
	if err != nil {
		return nil, fmt.Errorf("watch pods: %w", err)
	}
	note := func(any) { c.changed.Store(true) }
	if _, err := pods.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc: note, UpdateFunc: func(_, now any) { note(now) }, DeleteFunc: note,
	}); err != nil {
		return nil, fmt.Errorf("watch pods: %w", err)
	}
	for _, kind := range []client.Object{&v1alpha1.ModerationQueue{}, &v1alpha1.ReviewTeam{}} {
		if _, err := informers.GetInformer(ctx, kind, cache.BlockUntilSynced(false)); err != nil {
			return nil, fmt.Errorf("watch %T: %w", kind, err)
		}
	}
	go func() { _ = informers.Start(ctx) }() // it ends with the context
	if !informers.WaitForCacheSync(ctx) {
		return nil, fmt.Errorf("watch namespace %s: %w", namespace, context.Cause(ctx))
	}
	return c, nil
}

func newCluster(reader client.Reader, pools map[string]map[string]string) *Cluster {
	c := &Cluster{reader: reader, pools: map[string]labels.Selector{}}
	for name, of := range pools {
		c.pools[name] = labels.SelectorFromSet(of)
	}
	c.changed.Store(true)
	return c
}

// Queues are the ModerationQueues as they are now.
func (c *Cluster) Queues(ctx context.Context) ([]v1alpha1.ModerationQueue, error) {
	var list v1alpha1.ModerationQueueList
	if err := c.reader.List(ctx, &list); err != nil {
		return nil, fmt.Errorf("list queues: %w", err)
	}
	return list.Items, nil
}

// Workers by pool. The map is shared: do not modify. Not for concurrent use.
func (c *Cluster) Workers(ctx context.Context) (map[string]platform.Workers, error) {
	if !c.changed.Swap(false) {
		return c.workers, nil
	}
	now := map[string]platform.Workers{}
	for name, selector := range c.pools {
		var pods corev1.PodList
		if err := c.reader.List(ctx, &pods, client.MatchingLabelsSelector{Selector: selector}, client.UnsafeDisableDeepCopy); err != nil {
			c.changed.Store(true)
			return c.workers, fmt.Errorf("list pods of pool %s: %w", name, err)
		}
		now[name] = count(pods.Items)
	}
	c.workers = now
	return now, nil
}

// count pods. One that has no node yet costs nothing; one that is asked to stop
// takes no new work and costs until it is gone.
func count(pods []corev1.Pod) (w platform.Workers) {
	for i := range pods {
		p := &pods[i]
		if p.Spec.NodeName == "" || p.Status.Phase == corev1.PodFailed || p.Status.Phase == corev1.PodSucceeded {
			continue
		}
		w.Existing++
		if p.DeletionTimestamp == nil && ready(p) {
			w.Ready++
		}
	}
	return w
}

func ready(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}
