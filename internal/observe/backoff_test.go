package observe

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func TestBackoff(t *testing.T) {
	for name, c := range map[string]struct {
		interval time.Duration
		misses   int
		jitter   float64
		want     time.Duration
	}{
		"first miss":           {step, 1, 0, step},
		"jitter has a floor":   {step, 1, 0.99, step},
		"doubles":              {step, 2, 0, 10 * time.Second},
		"jitter takes off":     {step, 2, 0.5, 7500 * time.Millisecond},
		"bounded":              {step, 50, 0, 15 * time.Second},
		"interval is longer":   {5 * time.Minute, 9, 0.5, 5 * time.Minute},
		"very many, no wrap":   {time.Second, 1 << 20, 0, 15 * time.Second},
		"jitter of the bound":  {step, 50, 1, 7500 * time.Millisecond},
		"never below interval": {time.Minute, 2, 0.9, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			if got := backoff(c.interval, c.misses, c.jitter); got != c.want {
				t.Errorf("backoff %v, want %v", got, c.want)
			}
		})
	}
}

func TestDeadSourceCostsLittle(t *testing.T) {
	p := newProm(t)
	p.on("a", text(http.StatusBadGateway, ""))
	p.on("b", text(http.StatusBadGateway, ""))
	r := newRig(t)
	r.Ensure(testKey, p.config(gauge("a"), gauge("b")))
	r.await()
	var at []int
	for i := range 24 { // two minutes
		if n := len(p.taken()); n == 1 {
			at = append(at, i*5)
		} else if n > 1 {
			t.Fatalf("%d attempts within one interval", n)
		}
		r.tick()
	}
	if diff := cmp.Diff([]int{0, 5, 15, 30, 45, 60, 75, 90, 105}, at); diff != "" {
		t.Errorf("attempts at these seconds: %s", diff)
	}
	if got := len(r.logged()); got != 1 {
		t.Errorf("%d log lines in two minutes of outage, want 1", got)
	}
	if h := r.snap().Health(r.now()); h.FailingSince != sample.At(epoch) {
		t.Errorf("failing since %v, want since the first miss", h.FailingSince.Time())
	}

	p.on("a", vector(row{"queue=live", "1"}))
	p.on("b", vector(row{"queue=live", "1"}))
	for range 3 {
		r.tick()
	}
	if h := r.snap().Health(r.now()); h.FailingSince != 0 || h.Answering != 2 {
		t.Errorf("health %+v, want recovered within fifteen seconds", h)
	}
	if got := len(r.logged()); got != 1 {
		t.Errorf("%d log lines on recovery, want 1", got)
	}
	p.taken()
	r.tick()
	if got := len(p.taken()); got != 2 {
		t.Errorf("%d requests in an interval after recovery, want 2", got)
	}
}

func TestFlappingSourceDoesNotFloodTheLog(t *testing.T) {
	p := newProm(t)
	r := newRig(t)
	p.on("a", text(http.StatusBadGateway, ""))
	r.Ensure(testKey, p.config(gauge("a")))
	r.await()
	for i := range 24 {
		if i%2 == 0 {
			p.on("a", vector())
		} else {
			p.on("a", text(http.StatusBadGateway, ""))
		}
		r.tick()
	}
	if got := len(r.logged()); got > 3 {
		t.Errorf("%d log lines in two minutes of flapping, want at most 3", got)
	}
}

func TestConnectionsAreShared(t *testing.T) {
	p := newProm(t)
	r := newRig(t, quiet)
	other := SourceKey{Name: "cluster"}
	p.on("a", vector())
	c := p.config(gauge("a"))
	r.Ensure(testKey, c)
	r.await()
	r.Ensure(other, c)
	r.await()
	shared := func() int {
		r.clients.mu.Lock()
		defer r.clients.mu.Unlock()
		return len(r.clients.shared)
	}
	if got := shared(); got != 1 {
		t.Errorf("%d transports for the same server and credentials, want 1", got)
	}
	c.BearerToken = "other"
	r.Ensure(other, c)
	r.await()
	if got := shared(); got != 2 {
		t.Errorf("%d transports for two credentials, want 2", got)
	}
	r.Ensure(other, p.config(gauge("a")))
	r.await()
	if got := shared(); got != 1 {
		t.Errorf("%d transports, want 1: the other has no user any more", got)
	}
}
