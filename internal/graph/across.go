package graph

import (
	"cmp"
	"slices"
)

// Room for what stands between columns and under them.
const (
	laneGap   = 8  // between edges that lead back
	laneStart = 12 // from a node to the first of them
	underGap  = 16 // from the lowest node to the first of them
	loopW     = 26 // an edge of a node to itself
	framePad  = 20 // inside a boundary
	frameHead = 34 // for its label
	frameGap  = 20 // outside it
	looseGap  = 24 // between columns of nodes without edges
)

// detour is the way of an edge that leads back: down between two columns, left
// under what stands there, and up before the column of its end.
type detour struct {
	wire       int
	x1, x2     int // of the ways down and up
	y          int // of the way left
	first, end int // the ranks it passes under
}

// across gives the columns their places and everything its x.
func (s *sheet) across() {
	after, before := s.planDetours()
	first, last := s.insideRanks()
	extra := s.looseColumns(last-first+1) - (last - first + 1)
	x := 0
	s.columns = make([]int, len(s.ranks))
	for r := range s.ranks {
		if r == 0 {
			x = laneRoom(before[0])
		}
		if s.zones != nil && r == first {
			x += framePad
			if r > 0 {
				x += frameGap
			}
		}
		s.columns[r] = x
		x += nodeW
		if s.zones != nil && r == last {
			x += framePad + frameGap + max(0, extra)*(nodeW+looseGap)
		}
		if r+1 < len(s.ranks) {
			x += s.gap(r) + laneGap*(after[r]+before[r+1])
		}
	}
	for i := range s.v {
		s.v[i].x = s.columns[s.v[i].rank]
	}
	s.lead(after)
	s.setOut(first, last)
}

func laneRoom(n int) int {
	if n == 0 {
		return 0
	}
	return laneStart + laneGap*n
}

// gap is the room after a rank, wider where edges climb far.
func (s *sheet) gap(r int) int {
	switch narrow, straight := s.narrow(r); {
	case narrow && straight:
		return narrowX
	case narrow:
		return stepX
	}
	steep := 0
	for _, v := range s.ranks[r] {
		for _, d := range s.v[v].down {
			steep = max(steep, abs(s.v[v].y-s.v[d].y))
		}
	}
	return gapX + min(max(0, steep-300)/5, 80)
}

// insideRanks are the first and the last rank with nodes inside the boundary,
// or all ranks.
func (s *sheet) insideRanks() (first, last int) {
	if s.zones == nil {
		return 0, len(s.ranks) - 1
	}
	first, last = len(s.ranks)-1, 0
	for i, z := range s.zones {
		if z == inside {
			first, last = min(first, s.v[i].rank), max(last, s.v[i].rank)
		}
	}
	return first, last
}

// looseColumns is how many columns the nodes without edges stand in.
func (s *sheet) looseColumns(ranks int) int {
	if len(s.loose) == 0 {
		return ranks
	}
	return max(ranks, min(4, (len(s.loose)+5)/6))
}

// planDetours decides how deep each edge that leads back runs and counts them
// after and before each rank.
func (s *sheet) planDetours() (after, before []int) {
	after, before = make([]int, len(s.ranks)), make([]int, len(s.ranks))
	for i := range s.wires {
		if w := &s.wires[i]; w.back {
			s.detours = append(s.detours, detour{wire: i, first: s.v[w.to].rank, end: s.v[w.from].rank})
		}
	}
	slices.SortStableFunc(s.detours, func(a, b detour) int { return cmp.Compare(a.end-a.first, b.end-b.first) })
	for i := range s.detours {
		d := &s.detours[i]
		for r := d.first; r <= d.end; r++ {
			d.y = max(d.y, s.bottom(r)+underGap)
		}
		for _, o := range s.detours[:i] {
			if o.first <= d.end && d.first <= o.end {
				d.y = max(d.y, o.y+laneGap)
			}
		}
		d.x1, d.x2 = after[d.end], before[d.first]
		after[d.end]++
		before[d.first]++
	}
	return after, before
}

// bottom is the lower edge of what stands in a rank.
func (s *sheet) bottom(r int) int {
	vs := s.ranks[r]
	if len(vs) == 0 {
		return 0
	}
	v := vs[len(vs)-1]
	return s.v[v].y + s.half(v)
}

// lead turns the numbers of lanes into places.
func (s *sheet) lead(after []int) {
	for i := range s.detours {
		d := &s.detours[i]
		d.x1 = s.columns[d.end] + nodeW + laneStart + laneGap*d.x1
		d.x2 = s.columns[d.first] - laneStart - laneGap*d.x2
	}
}

// setOut places the nodes without edges in rows under the others, and draws the
// boundary round all that is inside.
func (s *sheet) setOut(first, last int) {
	if s.zones == nil {
		return
	}
	f := &frame{x0: s.columns[first] - framePad, x1: s.columns[last] + nodeW + framePad}
	started := false
	for r := first; r <= last; r++ {
		if vs := s.ranks[r]; len(vs) > 0 {
			top := s.v[vs[0]].y - s.half(vs[0])
			if !started || top < f.y0 {
				f.y0 = top
			}
			f.y1 = max(f.y1, s.bottom(r))
			started = true
		}
	}
	for _, d := range s.detours {
		if d.first >= first && d.end <= last {
			f.y1 = max(f.y1, d.y)
			f.x0, f.x1 = min(f.x0, d.x2-framePad/2), max(f.x1, d.x1+framePad/2)
		}
	}
	if len(s.loose) > 0 { // under the edges that only pass, too
		for _, d := range s.detours {
			if d.end >= first {
				f.y1 = max(f.y1, d.y)
			}
		}
	}
	s.grid(f, first, last, started)
	f.y0 -= frameHead
	f.y1 += framePad
	s.frame = f
}

func (s *sheet) grid(f *frame, first, last int, started bool) {
	ranks := last - first + 1
	columns := s.looseColumns(ranks)
	top := f.y1 + gapY
	if !started {
		top = 0
	}
	for i, v := range s.loose {
		c := i % columns
		if c < ranks {
			s.v[v].x = s.columns[first+c]
		} else {
			s.v[v].x = s.columns[last] + (c-ranks+1)*(nodeW+looseGap)
		}
		s.v[v].y = top + (i/columns)*(nodeH+gapY) + nodeH/2
		f.x1 = max(f.x1, s.v[v].x+nodeW+framePad)
		f.y1 = max(f.y1, s.v[v].y+nodeH/2)
	}
}

// frame is a rectangle.
type frame struct{ x0, y0, x1, y1 int }

func (f *frame) add(x0, y0, x1, y1 int) {
	f.x0, f.y0, f.x1, f.y1 = min(f.x0, x0), min(f.y0, y0), max(f.x1, x1), max(f.y1, y1)
}

// toOrigin moves everything so that the drawing begins at zero, and measures it.
func (s *sheet) toOrigin() {
	var e frame
	for i := range s.v {
		v := &s.v[i]
		box := frame{v.x, v.y - s.half(i), v.x + nodeW, v.y + s.half(i)}
		if i == 0 {
			e = box
		}
		e.add(box.x0, box.y0, box.x1, box.y1)
	}
	for _, d := range s.detours {
		e.add(d.x2, d.y, d.x1, d.y)
	}
	for _, l := range s.loops {
		e.add(s.v[l].x, s.v[l].y, s.v[l].x+nodeW+loopW, s.v[l].y)
	}
	if s.frame != nil {
		e.add(s.frame.x0, s.frame.y0, s.frame.x1, s.frame.y1)
	}
	s.move(-e.x0, -e.y0)
	s.w, s.h = e.x1-e.x0, e.y1-e.y0
}

func (s *sheet) move(dx, dy int) {
	for i := range s.v {
		s.v[i].x += dx
		s.v[i].y += dy
	}
	for i := range s.columns {
		s.columns[i] += dx
	}
	for i := range s.detours {
		d := &s.detours[i]
		d.x1, d.x2, d.y = d.x1+dx, d.x2+dx, d.y+dy
	}
	if f := s.frame; f != nil {
		f.x0, f.x1, f.y0, f.y1 = f.x0+dx, f.x1+dx, f.y0+dy, f.y1+dy
	}
}
