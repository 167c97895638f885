package staffing

import "slices"

// keepProtected has protected work need what it does without the relief that changed other classes.
func (p *planner) keepProtected(in Input) {
	protected := func(c *class) bool { return c.in.Protected }
	if len(in.Unrelieved) == 0 || !slices.ContainsFunc(p.classes, protected) {
		return
	}
	without := map[ClassKey]*class{}
	q := newPlanner(in.unrelieved())
	q.need()
	for _, c := range q.classes {
		without[c.in.Key] = c
	}
	for _, c := range p.classes {
		if o := without[c.in.Key]; protected(c) && o != nil {
			c.required, c.standalone, c.flow, c.work, c.binding = o.required, o.standalone, o.flow, o.work, o.binding
			c.rates, c.people = o.rates, o.people
		}
	}
}

// unrelieved is the input as it is without relief.
func (in Input) unrelieved() Input {
	without := map[ClassKey]Class{}
	for i := range in.Unrelieved {
		without[in.Unrelieved[i].Key] = in.Unrelieved[i]
	}
	classes := slices.Clone(in.Classes)
	for i := range classes {
		if c, ok := without[classes[i].Key]; ok {
			classes[i] = c
		}
	}
	in.Classes, in.Unrelieved = classes, nil
	return in
}
