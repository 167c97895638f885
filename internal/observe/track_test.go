package observe

import (
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

var testPace = paceOf(5 * sample.Second)

// course feeds a cell one value every 5 s.
func course(values ...float64) *cell {
	c := &cell{}
	for i, v := range values {
		feed(c, sample.Instant(1_000_000+i*5000), v)
	}
	return c
}

func feed(c *cell, at sample.Instant, v float64) (sample.Milli, bool) {
	c.begin(datum{at, v}, false, 0)
	c.watch()
	return c.count(datum{at, v}, testPace)
}

func TestRate(t *testing.T) {
	for name, c := range map[string]struct {
		values []float64
		want   sample.Milli
		ok     bool
	}{
		"one read":          {[]float64{100}, 0, false},
		"two reads":         {[]float64{100, 150}, 10_000, true},
		"still":             {[]float64{100, 100}, 0, true},
		"steady":            {[]float64{0, 50, 100, 150, 200, 250, 300}, 10_000, true},
		"stopped":           {[]float64{0, 50, 100, 100, 100, 100, 100, 100, 100}, 0, true},
		"reset":             {[]float64{1000, 1050, 1100, 20, 70, 120}, 10_000, true},
		"one of three gone": {[]float64{3000, 3030, 3060, 2040, 2060, 2080}, 4_666, true},
		"and back":          {[]float64{3000, 3030, 2020, 2040, 3080, 3110}, 5_000, true},
		// Scraped every 15 s: 10 items a second show as 150 every third read.
		"scraped":      {[]float64{0, 0, 150, 150, 150, 300, 300, 300, 450, 450}, 10_000, true},
		"scraped late": {[]float64{0, 0, 150, 150, 150, 300, 300, 300, 450, 450, 450}, 10_000, true},
		// Scraped every 30 s: a window of 20 s would see nothing, or too much.
		"rarely": {[]float64{0, 300, 300, 300, 300, 300, 300, 600, 600, 600, 600, 600, 600}, 10_000, true},
	} {
		t.Run(name, func(t *testing.T) {
			k := course(c.values...).track
			if got, ok := k.rate(testPace); got != c.want || ok != c.ok {
				t.Errorf("rate %v, %v, want %v, %v", got, ok, c.want, c.ok)
			}
		})
	}
}

func TestRateAfterAnOutageIsNotItsAverage(t *testing.T) {
	c := course(0, 50, 100)
	at := c.at + 600_000
	feed(c, at, 90_000)
	if _, ok := c.track.rate(testPace); ok {
		t.Error("one read after ten minutes gives a rate, want none until the next")
	}
	feed(c, at+5000, 90_020)
	if got, ok := c.track.rate(testPace); !ok || got != 4000 {
		t.Errorf("rate %v, %v, want 4/s", got, ok)
	}
	if n, cov := c.track.increase(sample.Hour, c.at); n != sample.Whole(90_020) || cov != 615*sample.Second {
		t.Errorf("increase %v over %v, want 90020 over 615 s: the increase over the outage is known", n, cov)
	}
}

func TestServersThatLagAreNotResets(t *testing.T) {
	c := &cell{}
	for i := range 40 { // two servers, one 3 s behind, 10 items a second
		lag := float64(i%2) * 30
		feed(c, sample.Instant(1_000_000+i*5000), 1000+float64(i)*50-lag)
	}
	if got, ok := c.track.rate(testPace); !ok || got < 9000 || got > 11_000 {
		t.Errorf("rate %v, %v, want about 10/s", got, ok)
	}
	if _, cov := c.track.increase(sample.Hour, c.at); cov != 195*sample.Second {
		t.Errorf("covered %v, want all of 195 s", cov)
	}
}

// The increase never exceeds what was really counted, whatever resets, and is
// exact where there is none; memory is bounded.
func TestIncreaseIsHonest(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		c, at, v, total := &cell{}, sample.Instant(1_000_000), 1000.0, 0.0
		resets := rnd.IntN(4)
		feed(c, at, v)
		for range 900 {
			at = at.Add(5 * sample.Second)
			inc := float64(rnd.IntN(100))
			if v += inc; resets > 0 && rnd.IntN(200) == 0 {
				v, resets = float64(rnd.IntN(20)), -1
			}
			total += inc
			feed(c, at, v)
		}
		n, cov := c.track.increase(2*sample.Hour, at)
		if n.Float() > total || cov > 4500*sample.Second {
			t.Fatalf("increase %v over %v, counted %v in 4500 s", n, cov, total)
		}
		hour, hourCov := c.track.increase(sample.Hour, at)
		if hour > n || hourCov > sample.Hour || (resets >= 0 && hourCov != sample.Hour) {
			t.Fatalf("increase of an hour %v over %v, of all %v", hour, hourCov, n)
		}
		if len(c.track.mid) > 36 || cap(c.track.recent) > 60 {
			t.Fatalf("%d and %d points kept", len(c.track.mid), cap(c.track.recent))
		}
	}
}

func TestIncreaseOfAWindow(t *testing.T) {
	c := &cell{}
	for i := range 721 { // an hour at 10/s
		feed(c, sample.Instant(1_000_000+i*5000), float64(i)*50)
	}
	for _, window := range []sample.Span{sample.Hour, 30 * sample.Minute, 5 * sample.Minute, 90 * sample.Second} {
		n, cov := c.track.increase(window, c.at)
		if want := sample.Milli(window) * 10; n != want || cov != window {
			t.Errorf("increase of %v is %v over %v, want %v over all of it", window, n, cov, want)
		}
	}
}
