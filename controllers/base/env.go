package base

import (
	"context"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/events"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/metrics"
	"github.com/modcap/modcap/internal/report"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// Env is what every reconciler is given.
type Env struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// APIReader reads from the API server.
	APIReader client.Reader
	Clock     clock.PassiveClock
	Status    *report.Writer
	Events    *events.Recorder
	Metrics   *metrics.Metrics
	Facts     *facts.Board
	Readings  Readings
	Schedules Schedules
	// RegimeMaps reads the ConfigMaps in which users declare regimes.
	RegimeMaps client.Reader
	Regimes    Regimes
	// ReadOnly writes status and nothing else.
	ReadOnly bool
	// Namespace is the operator's own.
	Namespace string
}

// Readings gives the observed numbers of queues.
type Readings interface {
	// Rows are the numbers as they stand at now.
	Rows(now time.Time) resolve.Rows
	// Bins are the arrivals of a row since an instant, oldest first.
	Bins(row resolve.Row, since sample.Instant) []forecast.Bin
	// ClassBins are the arrivals of a row by class, by the quarter of an hour, of weeks.
	ClassBins(row resolve.Row) map[resolve.Class][]forecast.Bin
	// Deep is true once all is there of the weeks before: Bins begins earlier from then on.
	Deep(row resolve.Row) bool
	// Table is every row of a series whose labels include those of row, and how good they
	// are together.
	Table(row resolve.Row, now time.Time) ([]resolve.TableRow, sample.Sample)
	// Interval is how often the source of a row is read; 0 when it is not known.
	Interval(row resolve.Row) time.Duration
}

// Indexes of the cache, by which reconcilers find what belongs together.
const (
	IndexPool   = "spec.classification.poolRef.name"
	IndexPolicy = "spec.policyRef.name"
	IndexSource = "metrics.sourceRef"
	// IndexOverridePool is on overrides.
	IndexOverridePool = "spec.poolRef.name"
)

// QueuesOfPool lists the queues that name a pool, by ascending name.
func (e *Env) QueuesOfPool(ctx context.Context, pool types.NamespacedName) ([]v1alpha1.ModerationQueue, error) {
	var list v1alpha1.ModerationQueueList
	err := e.Client.List(ctx, &list, client.InNamespace(pool.Namespace), client.MatchingFields{IndexPool: pool.Name})
	slices.SortFunc(list.Items, func(a, b v1alpha1.ModerationQueue) int { return strings.Compare(a.Name, b.Name) })
	return list.Items, err
}

// Now is the time by the injected clock.
func (e *Env) Now() time.Time { return e.Clock.Now() }
