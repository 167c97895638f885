package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// minute is the pool of the tables: a replica takes a minute to start, and 75 s from
// what was seen.
var minute = Times{Startup: 60_000, Lead: 75_000}

const tick = 15_000

// careful is the patience of a pool with a startup of a minute.
var careful = Careful(minute)

// pool is a plant with one load that may wait 30 s.
func pool(ready, backlog, rate int64, starting ...Batch) *Plant {
	return &Plant{Loads: []Load{{Backlog: backlog, Rate: rate, Wait: 30_000}}, Ready: ready, Starting: starting}
}

func standing(p *Plant, milli int64) *Plant {
	p.Standing = milli
	return p
}

func later(p *Plant, by int64) *Plant {
	p.Now += by
	for i := range p.Starting {
		p.Starting[i].At += by
	}
	return p
}

// urgent is 2 of 5 replicas' work that may wait 10 s, and the rest for five minutes.
// All of the backlog is urgent.
func urgent() *Plant {
	return &Plant{Ready: 6, Loads: []Load{{Backlog: 600_000, Rate: 2000, Wait: 10_000}, {Backlog: 600_000, Rate: 5000, Wait: 300_000}}}
}

// What came beyond the wait makes late all that comes after it: it is worked off within the lead, if the
// patience had more time or not, and only where nothing can wait for the lead.
func TestWhatIsLateIsWorkedOffWithinALead(t *testing.T) {
	slow := careful
	slow.Drain = 600_000
	for name, c := range map[string]struct{ wait, projected, want int64 }{
		// 9 s of 20 replicas may be left of it: (600 − 180) / 600 more.
		"as much as comes within the wait": {30_000, 600_000, 20_700},
		"a replica-second more":            {30_000, 601_000, 20_000 + 421_000/75},
		"much more":                        {30_000, 1_500_000, 20_000 + 1_320_000/75},
		"as much of what waits for a lead": {75_000, 1_500_000, 20_000 + 1_050_000/600},
		"more of what waits for a lead":    {75_000, 1_600_000, 20_000 + 1_150_000/75},
		"more of what waits for longer":    {76_000, 1_600_000, 20_000 + 1_144_000/600},
	} {
		k := slow.Terms(minute, c.wait)
		if got := k.raise(c.projected, 20_000); got != c.want {
			t.Errorf("%s: raised to %d, want %d", name, got, c.want)
		}
	}
}

func TestDecide(t *testing.T) {
	eager, sure := careful, careful
	eager.Over, sure.Exact = 100, false
	for name, c := range map[string]struct {
		plant    *Plant
		patience Patience
		memory   Memory
		want     Answer
	}{
		// 14 replicas' work for 75 s, less what 10 do, is 300 s; 15 s of 10 are allowed.
		// Down to 9 s of 14 within a minute takes (300 − 126) / 60 = 2.9 more.
		"up by the projected backlog": {
			pool(10, 0, 14_000), careful, Memory{}, Answer{Wanted: 17, Needed: 17, Projected: 300_000},
		},
		"up by the backlog that there is": {
			pool(10, 300_000, 10_000), careful, Memory{}, Answer{Wanted: 14, Needed: 14, Projected: 300_000},
		},
		"up forgets what was wasted": {
			pool(10, 0, 14_000), careful, Memory{900, 9, 10}, Answer{Wanted: 17, Needed: 17, Projected: 300_000},
		},
		// 15 s of 10 replicas, and no more: the 12 replicas' work is left to the backlog.
		"as much as may wait": {
			pool(10, 0, 12_000), careful, Memory{}, Answer{Wanted: 10, Needed: 10, Projected: 150_000, Memory: Memory{Of: 10}},
		},
		"a replica-millisecond more": {
			pool(10, 1, 12_000), careful, Memory{}, Answer{Wanted: 13, Needed: 13, Projected: 150_001},
		},
		"up over what is needed": {
			pool(10, 0, 14_000), eager, Memory{}, Answer{Wanted: 18, Needed: 17, Projected: 300_000},
		},
		"up by standing, rounded up": {
			standing(pool(10, 0, 5000), 12_001), careful, Memory{}, Answer{Wanted: 13, Needed: 13},
		},
		"up by standing, and over": {
			standing(pool(10, 0, 5000), 19_500), eager, Memory{}, Answer{Wanted: 22, Needed: 20},
		},
		"standing as many as there are": {
			standing(pool(10, 0, 5000), 10_000), careful, Memory{}, Answer{Wanted: 10, Needed: 10, Memory: Memory{Of: 10}},
		},
		"none, and nothing to do": {pool(0, 0, 0), careful, Memory{}, Answer{}},
		"none, and something to do": {
			pool(0, 1, 0), careful, Memory{}, Answer{Projected: 1},
		},
		"none, and a replica's work": {
			pool(0, 0, 1000), careful, Memory{}, Answer{Wanted: 3, Needed: 3, Projected: 75_000},
		},
		// 4 more after 30 s do 45 s each: 120 s are left, of 210 allowed.
		"those starting count": {
			pool(10, 0, 14_000, Batch{30_000, 4}), careful, Memory{},
			Answer{Wanted: 14, Needed: 14, Projected: 120_000, Memory: Memory{Of: 14}},
		},
		"those starting count from their own time": {
			later(pool(10, 0, 14_000, Batch{30_000, 4}), 1_790_000_000_000), careful, Memory{},
			Answer{Wanted: 14, Needed: 14, Projected: 120_000, Memory: Memory{Of: 14}},
		},
		// 17 are needed, and as many again are asked for as are on their way, if what is
		// known of the rate is worth it.
		"those starting too late do not": {
			pool(10, 0, 14_000, Batch{75_000, 4}), sure, Memory{},
			Answer{Wanted: 18, Needed: 17, Projected: 300_000},
		},
		"no more than are needed where little is known": {
			pool(10, 0, 14_000, Batch{75_000, 4}), careful, Memory{},
			Answer{Wanted: 17, Needed: 17, Projected: 300_000},
		},
		"more than those on their way are needed": {
			pool(10, 0, 14_000, Batch{75_000, 2}), careful, Memory{},
			Answer{Wanted: 17, Needed: 17, Projected: 300_000},
		},
		"standing while some are on their way": {
			standing(pool(10, 0, 5000, Batch{15_000, 2}, Batch{30_000, 4}), 16_500), sure, Memory{},
			Answer{Wanted: 22, Needed: 17},
		},
		"those overdue count as from now": {
			pool(10, 0, 14_000, Batch{-90_000, 2}), careful, Memory{},
			Answer{Wanted: 12, Needed: 12, Projected: 150_000, Memory: Memory{Of: 12}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(c.plant, minute, &c.patience, c.memory, tick)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecideWithSeveralLoads(t *testing.T) {
	all := urgent()
	all.Loads = all.Loads[1:]
	for name, c := range map[string]struct {
		plant *Plant
		want  Answer
	}{
		// All: 600 + (5 − 6) × 75 = 525 s, of 150 × 6 allowed; for 135 s and 105 s of each
		// to be left 1275 / 240 replicas do.
		"all may wait": {all, Answer{Wanted: 6, Needed: 6, Projected: 525_000, Memory: Memory{Of: 6}}},
		// The urgent ones: 600 + (2 − 6) × 75 = 300 s, of 5 × 6 allowed. Down to 3 s of 2
		// within a minute takes 2 + (300 − 6) / 60 = 6.9.
		"the urgent cannot": {urgent(), Answer{Wanted: 7, Needed: 7, Projected: 525_000}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(c.plant, minute, &careful, Memory{}, tick)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestScaleDown(t *testing.T) {
	// 10 replicas' work for 135 s, with 10.5 s of each left, takes 9.3 replicas of 20.
	// 20 × 60 s, and half of a startup, may be wasted: 1230 s.
	twenty := pool(20, 0, 10_000)
	for name, c := range map[string]struct {
		plant  *Plant
		memory Memory
		want   Answer
	}{
		"too soon": {
			twenty, Memory{}, Answer{Wanted: 20, Needed: 10, Memory: Memory{Waste: 150_000, Of: 20}},
		},
		// Seven tenths of 1230 s are 861 s.
		"a need is past before most was wasted": {
			twenty, Memory{711_000, 0, 20}, Answer{Wanted: 20, Needed: 10, Memory: Memory{861_000, 0, 20}},
		},
		"a need counts from then on": {
			twenty, Memory{711_001, 0, 20}, Answer{Wanted: 20, Needed: 10, Memory: Memory{861_001, 10, 20}},
		},
		"not more than may be wasted": {
			twenty, Memory{1_080_000, 10, 20}, Answer{Wanted: 20, Needed: 10, Memory: Memory{1_230_000, 10, 20}},
		},
		"more": {
			twenty, Memory{1_080_001, 10, 20}, Answer{Wanted: 10, Needed: 10, Memory: Memory{1_230_001, 10, 20}},
		},
		"to the most that was needed": {
			twenty, Memory{1_100_000, 13, 20}, Answer{Wanted: 13, Needed: 10, Memory: Memory{1_250_000, 13, 20}},
		},
		"what was wasted by others does not count": {
			twenty, Memory{1_100_000, 13, 19}, Answer{Wanted: 20, Needed: 10, Memory: Memory{150_000, 0, 20}},
		},
		"not below what must stand": {
			standing(pool(20, 0, 10_000), 14_200), Memory{1_200_000, 13, 20},
			Answer{Wanted: 15, Needed: 15, Memory: Memory{1_275_000, 15, 20}},
		},
		"all go": {
			pool(20, 0, 0), Memory{1_200_000, 0, 20}, Answer{Memory: Memory{1_500_000, 0, 20}},
		},
		"those starting too late are not needed": {
			pool(10, 0, 9000, Batch{60_000, 10}), Memory{1_200_000, 0, 20},
			Answer{Wanted: 9, Needed: 9, Memory: Memory{1_365_000, 9, 20}},
		},
		// 1890 s, of which the ready do 10 × 145.5, and each of the others 85.5.
		"those starting are": {
			pool(10, 0, 14_000, Batch{60_000, 10}), Memory{1_200_000, 0, 20},
			Answer{Wanted: 16, Needed: 16, Projected: 150_000, Memory: Memory{1_260_000, 16, 20}},
		},
		"a need as high as the replicas makes good": {
			pool(20, 0, 21_500), Memory{100_000, 13, 20},
			Answer{Wanted: 20, Needed: 20, Projected: 112_500, Memory: Memory{Waste: 85_000, Of: 20}},
		},
		"and no more than that": {
			pool(20, 0, 21_500), Memory{10_000, 13, 20},
			Answer{Wanted: 20, Needed: 20, Projected: 112_500, Memory: Memory{Of: 20}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(c.plant, minute, &careful, c.memory, tick)
			got.MayWaste = 0 // that is TestScaleDownWithinTheNoise's
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A patience with which the backlog may take up 27 s after replicas are gone: in 135 s each
// does the work of 162.
func TestScaleDownWithABacklog(t *testing.T) {
	patient := Patience{High: 900, Low: 300, Middle: 900, Drain: 60_000, Waste: 60_000}
	enough := Memory{1_229_000, 0, 20}
	for name, c := range map[string]struct {
		plant *Plant
		want  Answer
	}{
		// 12.5 × 135 s are the work of 10.4 then, of 10.2 after a lead: 12 are busy with what comes.
		"to those whom the rate keeps busy": {
			pool(20, 0, 12_500), Answer{Wanted: 12, Needed: 11, Memory: Memory{1_364_000, 11, 20}},
		},
		"to those needed, if they are more": {
			pool(20, 450_000, 10_000), Answer{Wanted: 12, Needed: 12, Memory: Memory{1_349_000, 12, 20}},
		},
		// 945 s and 13 × 135 are 2700 s, as much as 20 do.
		"they would soon have none": {
			pool(20, 944_999, 13_000), Answer{Wanted: 19, Needed: 19, Projected: 419_999, Memory: Memory{1_244_000, 19, 20}},
		},
		"they have work until others could come": {
			pool(20, 945_000, 13_000), Answer{Wanted: 20, Needed: 19, Projected: 420_000, Occupied: true, Memory: Memory{1_214_000, 0, 20}},
		},
		// Of whom 10 are there for 60 s: 1950 s.
		"they have, until all are ready and on": {
			pool(10, 330_000, 12_000, Batch{75_000, 10}),
			Answer{Wanted: 20, Needed: 18, Projected: 480_000, Occupied: true, Memory: Memory{1_214_000, 0, 20}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(c.plant, minute, &patient, enough, tick)
			got.MayWaste = 0 // that is TestScaleDownWithinTheNoise's
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// After a surge of work that may wait ten minutes 20 replicas have 810 s of it left, of which little
// need be done by 12: but most of it is old. A lead is 75 s, a startup 60: the looks are at 33.75 s,
// 67.5, 101.25 and 135, of which 15 s each are over, or nearly, before anything is done about it.
func TestScaleDownWithOldWork(t *testing.T) {
	patient := Patience{High: 900, Low: 300, Middle: 900, Drain: 60_000, Waste: 60_000}
	none, all := [Looks]int64{}, [Looks]int64{810_000, 810_000, 810_000, 810_000}
	for name, c := range map[string]struct {
		later     Later
		want, due int64
	}{
		"it is not known when it is due":        {Later{Than: none}, 5, 0},
		"none is due before others could come":  {Later{true, all}, 5, 0},
		"less than what comes":                  {Later{true, [Looks]int64{810_000, 500_000, 500_000, 500_000}}, 6, 6},
		"some of it at the first look":          {Later{true, [Looks]int64{622_501, 622_501, 622_501, 622_501}}, 10, 10},
		"a replica more for a millisecond more": {Later{true, [Looks]int64{622_499, 622_499, 622_499, 622_499}}, 11, 11},
		"all, by when others could come":        {Later{true, [Looks]int64{810_000, 810_000, 810_000, 0}}, 7, 7},
		"more than they could do":               {Later{true, none}, 20, 44},
	} {
		t.Run(name, func(t *testing.T) {
			p := pool(20, 810_000, 5_000)
			p.Loads[0].Wait, p.Loads[0].Later = 600_000, c.later
			got := Decide(p, minute, &patient, Memory{1_400_000, 5, 20}, tick)
			if got.Wanted != c.want || got.Due != c.due {
				t.Errorf("%d wanted and %d due, want %d and %d", got.Wanted, got.Due, c.want, c.due)
			}
		})
	}
}

// A patience with which a replica that is ready leaves 108 s to the backlog of two minutes
// before there are too few, and 3 of them may waste two minutes.
func TestScaleDownThatWouldNotLast(t *testing.T) {
	patient := Patience{High: 900, Low: 300, Middle: 900, Drain: 60_000, Waste: 30_000}
	slow := func(backlog, rate int64) *Plant {
		p := pool(3, backlog, rate)
		p.Loads[0].Wait = 120_000
		return p
	}
	for name, c := range map[string]struct {
		plant *Plant
		want  int64
	}{
		// 2 are too few when 216 s of work wait. With 0.45 replicas' work too much for them
		// that is after 480 s: four times what may be wasted is saved.
		"it is worth it":                    {slow(0, 2450), 2},
		"it is not":                         {slow(0, 2451), 3},
		"less is, with a backlog":           {slow(60_000, 2325), 2},
		"and more is not":                   {slow(60_000, 2326), 3},
		"they do all that comes":            {slow(100_000, 2000), 2},
		"one more of those that are left":   {pool(10, 0, 7_900), 8},
		"as many as the rate keeps busy do": {pool(10, 0, 7_000), 7},
	} {
		t.Run(name, func(t *testing.T) {
			n := c.plant.Ready
			if got := Decide(c.plant, minute, &patient, Memory{Waste: 1_000_000, Of: n}, tick); got.Wanted != c.want {
				t.Errorf("%d replicas, want %d: %+v", got.Wanted, c.want, got)
			}
		})
	}
}

// Of a hundred replicas the need is taken to swing by 40: ten too many must have wasted four
// times as much as forty.
func TestScaleDownWithinTheNoise(t *testing.T) {
	noisy := Patience{High: 900, Low: 300, Middle: 900, Drain: 60_000, Waste: 30_000, Noise: 4000}
	const may = 100*30_000 + 30_000
	for name, c := range map[string]struct {
		plant *Plant
		waste int64 // until the tick before
		want  int64
		may   int64
	}{
		"forty of them":          {standing(pool(100, 0, 50_000), 60_000), may, 60, may},
		"not enough was wasted":  {standing(pool(100, 0, 50_000), 60_000), may - 40*tick, 100, may},
		"ten, and not enough":    {standing(pool(100, 0, 50_000), 90_000), 4*may - 10*tick, 100, 4 * may},
		"ten, and enough":        {standing(pool(100, 0, 50_000), 90_000), 4*may - 10*tick + 1, 90, 4 * may},
		"one, and nearly enough": {standing(pool(100, 0, 50_000), 99_000), 40*may - tick, 100, 40 * may},
		"one, and enough":        {standing(pool(100, 0, 50_000), 99_000), 40 * may, 99, 40 * may},
		// By 16, and so twice as much as 510 s, but for what is lost in dividing.
		"half of sixteen": {standing(pool(16, 0, 1000), 8000), 1_020_000, 8, 1_008_000},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(c.plant, minute, &noisy, Memory{Waste: c.waste, Of: c.plant.Ready}, tick)
			if got.Wanted != c.want || got.MayWaste != c.may {
				t.Errorf("%+v, want %d replicas, and %d to be wasted", got, c.want, c.may)
			}
		})
	}
}

func TestSound(t *testing.T) {
	if tuning := (Tuning{Rate: -1}); !tuning.Sound() {
		t.Error("what is not known is refused")
	}
	for name, spoil := range map[string]func(*Tuning){
		"rate below 0":             func(t *Tuning) { t.Rate = -1 },
		"rate too high":            func(t *Tuning) { t.Rate = MaxRate + 1 },
		"standing below 0":         func(t *Tuning) { t.Standing = -1 },
		"standing too high":        func(t *Tuning) { t.Standing = MaxRate + 1 },
		"nothing may wait":         func(t *Tuning) { t.Patience.High, t.Patience.Low = 0, 0 },
		"high too high":            func(t *Tuning) { t.Patience.High = maxShare + 1 },
		"low above high":           func(t *Tuning) { t.Patience.Low = t.Patience.High + 1 },
		"low below 0":              func(t *Tuning) { t.Patience.Low = -1 },
		"middle below 0":           func(t *Tuning) { t.Patience.Middle = -1 },
		"middle too high":          func(t *Tuning) { t.Patience.Middle = maxShare + 1 },
		"drained within no time":   func(t *Tuning) { t.Patience.Drain = minDrain - 1 },
		"drained within two days":  func(t *Tuning) { t.Patience.Drain = MaxSpan + 1 },
		"fresh below 0":            func(t *Tuning) { t.Fresh = -1 },
		"later below 0":            func(t *Tuning) { t.Later.Than[0] = -1 },
		"too much later":           func(t *Tuning) { t.Later.Than[Looks-1] = MaxBacklog + 1 },
		"too much fresh":           func(t *Tuning) { t.Fresh = MaxBacklog + 1 },
		"waste below 0":            func(t *Tuning) { t.Patience.Waste = -1 },
		"waste too high":           func(t *Tuning) { t.Patience.Waste = MaxSpan + 1 },
		"noise below 0":            func(t *Tuning) { t.Patience.Noise = -1 },
		"noise too high":           func(t *Tuning) { t.Patience.Noise = maxShare + 1 },
		"over below 0":             func(t *Tuning) { t.Patience.Over = -1 },
		"over too high":            func(t *Tuning) { t.Patience.Over = maxShare + 1 },
		"bet below 0":              func(t *Tuning) { t.Patience.Bet = -1 },
		"bet too high":             func(t *Tuning) { t.Patience.Bet = maxShare + 1 },
		"everything out of bounds": func(t *Tuning) { t.Patience = Patience{-1, -1, -1, -1, -1, -1, -1, -1, true, -1} },
	} {
		t.Run(name, func(t *testing.T) {
			tuning := Tuning{Known: true, Rate: MaxRate, Standing: MaxRate, Patience: careful}
			if !tuning.Sound() {
				t.Fatal("refused before it was spoiled")
			}
			if spoil(&tuning); tuning.Sound() {
				t.Errorf("accepted: %+v", tuning)
			}
		})
	}
}

func TestSoundMemory(t *testing.T) {
	for name, c := range map[string]struct {
		memory Memory
		want   bool
	}{
		"none":           {Memory{}, true},
		"at the bounds":  {Memory{MaxBacklog, MaxRate, MaxRate}, true},
		"waste below 0":  {Memory{Waste: -1}, false},
		"waste too high": {Memory{Waste: MaxBacklog + 1}, false},
		"most below 0":   {Memory{Most: -1}, false},
		"most too high":  {Memory{Most: MaxRate + 1}, false},
		"of below 0":     {Memory{Of: -1}, false},
		"of too many":    {Memory{Of: MaxRate + 1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.memory.Sound(); got != c.want {
				t.Errorf("%+v: %t", c.memory, got)
			}
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	for name, plant := range map[string]*Plant{
		"up":         pool(10, 0, 14_000, Batch{60_000, 1}),
		"hold":       pool(10, 0, 12_000, Batch{15_000, 1}, Batch{30_000, 1}, Batch{60_000, 2}),
		"down":       pool(20, 0, 10_000),
		"threeLoads": {Ready: 20, Loads: []Load{{Rate: 2000, Wait: 10_000}, {Rate: 5000, Wait: 30_000}, {Rate: 9000, Wait: 300_000}}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Decide(plant, minute, &careful, Memory{}, tick)
			}
		})
	}
}

// TestFresh has 10 replicas and work that may wait 200 s, a lead being 75 s, of which half may be
// taken up: 1000 s of work. Where more came than they do in that time, as much as half of it may
// wait, and no more than 11 would have; with a last moment as much as four tenths of it.
func TestFresh(t *testing.T) {
	for name, c := range map[string]struct {
		backlog, fresh, last, want int64
	}{
		"not known":                        {1_000_000, 0, 0, 10},
		"more than they may have":          {1_000_001, 0, 0, 12},
		"no more came than they do":        {1_000_001, 1_000_000, 0, 12},
		"more came":                        {1_050_000, 1_350_000, 0, 10},
		"more waits than half of it":       {1_050_001, 1_350_000, 0, 13},
		"more came than one more would do": {1_100_000, 9_000_000, 0, 10},
		"and waits":                        {1_100_001, 9_000_000, 0, 13},
		"the moment is not the last":       {3_900_000, 9_000_000, 400, 10},
		"the last moment":                  {3_900_001, 9_000_000, 400, 27},
		"no last moment is known":          {1_000_001, 0, 400, 12},
	} {
		t.Run(name, func(t *testing.T) {
			p, pa := pool(10, c.backlog, 10_000), careful
			p.Loads[0].Wait, p.Loads[0].Fresh, pa.Last = 200_000, c.fresh, c.last
			if got := Decide(p, minute, &pa, Memory{}, tick); got.Wanted != c.want {
				t.Errorf("%d wanted, want %d", got.Wanted, c.want)
			}
		})
	}
}

// TestLastMoment has 10 replicas of which 11 must be had, and a backlog that they could leave
// until later: who adds some adds what is needed, where that is put off and is known, and not
// where work may wait for longer than three leads.
func TestLastMoment(t *testing.T) {
	for name, c := range map[string]struct {
		standing, wait, fresh, last, want int64
	}{
		"nothing has to be had": {10_000, 200_000, 9_000_000, 400, 10},
		"some have to be":       {11_000, 200_000, 9_000_000, 400, 13},
		"no last moment":        {11_000, 200_000, 9_000_000, 0, 11},
		"three leads":           {11_000, 225_000, 9_000_000, 400, 12},
		"more than three leads": {11_000, 225_001, 9_000_000, 400, 11},
	} {
		t.Run(name, func(t *testing.T) {
			p, pa := standing(pool(10, 1_090_000, 10_000), c.standing), careful
			p.Loads[0].Wait, p.Loads[0].Fresh, pa.Last = c.wait, c.fresh, c.last
			if got := Decide(p, minute, &pa, Memory{}, tick); got.Wanted != c.want {
				t.Errorf("%d wanted, want %d", got.Wanted, c.want)
			}
		})
	}
}

// TestBet has a rise from 10 to 17: with a bet of 2.5 times the rise, and work that may
// wait 30 s of a lead of 75, four fifths of that are added.
func TestBet(t *testing.T) {
	betting := careful
	betting.Bet = 2500
	patient := pool(10, 0, 14_000)
	patient.Loads[0].Wait = 150_000
	for name, c := range map[string]struct {
		plant *Plant
		want  int64
	}{
		"work that cannot wait":    {pool(10, 0, 14_000), 17 + 13},
		"work that can":            {standing(patient, 17_000), 17},
		"standing, and no backlog": {standing(pool(10, 0, 5000), 17_000), 17 + 13},
		"nothing rises":            {pool(10, 0, 5000), 10},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Decide(c.plant, minute, &betting, Memory{}, tick); got.Wanted != c.want {
				t.Errorf("%d wanted, want %d", got.Wanted, c.want)
			}
		})
	}
}
