package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/lint"
)

// over puts the objects of the files in the place of those in the cluster.
func (b *bundle) over(ctx context.Context, c *cluster) error {
	for _, o := range b.all() {
		if o.GetNamespace() == "" {
			o.SetNamespace(c.namespace)
		}
		if o.GetNamespace() != c.namespace {
			return fmt.Errorf("%s is of namespace %s, and the cluster is asked for %s: name it with -n, or leave the file out",
				o.GetName(), o.GetNamespace(), c.namespace)
		}
	}
	b.move(c.namespace)
	b.live, b.namespace = true, c.namespace
	var live lint.Lists
	for _, k := range live.Kinds() {
		err := c.client.List(ctx, k.List, client.InNamespace(c.namespace))
		if apierrors.IsForbidden(err) {
			b.forbidden = append(b.forbidden, k.Kind)
		} else if err != nil {
			return fmt.Errorf("list %ss: %w", k.Kind, err)
		}
	}
	now := metav1.NewTime(b.now)
	b.queues, b.policies = replaced(now, live.Queues.Items, b.queues), replaced(now, live.Policies.Items, b.policies)
	b.pools, b.teams = replaced(now, live.Pools.Items, b.pools), replaced(now, live.Teams.Items, b.teams)
	b.targets, b.sources = replaced(now, live.Targets.Items, b.targets), replaced(now, live.Sources.Items, b.sources)
	b.shared, b.overrides = replaced(now, live.ClusterSources.Items, b.shared), replaced(now, live.Overrides.Items, b.overrides)
	if err := b.regimes(ctx, c); err != nil {
		return err
	}
	return b.schedules(ctx, c)
}

// regimes reads those that users declare. Who may read no ConfigMaps has those that are shipped, and those of the files.
func (b *bundle) regimes(ctx context.Context, c *cluster) error {
	var all corev1.ConfigMapList
	err := c.client.List(ctx, &all, client.InNamespace(c.namespace), client.MatchingLabels{v1alpha1.RegimesLabel: "true"})
	switch {
	case apierrors.IsForbidden(err):
		b.forbidden = append(b.forbidden, lint.KindRegimes)
		return nil
	case err != nil:
		return fmt.Errorf("list ConfigMaps: %w", err)
	}
	b.maps = replaced(metav1.NewTime(b.now), all.Items, b.maps)
	return nil
}

// replaced are the objects of the cluster and those of files, which take the place of those with their names. A
// new one is younger than all that are there.
func replaced[T any, P interface {
	*T
	client.Object
}](now metav1.Time, live []T, files []P) []P {
	var out []P
	for i := range live {
		x := P(&live[i])
		if x.GetDeletionTimestamp() != nil {
			continue
		}
		mine := false
		for _, f := range files {
			if f.GetName() == x.GetName() {
				f.SetCreationTimestamp(x.GetCreationTimestamp())
				mine = true
			}
		}
		if !mine {
			out = append(out, x)
		}
	}
	for _, f := range files {
		if created := f.GetCreationTimestamp(); created.IsZero() {
			f.SetCreationTimestamp(now)
		}
		out = append(out, f)
	}
	return out
}

// schedules reads those that teams name. One that cannot be read is not known.
func (b *bundle) schedules(ctx context.Context, c *cluster) error {
	for _, t := range b.teams {
		ref := t.Spec.ScheduleRef
		if ref == nil || slices.ContainsFunc(b.maps, func(m *corev1.ConfigMap) bool { return m.Name == ref.Name }) {
			continue
		}
		var m corev1.ConfigMap
		err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: ref.Name}, &m)
		switch {
		case apierrors.IsNotFound(err) || apierrors.IsForbidden(err):
			continue
		case err != nil:
			return fmt.Errorf("read ConfigMap %s: %w", ref.Name, err)
		}
		b.maps = append(b.maps, &m)
	}
	return nil
}

// plural is the name of a kind's objects, for people.
func plural(kind string, n int) string {
	word := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(kind, "Moderation"), "Classifier"), "Review"))
	switch kind {
	case lint.KindTarget:
		word = "target"
	case lint.KindSource:
		word = "source"
	case lint.KindClusterSource:
		word = "cluster source"
	case lint.KindOverride:
		word = "override"
	}
	switch {
	case n == 1:
		return word
	case strings.HasSuffix(word, "y"):
		return strings.TrimSuffix(word, "y") + "ies"
	}
	return word + "s"
}
