package drain

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// item is a unit of work, and what became of it.
type item struct {
	ID       string `json:"id"`
	Lease    string `json:"lease"`
	Classify int64  `json:"classifyMillis"`
	Book     int64  `json:"bookMillis"`

	queue       string
	acted, done int
}

// lease is an item in somebody's hands.
type lease struct {
	item *item
	pod  string
	ends time.Time
}

// broker hands out items under leases, and counts what becomes of them. It answers as
// a Prometheus server too, with what it knows.
type broker struct {
	server *httptest.Server
	length time.Duration // of a lease

	mu      sync.Mutex
	changed chan struct{} // closed and renewed at every change
	items   []*item
	waiting map[string][]*item
	leases  map[string]*lease
	// held is how many leases each pod holds; it has the pods that are there.
	held                      map[string]int
	granted                   int
	expired, returned, misses int
}

// longPoll is how long a lease is waited for.
const longPoll = 300 * time.Millisecond

func newBroker(t *testing.T, length time.Duration) *broker {
	b := &broker{
		length: length, changed: make(chan struct{}), waiting: map[string][]*item{}, leases: map[string]*lease{}, held: map[string]int{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hello", func(_ http.ResponseWriter, r *http.Request) { b.come(r.FormValue("pod")) })
	mux.HandleFunc("POST /bye", func(_ http.ResponseWriter, r *http.Request) { b.gone(r.FormValue("pod")) })
	mux.HandleFunc("POST /lease", b.serveLease)
	for _, what := range []string{"act", "done", "return"} {
		mux.HandleFunc("POST /"+what, func(_ http.ResponseWriter, r *http.Request) { b.told(what, r.FormValue("item"), r.FormValue("lease")) })
	}
	mux.HandleFunc("/api/v1/", b.serveNumbers)
	b.server = httptest.NewServer(mux)
	t.Cleanup(func() {
		b.server.CloseClientConnections()
		b.server.Close()
	})
	go b.expire(t.Context())
	return b
}

// ring wakes who waits for a change. The lock is held.
func (b *broker) ring() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// add puts an item into a queue.
func (b *broker) add(queue string, classify, book int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := &item{ID: strconv.Itoa(len(b.items)), Classify: classify, Book: book, queue: queue}
	b.items = append(b.items, i)
	b.waiting[queue] = append(b.waiting[queue], i)
	b.ring()
}

// feed adds items at random times until ctx ends: most take a moment, some long.
func (b *broker) feed(ctx context.Context, queue string, perSecond float64, r *rand.Rand) {
	for {
		next := time.NewTimer(time.Duration(r.ExpFloat64() / perSecond * float64(time.Second)))
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		classify := 20 + r.Int64N(280)
		if r.IntN(30) == 0 {
			classify = 1000 + r.Int64N(1500)
		}
		b.add(queue, classify, 10+r.Int64N(90))
	}
}

func (b *broker) serveLease(w http.ResponseWriter, r *http.Request) {
	late := time.NewTimer(longPoll)
	defer late.Stop()
	queue, pod := r.FormValue("queue"), r.FormValue("pod")
	for {
		got, changed := b.take(queue, pod)
		if got != nil {
			_ = json.NewEncoder(w).Encode(got) // a lease that is not heard runs out
			return
		}
		select {
		case <-changed:
		case <-late.C:
			w.WriteHeader(http.StatusNoContent)
			return
		case <-r.Context().Done():
			return
		}
	}
}

// take leases the first item of a queue; without one it gives a channel to wait for.
func (b *broker) take(queue, pod string) (*item, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting[queue]) == 0 {
		return nil, b.changed
	}
	i := b.waiting[queue][0]
	b.waiting[queue] = b.waiting[queue][1:]
	b.granted++
	out := *i
	out.Lease = strconv.Itoa(b.granted)
	b.leases[out.Lease] = &lease{i, pod, time.Now().Add(b.length)}
	b.held[pod]++
	return &out, nil
}

// told takes in what a worker says of an item. What it says stands, whether it still
// has the lease or not: what was done to content is done.
func (b *broker) told(what, id, of string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := strconv.Atoi(id)
	if err != nil || n >= len(b.items) {
		return
	}
	l := b.leases[of]
	if l == nil {
		b.misses++
	}
	switch what {
	case "act":
		b.items[n].acted++
		return
	case "done":
		b.items[n].done++
	case "return":
		b.returned++
		if l != nil {
			b.waiting[l.item.queue] = append([]*item{l.item}, b.waiting[l.item.queue]...)
		}
	}
	b.drop(of)
	b.ring()
}

// drop ends a lease. The lock is held.
func (b *broker) drop(of string) {
	l := b.leases[of]
	if l == nil {
		return
	}
	delete(b.leases, of)
	if _, there := b.held[l.pod]; there {
		b.held[l.pod]--
	}
}

// expire takes back what was leased for too long.
func (b *broker) expire(ctx context.Context) {
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		b.mu.Lock()
		for of, l := range b.leases {
			if time.Now().After(l.ends) {
				b.expired++
				b.waiting[l.item.queue] = append(b.waiting[l.item.queue], l.item)
				b.drop(of)
				b.ring()
			}
		}
		b.mu.Unlock()
	}
}

func (b *broker) come(pod string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held[pod] += 0
}

// gone forgets a pod: its row vanishes.
func (b *broker) gone(pod string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.held, pod)
}

// holds is how many items a pod holds.
func (b *broker) holds(pod string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.held[pod]
}

// ledger is what became of the items. One that is still not done when nobody works
// any more is lost.
type ledger struct {
	items, open, done, twice  int
	granted                   int
	expired, returned, misses int
}

func (l ledger) clean() bool { return l.open+l.twice+l.expired+l.misses == 0 }

func (l ledger) String() string {
	return fmt.Sprintf("%d items: %d not done, %d done once, %d done twice; %d leases: %d ran out, %d given back, %d used after their end",
		l.items, l.open, l.done, l.twice, l.granted, l.expired, l.returned, l.misses)
}

func (b *broker) ledger() ledger {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := ledger{items: len(b.items), granted: b.granted, expired: b.expired, returned: b.returned, misses: b.misses}
	for _, i := range b.items {
		switch {
		case i.acted > 1 || i.done > 1:
			l.twice++
		case i.done == 0 || i.acted == 0:
			l.open++
		default:
			l.done++
		}
	}
	return l
}

// await waits until ok holds of what became of the items, and reports whether it does.
func (b *broker) await(ctx context.Context, ok func(ledger) bool) bool {
	for {
		b.mu.Lock()
		changed := b.changed
		b.mu.Unlock()
		if ok(b.ledger()) {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// serveNumbers answers as Prometheus does: backlog and arrivals of each queue, and
// inflight of each pod.
func (b *broker) serveNumbers(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "query_range") {
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[]}}`)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var rows []string
	row := func(label, name string, v int) {
		at := float64(time.Now().UnixMilli()) / 1000
		rows = append(rows, fmt.Sprintf(`{"metric":{%q:%q},"value":[%.3f,"%d"]}`, label, name, at, v))
	}
	switch r.FormValue("query") {
	case "inflight":
		for pod, n := range b.held {
			row("pod", pod, n)
		}
	case "backlog":
		for queue, list := range b.waiting {
			row("queue", queue, len(list))
		}
	case "arrivals":
		for queue := range b.waiting {
			row("queue", queue, 1)
		}
	}
	fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, strings.Join(rows, ","))
}
