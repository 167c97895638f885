package people

// work is an item in somebody's hands.
type work struct {
	end  int64
	team int
}

func (w work) before(o work) bool { return w.end < o.end || w.end == o.end && w.team < o.team }

// busy is a heap of work by its end.
type busy []work

func (b *busy) push(w work) {
	h := append(*b, w)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h[i].before(h[up]) {
			break
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
	*b = h
}

func (b *busy) pop() work {
	h := *b
	first, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			break
		}
		if down+1 < last && h[down+1].before(h[down]) {
			down++
		}
		if !h[down].before(h[i]) {
			break
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
	*b = h
	return first
}
