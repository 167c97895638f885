package pool

import "github.com/modcap/modcap/api/v1alpha1"

// setCost shows what the replicas that are asked for cost in an hour, ready or not:
// that is what is paid. It is no counter of what was paid, which an operator that is
// restarted, or not the leader, does not see; Prometheus adds it up over time.
func (r *Reconciler) setCost(pool *v1alpha1.ClassifierPool, replicas int32) {
	if c := pool.Spec.Cost; c != nil {
		if micro, err := c.PerReplicaHour.Micro(); err == nil { // CheckPool says what is wrong
			r.Metrics.PoolCost.WithLabelValues(pool.Namespace, pool.Name).Set(float64(replicas) * float64(micro) / 1e6)
			return
		}
	}
	r.Metrics.PoolCost.DeleteLabelValues(pool.Namespace, pool.Name)
}
