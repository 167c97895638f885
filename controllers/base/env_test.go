package base

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// indexes notes what is registered, as a cache would.
type indexes struct {
	keys map[string]client.IndexerFunc
	fail string
}

func (i *indexes) IndexField(_ context.Context, _ client.Object, field string, keys client.IndexerFunc) error {
	if field == i.fail {
		return errors.New("refused")
	}
	i.keys[field] = keys
	return nil
}

func TestIndex(t *testing.T) {
	idx := &indexes{keys: map[string]client.IndexerFunc{}}
	if err := Index(t.Context(), idx); err != nil {
		t.Fatal(err)
	}
	people := modtest.MakeQueue("reports", "ns").NoClassification().Review(modtest.MakeReview("all").Source("ClusterMetricSource", "global")).Obj()
	several := modtest.MakeQueue("live", "ns").Pool("big").Policy("community").Source("", "prom").
		Review(modtest.MakeReview("hate").Source("ClusterMetricSource", "global")).Review(modtest.MakeReview("rest").Source("MetricSource", "prom")).Obj()
	for name, c := range map[string]struct {
		field string
		of    client.Object
		want  []string
	}{
		"the pool of a queue":          {IndexPool, several, []string{"big"}},
		"a queue without machines":     {IndexPool, people, nil},
		"the policy of a queue":        {IndexPolicy, several, []string{"community"}},
		"a queue without policy":       {IndexPolicy, people, nil},
		"the sources of a queue, once": {IndexSource, several, []string{"ClusterMetricSource/global", "MetricSource/prom"}},
		"the source of a stream":       {IndexSource, people, []string{"ClusterMetricSource/global"}},
		"the pool of an override":      {IndexOverridePool, modtest.MakeOverride("o", "ns").Pool("big").Obj(), []string{"big"}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, idx.keys[c.field](c.of)); d != "" {
				t.Errorf("keys (-want +got):\n%s", d)
			}
		})
	}
}

func TestIndexSaysWhichFailed(t *testing.T) {
	err := Index(t.Context(), &indexes{keys: map[string]client.IndexerFunc{}, fail: IndexSource})
	if err == nil || err.Error() != "index metrics.sourceRef: refused" {
		t.Errorf("error is %v", err)
	}
}

func TestQueuesOfPool(t *testing.T) {
	scheme, err := modtest.Scheme()
	if err != nil {
		t.Fatal(err)
	}
	b := fake.NewClientBuilder().WithScheme(scheme).WithObjects(
		modtest.MakeQueue("b", "ns").Pool("big").Obj(), modtest.MakeQueue("a", "ns").Pool("big").Obj(), modtest.MakeQueue("c", "ns").Pool("small").Obj(),
		modtest.MakeQueue("d", "elsewhere").Pool("big").Obj(),
	)
	idx := &indexes{keys: map[string]client.IndexerFunc{}}
	if err := Index(t.Context(), idx); err != nil {
		t.Fatal(err)
	}
	env := &Env{Client: shuffled{b.WithIndex(&v1alpha1.ModerationQueue{}, IndexPool, idx.keys[IndexPool]).Build()}, Clock: clocktesting.NewFakePassiveClock(now)}
	queues, err := env.QueuesOfPool(t.Context(), types.NamespacedName{Namespace: "ns", Name: "big"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, q := range queues {
		names = append(names, q.Name)
	}
	if d := cmp.Diff([]string{"a", "b"}, names); d != "" {
		t.Errorf("queues (-want +got):\n%s", d)
	}
	if !env.Now().Equal(now) {
		t.Errorf("now is %v by the clock of %v", env.Now(), now)
	}
}

// shuffled lists backwards: a cache lists in no order.
type shuffled struct{ client.Client }

func (s shuffled) List(ctx context.Context, list client.ObjectList, opts ...client.ListOption) error {
	err := s.Client.List(ctx, list, opts...)
	if q, ok := list.(*v1alpha1.ModerationQueueList); ok {
		for i, j := 0, len(q.Items)-1; i < j; i, j = i+1, j-1 {
			q.Items[i], q.Items[j] = q.Items[j], q.Items[i]
		}
	}
	return err
}
