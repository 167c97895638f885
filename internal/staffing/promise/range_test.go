package promise_test

import (
	"testing"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// A range holds its share and nothing that is no share, and what is not known stays so.
func TestRange(t *testing.T) {
	for share := range sample.AllPPM / 1000 {
		share *= 1000
		low, high := promise.Range(share)
		if low < 0 || low > share || high < share || high > sample.AllPPM {
			t.Fatalf("the range of %d is %d to %d", share, low, high)
		}
	}
	if low, high := promise.Range(870_000); low != 700_000 || high != 980_000 {
		t.Errorf("the range of 87 %% is %d to %d", low, high)
	}
	if low, high := promise.Range(promise.Unknown); low != promise.Unknown || high != promise.Unknown {
		t.Errorf("the range of nothing is %d to %d", low, high)
	}
}
