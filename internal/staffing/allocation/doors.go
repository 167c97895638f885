package allocation

import (
	"maps"
)

// doors are the ways in which works draw on people: a team, and limits of it. A search that comes to a second
// work with the same door in an interval finds nothing behind it that it did not find before, and mostly it
// comes to such. Doors of teams without limits have the teams' numbers. Sets of them are bits.
type doors struct {
	teams  int
	number map[string]int // of those with limits
	words  int            // of a set
	dead   []uint64       // by interval: nobody need try them any more
	tried  []uint64       // likewise, with those that the search tried
	of     []int32        // the search that tried is of, by interval
}

func newDoors(n, teams int) doors {
	d := doors{teams: teams, number: map[string]int{}, of: make([]int32, n)}
	d.widen(teams)
	return d
}

// widen makes room for so many; what was known of them is forgotten.
func (d *doors) widen(count int) {
	d.words = (count + 63) / 64
	d.dead, d.tried = make([]uint64, len(d.of)*d.words), make([]uint64, len(d.of)*d.words)
	clear(d.of)
}

func (d *doors) clone() doors {
	out := *d
	out.number, out.of = maps.Clone(d.number), make([]int32, len(d.of))
	out.widen(d.teams + len(d.number))
	return out
}

// forget makes it known of no door what is behind it.
func (d *doors) forget() {
	clear(d.dead)
	clear(d.of)
}

// at are the doors that a search need not try in interval i.
func (d *doors) at(i int, search int32) []uint64 {
	tried := d.tried[i*d.words : (i+1)*d.words]
	if d.of[i] != search {
		d.of[i] = search
		copy(tried, d.dead[i*d.words:])
	}
	return tried
}

// bury notes that nobody need try some doors in interval i any more.
func (d *doors) bury(free []uint64, i int) {
	for k, word := range free {
		d.dead[i*d.words+k] |= word
	}
}

// entrance is through which doors a work draws on people: by edge, and as sets, of all and of those without
// limits.
type entrance struct {
	by        []int
	all, free []uint64
}

func (d *doors) entrance(edges []Edge) entrance {
	out := entrance{by: make([]int, len(edges))}
	for k, e := range edges {
		out.by[k] = d.door(e)
	}
	out.all, out.free = make([]uint64, d.words), make([]uint64, d.words)
	for _, door := range out.by {
		out.all[door>>6] |= 1 << (door & 63)
		if door < d.teams {
			out.free[door>>6] |= 1 << (door & 63)
		}
	}
	return out
}

func (d *doors) door(e Edge) int {
	if len(e.Limits) == 0 {
		return e.Team
	}
	key := string(appendInts(nil, e.Limits)) // of one team, so that they tell which
	door, known := d.number[key]
	if !known {
		door = d.teams + len(d.number)
		d.number[key] = door
		if door >= 64*d.words {
			d.widen(2 * door)
		}
	}
	return door
}

// appendInts adds numbers to a key.
func appendInts(key []byte, numbers []int) []byte {
	for _, x := range numbers {
		key = append(key, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
	}
	return key
}

// untried reports whether a set has a door that another lacks, which may be the larger.
func untried(all, tried []uint64) bool {
	for k, word := range all {
		if word&^tried[k] != 0 {
			return true
		}
	}
	return false
}

func has(set []uint64, door int) bool { return set[door>>6]>>(door&63)&1 != 0 }

// mayPay reports whether a way may free what it takes itself: then what is behind a door depends on the way.
func (s *Solver) mayPay(e *Edge) bool { return len(e.Limits) > 0 && s.effort < maxEffort }
