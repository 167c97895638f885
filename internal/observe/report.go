package observe

import (
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// logPause is the least time between two log lines about one source.
const logPause = time.Minute

// transitions is what was last logged of a source.
type transitions struct {
	cause  sample.Cause
	series string
	status int
	at     sample.Instant
}

// report logs when a source begins to fail, fails in another way, or answers
// again, at most once a minute.
func (s *source) report(out outcome) {
	now := s.now()
	state := transitions{at: now}
	if out.worst != nil {
		state.cause, state.series, state.status = out.worst.cause, out.series, out.worst.status
	}
	last := s.logs
	if state.cause == last.cause && state.status == last.status {
		return
	}
	if last.at != 0 && now.Since(last.at) < sample.SpanOf(logPause) {
		return
	}
	s.logs = state
	log := s.o.opts.Logger.WithValues("source", s.key.String())
	if out.worst == nil {
		log.Info("Metric source answers again")
		return
	}
	log.Info("Metric source does not answer", "series", out.series, "cause", string(out.worst.cause),
		"status", out.worst.status, "errorType", out.worst.errorType, "detail", out.worst.detail,
		"answered", out.answered)
}
