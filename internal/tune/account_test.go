package tune

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// plain asks for what the rate keeps busy, and lets it go at once.
var plain = Member{Pace: Calm, Patience: control.Patience{High: 500, Low: 300, Middle: 300, Drain: 60_000, Waste: 2000}}

// careful has much stand ready.
var careful = Member{Feature: Peak, Price: 7, Pace: Brisk, Patience: plain.Patience}

func TestAccounts(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	streams := one(liveDeadline, bins(r, 6*hour, 5, spikes))
	s := NewFamily(leastSlot, []Member{plain, careful})
	if diff := cmp.Diff([]Account{{}, {}}, s.Accounts()); diff != "" {
		t.Errorf("before any work: %s", diff)
	}
	s.Advance(live, streams)
	got := s.Accounts()
	if got[0].Late < 0.05 || got[1].Late > got[0].Late/3 || got[1].Cost < got[0].Cost+0.5 || got[0].Cost < 1 {
		t.Errorf("%+v: want the second to cost more and to be late far less", got)
	}
	// A tenth of the time brings eleven times the rate, every ten minutes: up and down again.
	if perHour := got[0].Changes * s.arrived / 6; perHour < 6 || perHour > 200 {
		t.Errorf("%v changes an hour", perHour)
	}
}

// Nobody's account depends on who else is tried, or on how the day is cut into calls.
func TestAccountsAreEachOnesOwn(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	past, day := bins(r, 3*hour, 5, wave), bins(r, 3*hour, 5, spikes)
	for i := range day {
		day[i].At = day[i].At.Add(3 * sample.Hour)
	}
	tried := func(family []Member, parts int) []Account {
		s := NewFamily(leastSlot, nil)
		s.Advance(live, one(liveDeadline, past))
		s.Try(family)
		for i := range parts {
			s.Advance(live, one(liveDeadline, day[i*len(day)/parts:(i+1)*len(day)/parts]))
		}
		return s.Accounts()
	}
	want := tried(Family(), 1)
	if diff := cmp.Diff(want, tried(Family(), 7)); diff != "" {
		t.Errorf("in parts: %s", diff)
	}
	for i, m := range Family() {
		if diff := cmp.Diff(want[i:i+1], tried([]Member{m}, 1)); diff != "" {
			t.Errorf("%d alone: %s", i, diff)
		}
	}
}

// Who is tried is not charged for what came before, and knows it: with the past, more
// stands ready for the spikes.
func TestTryKeepsWhatWasLearned(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 3))
	all := bins(r, 7*hour, 5, spikes)
	past, rest := all[:(6*hour+300)/5], all[(6*hour+300)/5:] // between two spikes
	s := NewFamily(leastSlot, nil)
	s.Advance(live, one(liveDeadline, past))
	s.Try([]Member{plain, careful})
	if diff := cmp.Diff([]Account{{}, {}}, s.Accounts()); diff != "" {
		t.Errorf("at once: %s", diff)
	}
	s.Advance(live, one(liveDeadline, rest))
	cold := NewFamily(leastSlot, []Member{plain, careful})
	cold.Advance(live, one(liveDeadline, rest))
	with, without := s.Accounts(), cold.Accounts()
	if math.Abs(with[0].Cost-without[0].Cost) > 0.1*without[0].Cost {
		t.Errorf("without a price: %+v with the past, %+v without", with[0], without[0])
	}
	if with[1].Late > without[1].Late/2 {
		t.Errorf("with a price: %+v with the past, %+v without", with[1], without[1])
	}
}

func TestScore(t *testing.T) {
	for name, c := range map[string]struct {
		account Account
		want    float64
	}{
		"nothing":             {Account{}, 0},
		"cost":                {Account{Cost: 1.5}, 1.5},
		"late as allowed":     {Account{Cost: 1.5, Late: 0.006}, 1.5},
		"a percent beyond":    {Account{Cost: 1.5, Late: 0.016}, 6.5},
		"a change for 10 min": {Account{Cost: 1.5, Changes: 1.0 / 600}, 1.5 + accountChurn*0.1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.account.Score(sample.Minute, 0.006); math.Abs(got-c.want) > 1e-9 {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
