package spell

import (
	"math/rand/v2"
	"testing"
)

func TestDistance(t *testing.T) {
	for name, c := range map[string]struct {
		a, b             string
		whole, beginning int
	}{
		"the same":     {"dublin", "dublin", 0, 0},
		"nothing":      {"", "", 0, 0},
		"of nothing":   {"", "kl", 2, 0},
		"to nothing":   {"kl", "", 2, 2},
		"changed":      {"kl-2", "kl-1", 1, 1},
		"swapped":      {"dubiln", "dublin", 2, 2},
		"left out":     {"dubln", "dublin", 1, 1},
		"known":        {"kitten", "sitting", 3, 2},
		"a beginning":  {"eu-terrorist", "eu-terrorist-content", 8, 0},
		"with a fault": {"eu-terorist", "eu-terrorist-content", 9, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Distance(c.a, c.b); got != c.whole {
				t.Errorf("distance %d, want %d", got, c.whole)
			}
			if got := Beginning(c.a, c.b); got != c.beginning {
				t.Errorf("to its beginning %d, want %d", got, c.beginning)
			}
		})
	}
}

// plain is the definition, without memory.
func plain(a, b string) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	if a[0] == b[0] {
		return plain(a[1:], b[1:])
	}
	return 1 + min(plain(a[1:], b[1:]), plain(a[1:], b), plain(a, b[1:]))
}

func TestDistanceByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, rng.IntN(7))
		for i := range b {
			b[i] = 'a' + byte(rng.IntN(3))
		}
		return string(b)
	}
	for range 3000 {
		a, b := word(), word()
		least := len(a) + len(b)
		for n := range len(b) + 1 {
			least = min(least, plain(a, b[:n]))
		}
		if got, begins := Distance(a, b), Beginning(a, b); got != plain(a, b) || begins != least {
			t.Fatalf("%q to %q: %d, and %d to its beginning; want %d and %d", a, b, got, begins, plain(a, b), least)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"dublin", "kl-1", "kl-3", "manila"}
	for name, want := range map[string]string{
		"dubiln": "dublin", "kl-2": "kl-1", "manilla": "manila", "osaka": "", "x": "", "": "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}
