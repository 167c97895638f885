package staffing

import (
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// busyMorning is a day of ten people from midnight on who may look at graphic work for two hours each: most
// of it comes in the first third of the day. It is the plan of an hour of it.
func busyMorning(hour int) Input {
	c := erlangs("q", 1, 3*sample.Minute, decided(90, 20*sample.Minute))
	c.Key.HarmDomain = "graphic"
	for i := range 48 {
		rate := c.ArrivalsPerHour.Value / 4
		if i < 16 {
			rate = 2 * c.ArrivalsPerHour.Value
		}
		c.Rates = append(c.Rates, rate)
	}
	c.Rates = c.Rates[2*hour:]
	left := 48 - 2*hour
	a := team("a", 10)
	a.Skills.HarmDomains = []string{"*"}
	now := midnight.Add(sample.Span(hour) * sample.Hour)
	a.Exposure = []ExposureLimit{{
		Name: "graphic", HarmDomains: []string{"graphic"}, Today: 20 * sample.Hour,
		Days: []ExposureDay{{0, left, 20 * sample.Hour * sample.Span(left) / 48}},
	}}
	return Input{Now: now, Interval: 30 * sample.Minute, Horizon: sample.Span(left) * 30 * sample.Minute, Classes: []Class{c}, Teams: []Team{a}}
}

func drawnBy(in Input, intervals int) (sum sample.Span) {
	p := required(in)
	for i := range intervals {
		sum += sample.Span(p.allot.solver.Drawn(0, i) / p.allot.scale)
	}
	return sum
}

// Hour by hour, a day takes no more than its budget, though its plan be made anew each hour; counted by
// the hours that are left of it, it would.
func TestADayKeepsToItsBudget(t *testing.T) {
	day := func(spend bool) (sum sample.Span) {
		var last *Input
		for hour := range 24 {
			in := busyMorning(hour)
			if spend {
				in = Spend(in, last)
			}
			sum += drawnBy(in, 2)
			last = &in
		}
		return sum
	}
	if got := day(true); got > 20*sample.Hour || got < 19*sample.Hour {
		t.Errorf("the day takes %v of 20 hours", got)
	}
	if got := day(false); got <= 20*sample.Hour {
		t.Errorf("without what was spent it takes %v: the test says nothing", got)
	}
}

func TestSpend(t *testing.T) {
	budget := func(in Input) sample.Span { return in.Teams[0].Exposure[0].Days[0].Budget }
	eight, ten := busyMorning(8), busyMorning(10)
	used := drawnBy(eight, 4)
	if got, want := budget(Spend(ten, &eight)), 20*sample.Hour-(20*sample.Hour-budget(eight))-used; got != want || used == 0 {
		t.Errorf("at ten %v are left, want %v", got, want)
	}
	if budget(ten) != 20*sample.Hour*28/48 {
		t.Error("Spend changes its input")
	}
	if got := budget(Spend(eight, &eight)); got != budget(eight) {
		t.Errorf("in the same interval %v are left, not %v", got, budget(eight))
	}
	more := busyMorning(10)
	more.Teams[0].Exposure[0].Today += 2 * sample.Hour
	if got := budget(Spend(more, &eight)) - budget(Spend(ten, &eight)); got != 2*sample.Hour {
		t.Errorf("a person more brings %v", got)
	}
	next := busyMorning(0)
	next.Now = next.Now.Add(day)
	whole := busyMorning(0)
	whole.Horizon = 2 * day
	whole.Teams[0].Exposure[0].Days = append(whole.Teams[0].Exposure[0].Days, ExposureDay{48, 96, 19 * sample.Hour})
	if got := budget(Spend(next, &whole)); got != 20*sample.Hour {
		t.Errorf("a new day has %v", got)
	}
	changed := ten.Teams[0]
	changed.SpentAs(&eight.Teams[0])
	if got := changed.Exposure[0].Days[0].Budget; got != budget(eight) || budget(ten) == got {
		t.Errorf("a team that was changed has %v, and had %v", got, budget(eight))
	}
	for name, earlier := range map[string]*Input{
		"nothing": nil, "a later plan": &ten, "an empty plan": {}, "a plan of another grid": {Now: eight.Now, Interval: 45 * sample.Minute, Horizon: day, Teams: eight.Teams},
	} {
		if got := budget(Spend(eight, earlier)); got != budget(eight) {
			t.Errorf("%s: %v are left", name, got)
		}
	}
}

// What was stored says after a restart what is left of the same day, and of no other; of few people
// nothing is stored.
func TestResume(t *testing.T) {
	budget := func(in Input) sample.Span { return in.Teams[0].Exposure[0].Days[0].Budget }
	night := busyMorning(0)
	eight := Spend(busyMorning(8), &night)
	ten := Spend(busyMorning(10), &eight)
	spent := ten.SpentToday()
	if got := budget(busyMorning(10).Resume(spent)); got != budget(ten) || got == budget(busyMorning(10)) {
		t.Errorf("at ten %v are left after a restart, and %v were before", got, budget(ten))
	}
	later := busyMorning(11)
	if got := budget(later.Resume(spent)); got != budget(ten) {
		t.Errorf("at eleven %v are left after a restart, want those of ten, %v", got, budget(ten))
	}
	next := busyMorning(10)
	next.Now = next.Now.Add(day)
	if got := budget(next.Resume(spent)); got != budget(next) {
		t.Errorf("the next day has %v", got)
	}
	renamed := busyMorning(10)
	renamed.Teams[0].Exposure[0].Name = "severe"
	if got := budget(renamed.Resume(spent)); got != budget(renamed) {
		t.Errorf("another limit has %v", got)
	}
	few := Spend(busyMorning(10), &eight)
	for i := range few.Teams[0].Supply.Intervals {
		few.Teams[0].Supply.Intervals[i].Scheduled = FewPeople - 1
	}
	if got := few.SpentToday(); got != nil {
		t.Errorf("of few people %+v is told", got)
	}
}
