package metrics

import "github.com/prometheus/client_golang/prometheus"

// checks are the labels of what quality checks found.
func checks() []string {
	return []string{"namespace", "policy", "label", "kind", "market", "language", "by", "revision"}
}

// policies makes the metrics of what quality checks found, and of relief.
func (b *builder) policies(m *Metrics) {
	relief := []string{"namespace", "target", "policy"}
	m.PolicyErrors = b.gauge("modcap_policy_error_ratio",
		"Share of decisions that are wrong, as the estimate of quality checks and the ends of its interval (bound lower, upper); the worst "+
			"200, and those of all markets, languages and revisions (all). Absent while it is not known.", append(checks(), "bound")...)
	m.PolicyChecks = b.gauge("modcap_policy_checks",
		"Quality checks of these decisions in the window: checked, wrong, and waiting, which do not count yet.",
		append(checks(), "state")...)
	m.ReliefActive = b.gauge("modcap_relief_active",
		"Steps of a policy's relief that give way, the last of them in part; 0 for none. Absent where none is declared.", relief...)
	m.ReliefBegun = b.gauge("modcap_relief_begun_timestamp_seconds",
		"When the relief in force began. Absent while nothing gives way.", relief...)
	m.ReliefExhausted = b.gauge("modcap_relief_exhausted",
		"1 while all that may give way does, or nothing of it would help, and people are late all the same. While numbers are missing it "+
			"stays as it was.", relief...)
	m.ReliefSpared = b.gauge("modcap_relief_spared_items_per_hour",
		"Items an hour that relief lets through and that people would have looked at.", relief...)
	m.ReliefLeaks = b.gauge("modcap_relief_leaks_per_day",
		"Items a day that relief lets through and that are expected to be violating, at most.", relief...)
	m.ReliefDeferred = b.gauge("modcap_relief_deferred_items_per_hour", "Items an hour that relief gives a later deadline.", relief...)
	m.ReliefSamples = b.gauge("modcap_relief_untaken_samples_per_hour", "Quality samples an hour that relief does not take.", relief...)
}

// ForgetPolicy drops the series of a policy.
func (m *Metrics) ForgetPolicy(namespace, name string) {
	m.forgetRollout(namespace, name)
	m.ForgetChecks(namespace, name)
	for _, g := range m.Relief() {
		g.DeletePartialMatch(prometheus.Labels{"namespace": namespace, "policy": name})
	}
}

// ForgetChecks drops what quality checks of a policy found.
func (m *Metrics) ForgetChecks(namespace, policy string) {
	l := prometheus.Labels{"namespace": namespace, "policy": policy}
	m.PolicyErrors.DeletePartialMatch(l)
	m.PolicyChecks.DeletePartialMatch(l)
}
