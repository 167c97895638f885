package observe

import (
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// Limits on what a source may cost, whatever it answers.
const (
	maxAnswerBytes  = 16 << 20 // of one answer, after decompression
	maxErrorBytes   = 4 << 10  // read of an error answer, for its error type
	maxRows         = 20_000   // rows of one answer; also sent as limit
	maxUnwatched    = 2_000    // rows kept of a series that nobody watches
	maxClasses      = 512      // classes of one row
	maxPastClasses  = 128      // of a row, whose weeks are kept
	maxCells        = 20_000   // classes of all rows of a series
	maxRowKey       = 1024     // bytes of a row key
	maxClassLabel   = 256      // bytes of a class label
	externalFlights = 8        // requests for external metrics at a time
)

// maxBackoff bounds the retry delay of a source that does not answer. An attempt costs
// one request, and every second that a source is back unnoticed is one in which
// queues with deadlines of seconds are decided on blindly.
const maxBackoff = 15 * time.Second

// How long is remembered, and how finely.
const (
	rateMemory    = 140 * sample.Second // jumps kept for the rate of a counter
	minRateWindow = 20 * sample.Second
	lagMemory     = sample.Minute     // how far two servers behind one address may differ
	midStep       = 2 * sample.Minute // points kept for increases
	midMemory     = 64 * sample.Minute
	fineMemory    = 15 * sample.Minute // bins as fine as the reads
	fineBins      = 300                // at most about so many in fineMemory
	quietBin      = sample.Minute      // a bin without a change is closed after this
	coarseWidth   = 5 * sample.Minute  // bins of a day; also the backfill step
	coarseMemory  = 24 * sample.Hour
	maxStep       = 15 * sample.Minute // reads further apart than this make a gap
	pastWidth     = 15 * sample.Minute // bins of the weeks before, and their backfill's step
	pastMemory    = 28 * 24 * sample.Hour
	pastSlots     = int(pastMemory / pastWidth)
	backfillSteps = 48          // of one query_range
	backfillPace  = time.Second // at least, between two of them
	backfillTries = 3           // of one chunk
)

// MinCoverage is the share of a window (one part in MinCoverage) that must have
// been observed before Increase gives a number: 3 minutes of an hour.
const MinCoverage = 20
