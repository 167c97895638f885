package staffing

import "github.com/modcap/modcap/internal/sample"

// scheduled is the people to have on the roster in a slot so that productive heads are left of them
// after shrinkage: that of the teams of c that are on shift then, each by its people there, so that
// who is not there changes nothing. Where none is, those that stand in count, and where nobody is at
// all, the teams of c by their people over the plan. It is the same number where that leaves nobody.
func (p *planner) scheduled(c *class, productive sample.Milli, i, slot int) sample.Milli {
	people, left := p.left(c.teams, p.roster[slot])
	if left <= 0 && len(c.relax) > 0 {
		people, left = p.left(c.upToStep(p.open(c, i)), p.roster[slot])
	}
	if left <= 0 {
		people, left = int64(sample.AllPPM), int64(c.left)*int64(sample.AllPPM)
	}
	if left <= 0 {
		return productive
	}
	return sample.Milli(sample.MulDivUp(int64(productive), people*int64(sample.AllPPM), left))
}

// left is how many of the heads given by team stand in some teams, and what shrinkage leaves of them,
// in millionths.
func (p *planner) left(teams []int, heads []sample.Milli) (people, left int64) {
	for _, t := range teams {
		people += int64(heads[t])
		left += int64(heads[t]) * int64(p.teams[t].Shrinkage.Productive())
	}
	return people, left
}

// findLeft notes what shrinkage leaves of the teams of each class over the plan, each by its people;
// those that have nobody in all of it keep the plain mean.
func (p *planner) findLeft() {
	heads := make([]sample.Milli, len(p.teams))
	for t := range heads {
		var sum int64
		for _, row := range p.roster[:p.grid.N] {
			sum += int64(row[t])
		}
		heads[t] = sample.Milli(sample.MulDivUp(sum, 1, int64(p.grid.N)))
	}
	for _, c := range p.classes {
		teams := c.teams
		if len(teams) == 0 {
			teams = c.workers
		}
		if people, left := p.left(teams, heads); left > 0 {
			c.left = sample.PPM(left / people)
		}
	}
}
