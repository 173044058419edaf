package graph

// split lays out a group on its own, and the rest with a box in its place.
func (f *Flow) split(g int) error {
	s := newSplit(f, g)
	if err := s.inner.layout(); err != nil {
		return err
	}
	group := &f.Groups[g]
	head := flowPad
	if group.H > 0 {
		head = group.H + 2*flowTitlePad
	}
	b := &s.outer.Boxes[s.stand]
	b.W, b.H = max(s.inner.W, group.W)+2*flowPad, s.inner.H+head+flowPad
	b.SpreadX, b.SpreadY = b.W/2, b.H/2
	if err := s.outer.layout(); err != nil {
		return err
	}
	b = &s.outer.Boxes[s.stand]
	group.X0, group.Y0, group.X1, group.Y1 = b.X-b.W/2, b.Y-b.H/2, b.X-b.W/2+b.W, b.Y-b.H/2+b.H
	group.TitleX, group.TitleY = group.X0+flowPad, group.Y0+flowTitlePad+group.H/2
	s.takeBack(b.X-s.inner.W/2, group.Y0+head)
	return nil
}

// splitting is a flow in two, with the indices that things have in the whole.
type splitting struct {
	whole        *Flow
	inner, outer *Flow
	stand        int // the box of outer that stands for the group
	boxes        [2][]int
	edges        [2][]int
	groups       [2][]int
}

// newSplit takes a group with all that is in it out of a flow.
func newSplit(f *Flow, g int) *splitting {
	s := &splitting{whole: f, inner: &Flow{Way: across(f.Way)}, outer: &Flow{Way: f.Way}}
	if w := f.Groups[g].Way; w != nil {
		s.inner.Way = *w
	}
	part := func(end int) (*Flow, int) {
		if f.within(end, g) {
			return s.inner, 0
		}
		return s.outer, 1
	}
	box, group := make([]int, len(f.Boxes)), make([]int, len(f.Groups))
	for i := range f.Boxes {
		to, k := part(i)
		box[i], to.Boxes, s.boxes[k] = len(to.Boxes), append(to.Boxes, f.Boxes[i]), append(s.boxes[k], i)
	}
	for i := range f.Groups {
		if i == g {
			continue
		}
		to, k := part(GroupEnd(i))
		group[i], to.Groups, s.groups[k] = len(to.Groups), append(to.Groups, f.Groups[i]), append(s.groups[k], i)
	}
	s.stand = len(s.outer.Boxes)
	s.outer.Boxes = append(s.outer.Boxes, FlowBox{Group: f.Groups[g].Parent})
	s.rename(g, box, group)
	for i, e := range f.Edges {
		to, k := part(e.From)
		e.From, e.To = s.end(e.From, g, box, group), s.end(e.To, g, box, group)
		to.Edges, s.edges[k] = append(to.Edges, e), append(s.edges[k], i)
	}
	return s
}

// rename gives the groups that boxes and groups are in their new indices.
func (s *splitting) rename(g int, box, group []int) {
	name := func(at int) int {
		if at < 0 || at == g {
			return -1
		}
		return group[at]
	}
	for _, f := range []*Flow{s.inner, s.outer} {
		for i := range f.Boxes {
			f.Boxes[i].Group = name(f.Boxes[i].Group)
		}
		for i := range f.Groups {
			f.Groups[i].Parent = name(f.Groups[i].Parent)
		}
	}
}

func (s *splitting) end(end, g int, box, group []int) int {
	switch {
	case end >= 0:
		return box[end]
	case end == GroupEnd(g):
		return s.stand
	}
	return GroupEnd(group[-1-end])
}

// takeBack puts the places of both parts into the whole; those of the inner one
// are moved by (dx, dy).
func (s *splitting) takeBack(dx, dy int) {
	s.inner.move(dx, dy)
	for k, f := range []*Flow{s.inner, s.outer} {
		for i, at := range s.boxes[k] {
			s.whole.Boxes[at].X, s.whole.Boxes[at].Y = f.Boxes[i].X, f.Boxes[i].Y
		}
		for i, at := range s.edges[k] {
			from, to := s.whole.Edges[at].From, s.whole.Edges[at].To
			s.whole.Edges[at] = f.Edges[i]
			s.whole.Edges[at].From, s.whole.Edges[at].To = from, to
		}
		for i, at := range s.groups[k] {
			parent := s.whole.Groups[at].Parent
			s.whole.Groups[at] = f.Groups[i]
			s.whole.Groups[at].Parent = parent
		}
	}
	s.whole.W, s.whole.H = s.outer.W, s.outer.H
}

func (f *Flow) move(dx, dy int) {
	for i := range f.Boxes {
		f.Boxes[i].X, f.Boxes[i].Y = f.Boxes[i].X+dx, f.Boxes[i].Y+dy
	}
	for i := range f.Groups {
		g := &f.Groups[i]
		g.X0, g.Y0, g.X1, g.Y1 = g.X0+dx, g.Y0+dy, g.X1+dx, g.Y1+dy
		g.TitleX, g.TitleY = g.TitleX+dx, g.TitleY+dy
	}
	for i := range f.Edges {
		e := &f.Edges[i]
		e.X, e.Y = e.X+dx, e.Y+dy
		for j := range e.Points {
			e.Points[j].X, e.Points[j].Y = e.Points[j].X+dx, e.Points[j].Y+dy
		}
	}
}

// across is the way of a group without one of its own in a diagram that leads
// along w.
func across(w Way) Way {
	if w == Down {
		return Right
	}
	return Down
}
