package quality

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// judge says which cohorts count: those of the window that are over, and whose checks have come
// back or have had the time to. One whose sums fell since they were seen does not.
func (m *measure) judge() {
	m.remember()
	m.counts = map[sample.Instant]bool{}
	var sampled, labelled int64
	for i := range m.seen {
		s := &m.seen[i]
		if s.Fell {
			m.problem(CountersFell, "")
			continue
		}
		if m.mature(s) {
			m.counts[s.Cohort], m.until = true, max(m.until, s.Cohort.Add(m.in.Terms.Cohort))
			sampled, labelled = sampled+s.Sampled, labelled+min(s.Labelled, s.Sampled)
		}
	}
	switch {
	case m.until == 0 || sampled == 0: // nothing is known of what nobody checked
		m.problem(NothingMatured, "")
	case float64(sampled-labelled) > mostLate*float64(sampled):
		m.problem(LabelsLate, "")
	}
}

// mature is whether a cohort is over, and its checks have come back or are old.
func (m *measure) mature(s *Seen) bool {
	end := s.Cohort.Add(m.in.Terms.Cohort)
	return end <= m.in.Now && (m.in.Now.Since(end) > m.in.Terms.Delay || s.Labelled*100 >= s.Sampled*matureShare)
}

// remember puts what was seen before beside what is seen now, and keeps the cohorts of the window.
func (m *measure) remember() {
	for _, b := range m.in.Before {
		i := slices.IndexFunc(m.seen, func(s Seen) bool { return s.Cohort == b.Cohort })
		if i < 0 {
			i, m.seen = len(m.seen), append(m.seen, Seen{Cohort: b.Cohort})
		}
		s := &m.seen[i]
		s.Fell = b.Fell || s.Sampled < b.Sampled || s.Labelled < b.Labelled || s.Wrong < b.Wrong
		s.Sampled, s.Labelled, s.Wrong = max(s.Sampled, b.Sampled), max(s.Labelled, b.Labelled), max(s.Wrong, b.Wrong)
	}
	first := m.in.Now.Add(-m.in.Terms.Window)
	m.seen = slices.DeleteFunc(m.seen, func(s Seen) bool { return s.Cohort < first || s.Cohort > m.in.Now })
	slices.SortFunc(m.seen, func(a, b Seen) int { return cmp.Compare(a.Cohort, b.Cohort) })
}
