package observe

import "time"

// Interval is how often the source is read; 0 for a nil Snapshot.
func (s *Snapshot) Interval() time.Duration {
	if s == nil {
		return 0
	}
	return s.pace.interval.Duration()
}

// Split says by which class labels a declared series is split.
func (s *Snapshot) Split(series string) (language, harmDomain bool) {
	if s == nil || s.series[series] == nil {
		return false, false
	}
	def := s.series[series].def
	return def.Language != "", def.HarmDomain != ""
}
