package staffing

// keepOthers has classes that a relief has not changed need what they do without it, protected ones above all. Only what
// other classes make follows these.
func (p *planner) keepOthers(in Input) {
	if len(in.Unrelieved) == 0 {
		return
	}
	changed, without := map[ClassKey]bool{}, map[ClassKey]*class{}
	for i := range in.Unrelieved {
		changed[in.Unrelieved[i].Key] = true
	}
	q := newPlanner(in.WithoutRelief())
	q.need()
	for _, c := range q.classes {
		without[c.in.Key] = c
	}
	for _, c := range p.classes {
		o := without[c.in.Key]
		if keeps := c.in.Protected || !c.in.Derived && !changed[c.in.Key]; keeps && o != nil {
			c.required, c.standalone, c.flow, c.work, c.binding = o.required, o.standalone, o.flow, o.work, o.binding
			c.rates, c.people = o.rates, o.people
		}
	}
}

// WithoutRelief is the input as if nothing gave way. Relief is for hours: what is to be done about people in the
// days to come is told by what would be missing without it.
func (in Input) WithoutRelief() Input {
	if len(in.Unrelieved) == 0 {
		return in
	}
	without := map[ClassKey]Class{}
	for i := range in.Unrelieved {
		without[in.Unrelieved[i].Key] = in.Unrelieved[i]
	}
	classes := append([]Class(nil), in.Classes...)
	for i := range classes {
		if c, ok := without[classes[i].Key]; ok {
			classes[i] = c
		}
	}
	in.Classes, in.Unrelieved = classes, nil
	return in
}
