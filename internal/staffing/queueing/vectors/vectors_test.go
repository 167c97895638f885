package vectors

import (
	"math"
	"testing"
)

// Each value is equal to the digits given, and one that differs in the last is not.
func TestVectors(t *testing.T) {
	all := All()
	for _, v := range all {
		if !v.Equal() {
			t.Error(v)
		}
		v.Want += 1.1 * math.Pow(10, -float64(v.Decimals))
		if v.Equal() {
			t.Errorf("%v counts as equal", v)
		}
	}
	if len(all) != 90 {
		t.Errorf("there are %d vectors", len(all))
	}
}
