package mermaid

import (
	"cmp"
	"slices"
)

// Distances of sequence diagrams in pixels.
const (
	actorPad    = 14 // round the name of an actor
	actorMin    = 100
	actorGap    = 30 // between actors
	figure      = 44 // height of the figure of a person
	rowGap      = 14 // between events
	barWidth    = 10 // of an activation
	blockPad    = 14 // inside a block, and between blocks in one another
	selfReach   = 36 // of a message of an actor to itself
	selfHeight  = 18 // from where it begins to where it ends
	notePad     = 9
	numberR     = 10 // radius of a message's number
	tabHeight   = 22 // of the word that begins a block
	boxHead     = 26 // for the title of a box
	edgeRoom    = 12 // from the outermost actors to the edges that messages come from
	shortReach  = 40 // of a message from nowhere, beside its text
	destroySize = 8
)

// stage is a sequence diagram with a place for everything.
type stage struct {
	*talk
	x, w     []int // centre and width of each actor's box
	tall     int   // height of the actors' boxes
	top      int   // where they begin
	from, to []int // of each lifeline
	ended    []bool
	bars     []bar
	frames   []blockFrame
	rows     []row
	left     int // of everything
	right    int
	bottom   int    // where the lower boxes begin
	edges    [2]int // the left and the right one, where messages come from

	live   [][]int // of each actor, bars that have not ended
	blocks []int   // frames that have not ended
}

// bar is an activation.
type bar struct{ actor, depth, y0, y1 int }

// blockFrame is a block: its borders and the lines that divide it.
type blockFrame struct {
	word           string
	ground         bool
	text           label
	x0, x1, y0, y1 int
	parts          []part
	depth          int // blocks round it
}

type part struct {
	y    int
	text label
}

// row is a message or a note with its place: y is that of the line, or the middle
// of the note.
type row struct {
	*event
	y, x0, x1 int
}

func newStage(t *talk) *stage {
	s := &stage{talk: t}
	n := len(t.actors)
	s.x, s.w, s.from, s.to = make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	s.ended, s.live = make([]bool, n), make([][]int, n)
	s.columns()
	s.findEdges()
	s.acts()
	s.extent()
	return s
}

// columns gives actors their places, far enough apart for what is between them.
func (s *stage) columns() {
	gaps := make([]int, len(s.actors))
	for i, a := range s.actors {
		s.w[i] = max(a.name.w+2*actorPad, actorMin)
		h := a.name.h + 2*actorPad
		switch {
		case a.kind.figure():
			h = figure + a.name.h + 6
		case a.kind == database:
			h += 2 * capHeight
		case a.kind != plainActor:
			h += stackStep
			s.w[i] += 2 * capHeight
		}
		s.tall = max(s.tall, h)
		if i > 0 {
			gaps[i] = (s.w[i-1]+s.w[i])/2 + actorGap
			if s.actors[i-1].box != a.box {
				gaps[i] += blockPad
			}
		}
	}
	for _, b := range s.boxes {
		if !b.title.empty() {
			s.top = boxHead
		}
	}
	wants := s.wants()
	slices.SortStableFunc(wants, func(a, b want) int { return cmp.Compare(a.to-a.from, b.to-b.from) })
	for _, w := range wants {
		sum := 0
		for i := w.from + 1; i <= w.to; i++ {
			sum += gaps[i]
		}
		for i := w.from + 1; i <= w.to && sum < w.room; i++ {
			more := (w.room - sum) / (w.to - i + 1)
			gaps[i], sum = gaps[i]+more, sum+more
		}
	}
	x := s.w[0] / 2
	for i := range s.x {
		x += gaps[i]
		s.x[i] = x
	}
}

// want is the room that something needs between two actors.
type want struct{ from, to, room int }

func (s *stage) wants() (out []want) {
	last := len(s.actors) - 1
	add := func(from, to, room int) {
		if 0 <= from && from < to && to <= last {
			out = append(out, want{from, to, room})
		}
	}
	for i := range s.events {
		switch e := &s.events[i]; {
		case e.what == message && (e.from < 0 || e.to < 0):
			if at, left := e.atEdge(); e.short && left {
				add(at-1, at, e.reach()+10)
			} else if e.short {
				add(at, at+1, e.reach()+10)
			}
		case e.what == message && e.from == e.to:
			add(e.from, e.from+1, e.text.w+selfReach+2*barWidth+20)
		case e.what == message:
			room := e.text.w + 40
			if e.number > 0 {
				room += 2 * numberR
			}
			if e.makes {
				room += s.w[e.to] / 2
			}
			add(min(e.from, e.to), max(e.from, e.to), room)
		case e.what == note && e.word == "left":
			add(e.from-1, e.from, e.text.w+2*notePad+40)
		case e.what == note && e.word == "right":
			add(e.to, e.to+1, e.text.w+2*notePad+40)
		case e.what == note && e.from == e.to:
			add(e.from-1, e.from, e.text.w/2+notePad+20)
			add(e.from, e.from+1, e.text.w/2+notePad+20)
		case e.what == note:
			add(e.from, e.to, e.text.w+2*notePad-20)
		case e.what == caption && e.from < e.to:
			add(e.from, e.to, e.text.w)
		}
	}
	return out
}

// acts walks through the events from the top and gives them their places.
func (s *stage) acts() {
	for i := range s.actors {
		s.from[i] = s.top + s.tall
	}
	y := s.top + s.tall
	for i := range s.events {
		y = s.act(&s.events[i], y)
	}
	for i := range s.live {
		for len(s.live[i]) > 0 {
			s.endBar(i, y+rowGap/2)
		}
	}
	s.bottom = y + rowGap + 6
	for i := range s.to {
		if !s.ended[i] {
			s.to[i] = s.bottom
		}
	}
}

// act places an event below y and returns where it ends.
func (s *stage) act(e *event, y int) int {
	switch e.what {
	case message:
		return s.message(e, y)
	case note:
		h := e.text.h + 2*notePad
		r := row{event: e, y: y + rowGap + h/2}
		r.x0, r.x1 = s.noteAt(e)
		s.rows = append(s.rows, r)
		s.cover(r.x0, r.x1)
		return y + rowGap + h
	case activate:
		s.live[e.from] = append(s.live[e.from], len(s.bars))
		s.bars = append(s.bars, bar{actor: e.from, depth: len(s.live[e.from]) - 1, y0: y})
		s.cover(s.x[e.from]-barWidth, s.x[e.from]+barWidth)
	case deactivate:
		s.endBar(e.from, y)
	case destroy:
		for len(s.live[e.from]) > 0 {
			s.endBar(e.from, y)
		}
		s.to[e.from], s.ended[e.from] = y, true
	case blockBegin:
		return s.beginBlock(e, y)
	case blockElse:
		return s.divide(e, y)
	case blockEnd:
		return s.endBlock(y)
	case space:
		return y + e.room
	case divider, delay, caption:
		return s.between(e, y)
	}
	return y
}

func (s *stage) endBar(actor, y int) {
	if n := len(s.live[actor]); n > 0 {
		s.bars[s.live[actor][n-1]].y1 = y
		s.live[actor] = s.live[actor][:n-1]
	}
}

// edge is where a message meets the lifeline of an actor, coming from a side.
func (s *stage) edge(actor, towards int) int {
	n := len(s.live[actor])
	switch {
	case n == 0:
		return s.x[actor]
	case towards > s.x[actor]:
		return s.x[actor] + barWidth/2 + (n-1)*barWidth/2
	}
	return s.x[actor] - barWidth/2 + (n-1)*barWidth/2
}

func (s *stage) message(e *event, y int) int {
	y += rowGap + e.text.h
	if e.number > 0 && e.text.h < numberR {
		y += numberR
	}
	r := row{event: e, y: y + 3}
	if e.from == e.to {
		r.x0 = s.edge(e.from, s.x[e.from]+1)
		r.x1 = r.x0
		if e.fromO {
			r.x0 += 2 * endCircle
		}
		if e.toO {
			r.x1 += 2 * endCircle
		}
		s.rows = append(s.rows, r)
		s.cover(r.x0, r.x0+max(selfReach, e.text.w+10))
		return r.y + selfHeight + 4
	}
	r.x0, r.x1 = s.ends(e)
	if e.makes {
		r.y = max(r.y, y-e.text.h+s.tall/2)
		r.x1 = s.x[e.to] - s.w[e.to]/2
		if s.x[e.to] < r.x0 {
			r.x1 = s.x[e.to] + s.w[e.to]/2
		}
		s.from[e.to] = r.y + s.tall/2
	}
	s.rows = append(s.rows, r)
	s.cover(min(r.x0, r.x1), max(r.x0, r.x1))
	if e.makes {
		return s.from[e.to]
	}
	return r.y + 2
}

func (s *stage) noteAt(e *event) (x0, x1 int) {
	w := e.text.w + 2*notePad
	switch {
	case e.word == "left":
		return s.x[e.from] - 16 - w, s.x[e.from] - 16
	case e.word == "right":
		return s.x[e.to] + 16, s.x[e.to] + 16 + w
	case e.from == e.to:
		w = max(w, 70)
		return s.x[e.from] - w/2, s.x[e.from] - w/2 + w
	}
	x0, x1 = s.x[e.from]-20, s.x[e.to]+20
	if more := w - (x1 - x0); more > 0 {
		x0, x1 = x0-more/2, x1+more-more/2
	}
	return x0, x1
}

// cover makes the blocks that are open reach from x0 to x1.
func (s *stage) cover(x0, x1 int) {
	for _, b := range s.blocks {
		f := &s.frames[b]
		if f.x0 > f.x1 {
			f.x0, f.x1 = x0, x1
		}
		f.x0, f.x1 = min(f.x0, x0), max(f.x1, x1)
	}
}

func (s *stage) beginBlock(e *event, y int) int {
	y += rowGap
	s.frames = append(s.frames, blockFrame{word: e.word, ground: e.ground, text: e.text, x0: 1, x1: 0, y0: y, depth: len(s.blocks)})
	s.blocks = append(s.blocks, len(s.frames)-1)
	if e.ground {
		return y
	}
	return y + max(tabHeight, e.text.h+4)
}

// plain tells whether a block is a ground only.
func (s *stage) plain(frame int) bool { return s.frames[frame].ground }

func (s *stage) divide(e *event, y int) int {
	f := &s.frames[s.blocks[len(s.blocks)-1]]
	y += rowGap
	f.parts = append(f.parts, part{y, e.text})
	return y + e.text.h + 4
}

// endBlock ends the innermost block. One with nothing in it is as wide as all.
func (s *stage) endBlock(y int) int {
	i := s.blocks[len(s.blocks)-1]
	s.blocks = s.blocks[:len(s.blocks)-1]
	f := &s.frames[i]
	if f.x0 > f.x1 {
		f.x0, f.x1 = s.x[0], s.x[len(s.x)-1]
	}
	f.y1 = y + rowGap
	f.x0, f.x1 = f.x0-blockPad-4, f.x1+blockPad+4
	need := max(f.text.w+2*f.tab()+28, 90)
	for _, p := range f.parts {
		need = max(need, p.text.w+40)
	}
	if short := need - (f.x1 - f.x0); short > 0 && !s.plain(i) {
		f.x0, f.x1 = f.x0-short/2, f.x1+short-short/2
	}
	s.cover(f.x0, f.x1)
	return f.y1
}

// extent finds how far everything reaches.
func (s *stage) extent() {
	s.left, s.right = s.x[0]-s.w[0]/2, 0
	reach := func(x0, x1 int) { s.left, s.right = min(s.left, x0), max(s.right, x1) }
	for i := range s.actors {
		pad := 0
		if s.actors[i].box >= 0 {
			pad = blockPad
		}
		reach(s.x[i]-s.w[i]/2-pad, s.x[i]+s.w[i]/2+pad)
	}
	for _, f := range s.frames {
		reach(f.x0, f.x1)
	}
	for i := range s.rows {
		r := &s.rows[i]
		mid := (r.x0 + r.x1) / 2
		switch {
		case r.what == note:
			reach(r.x0, r.x1)
		case r.what == divider || r.what == delay:
			mid = (s.x[0] + s.x[len(s.x)-1]) / 2
			reach(mid-r.text.w/2-20, mid+r.text.w/2+20)
		case r.what == caption:
			reach(mid-r.text.w/2, mid+r.text.w/2)
		case r.from == r.to:
			reach(r.x0, r.x0+max(selfReach, r.text.w+10))
		default:
			reach(min(r.x0, r.x1, mid-r.text.w/2), max(r.x0, r.x1, mid+r.text.w/2))
		}
	}
}
