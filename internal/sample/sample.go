package sample

// Quality says how far a Sample may be trusted. The order is meaningful: the
// worst of several is the smallest.
type Quality uint8

const (
	// Absent means that there is no value: never asked for, never answered, or
	// answered with nothing. It is the zero value: absent is not zero.
	Absent Quality = iota
	// Implausible means that a value came which cannot be true: NaN, negative,
	// two rows for one key, or an answer with partial-data warnings.
	Implausible
	// Stale means that the value was true once, and is older than its maxAge.
	Stale
	// Fresh means that the value may be acted on in both directions.
	Fresh
)

var qualityNames = [...]string{"Absent", "Implausible", "Stale", "Fresh"}

// String is the word used in conditions and explanations.
func (q Quality) String() string {
	if int(q) >= len(qualityNames) {
		return qualityNames[Absent]
	}
	return qualityNames[q]
}

// Cause says why a Sample is not Fresh. It is a code, stable across releases,
// and is used as the reason of the MetricsFresh condition.
type Cause string

// Causes of a quality below Fresh. The empty cause goes with Fresh.
const (
	CauseNone            Cause = ""
	CauseNotDeclared     Cause = "NotDeclared"     // the queue names no such series
	CauseNotReadYet      Cause = "NotReadYet"      // started, no answer so far
	CauseNoRow           Cause = "NoRow"           // answered, without a row for this key
	CauseTooOld          Cause = "TooOld"          // newest sample older than maxAge
	CauseNotANumber      Cause = "NotANumber"      // NaN or infinite
	CauseNegative        Cause = "Negative"        // below zero
	CauseOutOfRange      Cause = "OutOfRange"      // beyond MaxMilli, or a time in the future
	CauseDuplicateRows   Cause = "DuplicateRows"   // two rows for one key
	CauseUnknownClass    Cause = "UnknownClass"    // a row for a class the queue does not list
	CausePartialData     Cause = "PartialData"     // the source answered with warnings
	CauseBadAnswer       Cause = "BadAnswer"       // not JSON, wrong type, query error
	CauseHTTPStatus      Cause = "HTTPStatus"      // an HTTP status other than 200
	CauseTimeout         Cause = "Timeout"         // no answer within the timeout
	CauseTLS             Cause = "TLS"             // certificate or handshake refused
	CauseUnreachable     Cause = "Unreachable"     // connection refused, name not found
	CauseUnauthorized    Cause = "Unauthorized"    // 401 or 403
	CauseRedirected      Cause = "Redirected"      // an HTTP redirect, which is never followed
	CauseTooLarge        Cause = "TooLarge"        // more bytes, rows or classes than modcap reads
	CauseBadSelector     Cause = "BadSelector"     // the row cannot be written as a label selector
	CauseForbiddenTarget Cause = "ForbiddenTarget" // the address is one modcap refuses to dial
	CauseSourceMissing   Cause = "SourceMissing"   // the MetricSource does not exist
	CauseUnknownSeries   Cause = "UnknownSeries"   // the MetricSource has no series of that name
)

// Sample is one observed number: the value, when it was true at the source,
// and how far it may be trusted. The zero Sample is Absent. Value is the last
// known one when Quality is Stale, and 0 when Absent.
type Sample struct {
	Value   Milli   `json:"value"`
	At      Instant `json:"at"`
	Quality Quality `json:"quality"`
	Cause   Cause   `json:"cause,omitempty"`
}

// FreshAt makes a Fresh sample.
func FreshAt(v Milli, at Instant) Sample { return Sample{Value: v, At: at, Quality: Fresh} }

// Missing makes an Absent sample with its cause.
func Missing(c Cause) Sample { return Sample{Cause: c} }

// Fresh reports whether the sample may be acted on in both directions.
func (s Sample) Fresh() bool { return s.Quality == Fresh }

// Aged is s as seen at now: a Fresh sample older than maxAge becomes Stale, one
// from more than maxAge in the future Implausible. maxAge ≤ 0 means no limit.
func (s Sample) Aged(now Instant, maxAge Span) Sample {
	if s.Quality != Fresh || maxAge <= 0 {
		return s
	}
	switch age := now.Since(s.At); {
	case age > maxAge:
		s.Quality, s.Cause = Stale, CauseTooOld
	case age < -maxAge:
		s.Quality, s.Cause = Implausible, CauseOutOfRange
	}
	return s
}

// Worst is the sample of lowest quality, the first of them on a tie; the zero
// Sample when there is none.
func Worst(ss ...Sample) Sample {
	if len(ss) == 0 {
		return Sample{}
	}
	w := ss[0]
	for _, s := range ss[1:] {
		if s.Quality < w.Quality {
			w = s
		}
	}
	return w
}
