package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/hack/demo/internal/check"
)

// recorder looks at the cluster twice a second and keeps what it saw.
type recorder struct {
	reader client.Reader
	begin  time.Time
	cancel context.CancelFunc
	done   chan struct{}

	mu   sync.Mutex
	seen check.Timeline
}

// lookEvery is how often the recorder looks.
const lookEvery = 500 * time.Millisecond

func record(ctx context.Context, reader client.Reader, begin time.Time) *recorder {
	ctx, cancel := context.WithCancel(ctx)
	r := &recorder{reader: reader, begin: begin, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		for {
			r.look(ctx)
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	}()
	return r
}

func (r *recorder) stop() {
	r.cancel()
	<-r.done
}

func (r *recorder) timeline() check.Timeline {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[:len(r.seen):len(r.seen)]
}

// look adds a snapshot; one that cannot be had is left out.
func (r *recorder) look(ctx context.Context) {
	var pools v1alpha1.ClassifierPoolList
	var queues v1alpha1.ModerationQueueList
	var workloads appsv1.DeploymentList
	var policies v1alpha1.ModerationPolicyList
	var targets v1alpha1.StaffingTargetList
	for _, list := range []client.ObjectList{&pools, &queues, &workloads, &policies, &targets} {
		if err := r.reader.List(ctx, list, client.InNamespace(namespace)); err != nil {
			return
		}
	}
	replicas := map[string]int32{}
	for _, w := range workloads.Items {
		if w.Spec.Replicas != nil {
			replicas[w.Name] = *w.Spec.Replicas
		}
	}
	index, givesWay, err := r.routing(ctx)
	if err != nil {
		return
	}
	s := check.Snapshot{
		At: time.Since(r.begin), Index: index, GivesWay: givesWay, Relief: map[string]check.Condition{},
		Pools: map[string]check.Pool{}, Queues: map[string]check.Object{}, Policies: map[string]check.Policy{},
	}
	for _, t := range targets.Items {
		s.Relief[t.Name] = condition(t.Status.Conditions, v1alpha1.ConditionReliefActive)
	}
	for _, p := range pools.Items {
		s.Pools[p.Name] = check.Pool{Object: object(p.Status.Conditions), Replicas: replicas[p.Spec.ScaleTargetRef.Name]}
	}
	for _, q := range queues.Items {
		s.Queues[q.Name] = object(q.Status.Conditions)
	}
	for i := range policies.Items {
		s.Policies[policies.Items[i].Name] = rolloutOf(&policies.Items[i])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, s)
}

func rolloutOf(p *v1alpha1.ModerationPolicy) (out check.Policy) {
	if s := p.Status.Rollout; s != nil {
		out.Phase, out.Step = string(s.Phase), s.Step
	}
	if c := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionRolloutProgressing); c != nil {
		out.Reason = c.Reason
	}
	return out
}

// routing is a hash of what routers decide by, and the steps of relief in force as they are told them.
func (r *recorder) routing(ctx context.Context) (index string, givesWay []string, err error) {
	published, err := routed(ctx, r.reader, v1.RoleIndex)
	if err != nil {
		return "", nil, err
	}
	givesWay, err = r.givesWay(ctx)
	return check.Hash(published), givesWay, err
}

// routed are the bytes of the ConfigMaps for routers of a role, by name.
func routed(ctx context.Context, reader client.Reader, role string) (map[string]string, error) {
	var list corev1.ConfigMapList
	if err := reader.List(ctx, &list, client.InNamespace(namespace), client.MatchingLabels{v1.RoleLabel: role}); err != nil {
		return nil, fmt.Errorf("list ConfigMaps for routers: %w", err)
	}
	out := map[string]string{}
	for i := range list.Items {
		for _, text := range list.Items[i].Data {
			out[list.Items[i].Name] += text
		}
	}
	return out, nil
}

// givesWay are the steps of relief in the weights.
func (r *recorder) givesWay(ctx context.Context) (steps []string, err error) {
	published, err := routed(ctx, r.reader, v1.RoleWeights)
	for name, text := range published {
		var w v1.Weights
		if err := yaml.Unmarshal([]byte(text), &w); err != nil {
			return nil, fmt.Errorf("read weights %s: %w", name, err)
		}
		for _, one := range w.Relief {
			steps = append(steps, one.Step)
		}
	}
	slices.Sort(steps)
	return slices.Compact(steps), err
}

func object(conditions []metav1.Condition) check.Object {
	return check.Object{
		Ready: condition(conditions, v1alpha1.ConditionReady), Fresh: condition(conditions, v1alpha1.ConditionMetricsFresh),
	}
}

func condition(all []metav1.Condition, kind string) check.Condition {
	c := meta.FindStatusCondition(all, kind)
	if c == nil {
		return check.Condition{}
	}
	return check.Condition{Status: string(c.Status), Reason: c.Reason}
}
