package staffing

import (
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// Ages are assumed where work waits and nothing says for how long, and nowhere else.
func TestAgesAssumed(t *testing.T) {
	undeclared := sample.Missing(sample.CauseNotDeclared)
	for name, x := range map[string]struct {
		edit func(*Class)
		want bool
	}{
		"measured":                        {func(*Class) {}, false},
		"not declared":                    {func(c *Class) { c.OldestAge = undeclared }, true},
		"declared and not there":          {func(c *Class) { c.OldestAge = sample.Missing(sample.CauseTimeout) }, false},
		"nothing waits":                   {func(c *Class) { c.OldestAge, c.Backlog.Value = undeclared, 0 }, false},
		"nothing counts what waits":       {func(c *Class) { c.OldestAge, c.Backlog = undeclared, undeclared }, false},
		"all is due at a time of its own": {func(c *Class) { c.OldestAge, c.Due = undeclared, noon.Add(2*sample.Hour) }, false},
	} {
		c := erlangs("q", 5, 3*sample.Minute, decided(90, 2*sample.Hour))
		c.Backlog.Value = sample.Whole(30)
		x.edit(&c)
		p := newPlanner(Input{Now: noon, Classes: []Class{c}, Teams: []Team{team("a", 20)}})
		if got := p.classes[0]; got.agesAssumed != x.want || got.backlog > 0 && got.oldest != c.Oldest() {
			t.Errorf("%s: assumed is %t, the oldest has waited %s and %s", name, got.agesAssumed, got.oldest, c.Oldest())
		}
	}
}
