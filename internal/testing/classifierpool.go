package testing

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// PoolWrapper builds a ClassifierPool.
type PoolWrapper struct {
	meta[*PoolWrapper]
	pool modcapv1alpha1.ClassifierPool
}

// MakePool starts a pool of 1 to 10 replicas of the Deployment of the same name,
// 10 items a second each, ready after 30s.
func MakePool(name, namespace string) *PoolWrapper {
	w := &PoolWrapper{pool: modcapv1alpha1.ClassifierPool{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: modcapv1alpha1.ClassifierPoolSpec{
			ScaleTargetRef: modcapv1alpha1.ScaleTargetReference{APIVersion: "apps/v1", Kind: "Deployment", Name: name},
			Throughput:     modcapv1alpha1.Throughput{ItemsPerSecond: "10"},
			Startup:        modcapv1alpha1.Startup{Time: "30s"},
			Replicas:       modcapv1alpha1.ReplicaBounds{Min: 1, Max: 10},
			ScaleDown:      modcapv1alpha1.ScaleDown{Stabilization: "5m"},
			Mode:           modcapv1alpha1.ModeEnforce,
		},
	}}
	w.meta = meta[*PoolWrapper]{&w.pool.ObjectMeta, w}
	return w
}

// Target sets the workload that is scaled.
func (w *PoolWrapper) Target(apiVersion, kind, name string) *PoolWrapper {
	w.pool.Spec.ScaleTargetRef = modcapv1alpha1.ScaleTargetReference{APIVersion: apiVersion, Kind: kind, Name: name}
	return w
}

// Throughput sets the items a second of one ready replica.
func (w *PoolWrapper) Throughput(itemsPerSecond modcapv1alpha1.Decimal) *PoolWrapper {
	w.pool.Spec.Throughput.ItemsPerSecond = itemsPerSecond
	return w
}

// Startup sets the time from creating a pod until it is ready.
func (w *PoolWrapper) Startup(time modcapv1alpha1.Duration) *PoolWrapper {
	w.pool.Spec.Startup.Time = time
	return w
}

// Learn turns on the learning of throughput and startup.
func (w *PoolWrapper) Learn() *PoolWrapper {
	w.pool.Spec.Throughput.Learn = true
	w.pool.Spec.Startup.Learn = true
	return w
}

// Replicas sets the bounds.
func (w *PoolWrapper) Replicas(least, most int32) *PoolWrapper {
	w.pool.Spec.Replicas = modcapv1alpha1.ReplicaBounds{Min: least, Max: most}
	return w
}

// Schedule adds a schedule that moves the bounds.
func (w *PoolWrapper) Schedule(schedule modcapv1alpha1.BoundsSchedule) *PoolWrapper {
	w.pool.Spec.Schedules = append(w.pool.Spec.Schedules, schedule)
	return w
}

// MakeSchedule returns a daily schedule from start to end, UTC, with the bounds given.
func MakeSchedule(name string, start, end modcapv1alpha1.TimeOfDay, least, most int32) modcapv1alpha1.BoundsSchedule {
	return modcapv1alpha1.BoundsSchedule{
		Name: modcapv1alpha1.Word(name), TimeZone: "UTC", Start: start, End: end, Min: least, Max: most,
	}
}

// Stabilization sets how long a lower need must last.
func (w *PoolWrapper) Stabilization(time modcapv1alpha1.Duration) *PoolWrapper {
	w.pool.Spec.ScaleDown.Stabilization = time
	return w
}

// Drain has scale-downs wait for workers that are idle by the series inflight of the
// source, which has a row for each pod, and further labels if any are given.
func (w *PoolWrapper) Drain(
	source string, maxWait modcapv1alpha1.Duration, matchLabels ...map[string]modcapv1alpha1.LabelValue,
) *PoolWrapper {
	d := &modcapv1alpha1.Drain{
		InFlight: modcapv1alpha1.PodSeries{
			SourceRef: modcapv1alpha1.SourceReference{Kind: "MetricSource", Name: source}, Series: "inflight", PodLabel: "pod",
		},
		MaxWait: maxWait,
	}
	for _, labels := range matchLabels {
		d.InFlight.MatchLabels = labels
	}
	w.pool.Spec.ScaleDown.Drain = d
	return w
}

// Cost sets the price of a replica for an hour.
func (w *PoolWrapper) Cost(perReplicaHour modcapv1alpha1.Money, currency string) *PoolWrapper {
	w.pool.Spec.Cost = &modcapv1alpha1.PoolCost{PerReplicaHour: perReplicaHour, Currency: currency}
	return w
}

// FlapBudget sets the most scale-downs in an hour.
func (w *PoolWrapper) FlapBudget(perHour int32) *PoolWrapper {
	w.pool.Spec.FlapBudget = &modcapv1alpha1.FlapBudget{ScaleDownsPerHour: perHour}
	return w
}

// Mode sets Enforce or Recommend.
func (w *PoolWrapper) Mode(mode modcapv1alpha1.PoolMode) *PoolWrapper {
	w.pool.Spec.Mode = mode
	return w
}

// Obj returns a copy of the pool.
func (w *PoolWrapper) Obj() *modcapv1alpha1.ClassifierPool { return w.pool.DeepCopy() }
