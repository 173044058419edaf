package graph

import (
	"cmp"
	"slices"
)

// Room between parts of a picture that nothing joins.
const (
	partGap   = 40
	wantWidth = 5*nodeW + 4*looseGap // of rows of such parts
)

// drawing is a picture with a place for everything.
type drawing struct {
	*picture
	sheets []*sheet
	w, h   int
}

// arrange lays out a diagram. Parts that no edge joins are laid out each on
// their own: the subject's first, then the largest, in rows; single nodes stand
// in a grid under them.
func arrange(d *Diagram) *drawing {
	if d.Boundary != nil && !slices.ContainsFunc(d.Nodes, func(n Node) bool { return n.Group == d.Boundary.ID }) {
		open := *d
		open.Boundary = nil
		d = &open
	}
	dr := &drawing{picture: newPicture(d)}
	if d.Boundary != nil {
		all := make([]int, len(dr.nodes))
		for i := range all {
			all[i] = i
		}
		dr.sheets = []*sheet{newSheet(dr.picture, all, d.Boundary)}
	} else {
		for _, part := range dr.parts() {
			dr.sheets = append(dr.sheets, newSheet(dr.picture, part, nil))
		}
		slices.SortStableFunc(dr.sheets, dr.compareSheets)
	}
	dr.fill()
	return dr
}

func (dr *drawing) compareSheets(a, b *sheet) int {
	return cmp.Or(cmp.Compare(min(1, b.nodes-1), min(1, a.nodes-1)), dr.self(b)-dr.self(a), cmp.Compare(b.nodes, a.nodes))
}

// self is one for the sheet of the subject.
func (dr *drawing) self(s *sheet) int {
	for _, v := range s.v[:s.nodes] {
		if dr.nodes[v.node].Self {
			return 1
		}
	}
	return 0
}

// fill sets the sheets out in rows.
func (dr *drawing) fill() {
	width, single := 0, 0
	for _, s := range dr.sheets {
		width = max(width, s.w)
		if s.nodes == 1 {
			single++
		}
	}
	if len(dr.sheets) > single || single > 5 {
		width = max(width, min(wantWidth, single*(nodeW+looseGap)))
	}
	if width < wantWidth && len(dr.sheets) > 1 {
		width = wantWidth
	}
	x, y, row := 0, 0, 0
	for i, s := range dr.sheets {
		gap, below := partGap, partGap
		if s.nodes == 1 {
			gap, below = looseGap, gapY
			if i > 0 && dr.sheets[i-1].nodes > 1 {
				x, y, row = 0, y+row+partGap, 0
			}
		}
		if x > 0 && x+s.w > width {
			x, y, row = 0, y+row+below, 0
		}
		s.move(x, y)
		row = max(row, s.h)
		dr.w, dr.h = max(dr.w, x+s.w), max(dr.h, y+s.h)
		x += s.w + gap
	}
}
