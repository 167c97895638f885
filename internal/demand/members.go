package demand

import "math"

// member is one way to forecast: a profile of the season, and how much of the level of late
// goes on.
type member struct {
	profile profile
	level   float64 // half-life, in pieces, of the level it takes; 0 for none
	keeps   float64 // share of that level which is left a piece later; 1 keeps it
}

// members are the ways there are. None is made for a kind of traffic: what each proved to be
// worth decides how much it counts.
func members() []member {
	once, often, curved := smoothing{passes: 1}, smoothing{passes: 4}, smoothing{passes: 1, curved: true}
	out := []member{
		{profile: profile{rows: 3}}, {profile: profile{rows: 6}}, {profile: profile{rows: 12}},
		{profile: profile{half: 2}}, {profile: profile{half: 4}}, {profile: profile{half: 12}}, {profile: profile{half: 26}},
		{profile: profile{half: 4, smoothed: once}}, {profile: profile{half: 12, smoothed: once}},
		{profile: profile{half: 12, smoothed: often}},
		{profile: profile{half: 4, smoothed: curved}}, {profile: profile{half: 12, smoothed: curved}},
		{profile: profile{rows: 8, leveled: true}, level: 28, keeps: 1},
		{profile: profile{half: 26, leveled: true}, level: 28, keeps: 1},
		{profile: profile{half: 26, leveled: true}, level: 7, keeps: 0.8},
		{profile: profile{half: 12, leveled: true, smoothed: once}, level: 28, keeps: 1},
		{profile: profile{half: 12, leveled: true, smoothed: often}, level: 14, keeps: 1},
		{profile: profile{half: 8, leveled: true, smoothed: curved}, level: 14, keeps: 1},
	}
	mean := profile{half: 8, leveled: true}
	for _, l := range []struct{ level, keeps float64 }{
		{1, 0.7}, {3, 0.7}, {3, 0.9}, {3, 1}, {7, 0.9}, {7, 1}, {14, 1}, {28, 1},
	} {
		out = append(out, member{mean, l.level, l.keeps})
	}
	return out
}

// forecast writes that of each interval from the origin on; NaN where closed.
func (m member) forecast(p *past, into []float64) {
	slots := p.make(m.profile)
	level := 0.0
	if m.level > 0 {
		level = p.now(m.level)
	}
	for from := 0; from < len(into); from += p.piece {
		factor := math.Exp(level)
		level *= m.keeps
		slot := from % len(slots)
		piece := into[from:min(from+p.piece, len(into))]
		for i := range piece {
			piece[i] = slots[slot+i] * factor
		}
	}
}
