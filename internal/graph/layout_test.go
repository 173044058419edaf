package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// samples are diagrams of every shape the layout has to do with.
func samples() map[string]Diagram {
	m := map[string]Diagram{}
	names, ds := gallery()
	for i, name := range names {
		m[name] = ds[i]
	}
	m["empty"] = Diagram{}
	m["one"] = Diagram{Nodes: []Node{node("component", "a", "")}}
	m["one with itself"] = Diagram{Nodes: []Node{node("component", "a", "")}, Edges: []Edge{{"component:default/a", "component:default/a", Solid}}}
	m["edges to nothing"] = Diagram{Nodes: []Node{node("component", "a", "")}, Edges: []Edge{{"component:default/a", "gone", Solid}, {"x", "y", Solid}}}
	m["dense"] = random(5, 12, 60, 30)
	m["500"] = random(6, 500, 700, 20)
	m["chain with short cuts"] = chain(12)
	m["complete"] = complete(9)
	boundary := random(9, 40, 60, 5)
	boundary.Boundary = &Boundary{ID: "b", Label: "b", Kind: "domain"}
	for i := range boundary.Nodes[8:32] {
		boundary.Nodes[8+i].Group = "b"
	}
	m["random boundary"] = boundary
	loose := Diagram{Boundary: &Boundary{ID: "b", Label: "b"}}
	for i := range 20 {
		n := node("component", fmt.Sprint("n", i), "")
		n.Group = "b"
		loose.Nodes = append(loose.Nodes, n)
	}
	m["boundary of loose nodes"] = loose
	m["boundary of nothing"] = Diagram{Boundary: &Boundary{ID: "b", Label: "b"}, Nodes: []Node{node("component", "a", "")}}
	return m
}

// chain is a row of nodes in which each also uses the one after the next.
func chain(n int) Diagram {
	var d Diagram
	for i := range n {
		d.Nodes = append(d.Nodes, node("component", fmt.Sprintf("n%02d", i), ""))
		for _, back := range []int{1, 2} {
			if i >= back {
				d.Edges = append(d.Edges, Edge{d.Nodes[i-back].ID, d.Nodes[i].ID, Solid})
			}
		}
	}
	return d
}

// complete has an edge between all pairs, in both directions.
func complete(n int) Diagram {
	var d Diagram
	for i := range n {
		d.Nodes = append(d.Nodes, node("component", fmt.Sprintf("n%02d", i), ""))
	}
	for _, a := range d.Nodes {
		for _, b := range d.Nodes {
			d.Edges = append(d.Edges, Edge{a.ID, b.ID, Solid})
		}
	}
	return d
}

// run is a straight piece of an edge.
type run struct{ x0, y0, x1, y1 int }

// runs are the straight pieces of all edges outside the gaps between columns,
// and the ways of those that lead back.
func (s *sheet) runs() (rs []run) {
	for _, w := range s.wires {
		for _, b := range w.bends {
			rs = append(rs, run{s.v[b].x, s.v[b].y, s.v[b].x + nodeW, s.v[b].y})
		}
	}
	for _, d := range s.detours {
		a, b := s.v[s.wires[d.wire].from], s.v[s.wires[d.wire].to]
		rs = append(rs, run{a.x + nodeW + 1, a.y + aside, d.x1, a.y + aside}, run{d.x1, a.y + aside, d.x1, d.y},
			run{d.x2, d.y, d.x1, d.y}, run{d.x2, b.y + aside, d.x2, d.y}, run{d.x2, b.y + aside, b.x - 1, b.y + aside})
	}
	return rs
}

// faults says what is wrong with a drawing.
func faults(dr *drawing) (out []string) {
	fault := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	seen := 0
	var all []vertex
	for _, s := range dr.sheets {
		seen += s.nodes
		all = append(all, s.v[:s.nodes]...)
		for _, w := range s.wires {
			if a, b := s.v[w.tail()], s.v[w.head()]; a.x+nodeW >= b.x {
				fault("an edge from column %d to %d", a.rank, b.rank)
			}
			at := s.v[w.from].x
			for _, b := range w.bends {
				if s.v[b].x <= at {
					fault("bends not from left to right")
				}
				at = s.v[b].x
			}
		}
		for _, r := range s.runs() {
			for _, v := range s.v[:s.nodes] {
				if r.x0 < v.x+nodeW && v.x < r.x1 && r.y0 < v.y+nodeH/2 && v.y-nodeH/2 < r.y1 || r.x0 == r.x1 && v.x < r.x0 && r.x0 < v.x+nodeW && r.y0 < v.y && v.y < r.y1 {
					fault("an edge runs through %s at %v", dr.nodes[v.node].Label, r)
				}
			}
		}
		if s.zones != nil {
			out = append(out, outsideFaults(dr, s)...)
		}
	}
	if seen != len(dr.nodes) {
		fault("%d of %d nodes are drawn", seen, len(dr.nodes))
	}
	slices.SortFunc(all, func(a, b vertex) int { return a.x - b.x })
	for i, a := range all {
		if a.x < 0 || a.y-nodeH/2 < 0 || a.x+nodeW > dr.w || a.y+nodeH/2 > dr.h {
			fault("%s is outside the drawing", dr.nodes[a.node].Label)
		}
		for _, b := range all[i+1:] {
			if b.x >= a.x+nodeW {
				break
			}
			if abs(a.y-b.y) < nodeH+gapY/2 {
				fault("%s and %s overlap", dr.nodes[a.node].Label, dr.nodes[b.node].Label)
			}
		}
	}
	return out
}

func outsideFaults(dr *drawing, s *sheet) (out []string) {
	f := s.frame
	for i, v := range s.v[:s.nodes] {
		ok := true
		switch s.zones[i] {
		case inside:
			ok = f.x0 < v.x && v.x+nodeW < f.x1 && f.y0 < v.y-nodeH/2 && v.y+nodeH/2 < f.y1
		case callers:
			ok = v.x+nodeW < f.x0
		case relied:
			ok = v.x > f.x1
		}
		if !ok {
			out = append(out, fmt.Sprintf("%s is on the wrong side of the boundary", dr.nodes[v.node].Label))
		}
	}
	return out
}

func TestNothingOverlaps(t *testing.T) {
	for name, d := range samples() {
		for _, f := range faults(arrange(&d)) {
			t.Errorf("%s: %s", name, f)
		}
	}
}

func TestSameForAnyOrder(t *testing.T) {
	for name, d := range samples() {
		want := Draw(d, "icons.svg")
		r := rand.New(rand.NewPCG(1, 2))
		for range 5 {
			d.Nodes, d.Edges = slices.Clone(d.Nodes), slices.Clone(d.Edges)
			r.Shuffle(len(d.Nodes), func(i, j int) { d.Nodes[i], d.Nodes[j] = d.Nodes[j], d.Nodes[i] })
			r.Shuffle(len(d.Edges), func(i, j int) { d.Edges[i], d.Edges[j] = d.Edges[j], d.Edges[i] })
			if Draw(d, "icons.svg") != want {
				t.Errorf("%s: another order of nodes and edges gives another drawing", name)
				break
			}
		}
	}
}

// crossings are those between all neighbouring ranks of a drawing.
func crossings(dr *drawing) (n int) {
	for _, s := range dr.sheets {
		n += s.layers().crossings()
	}
	return n
}

func edges(pairs ...string) Diagram {
	var d Diagram
	seen := map[string]bool{}
	for _, p := range pairs {
		a, b := p[:1], p[1:]
		for _, id := range []string{a, b} {
			if !seen[id] {
				seen[id] = true
				d.Nodes = append(d.Nodes, Node{ID: id, Label: id, Kind: "component"})
			}
		}
		d.Edges = append(d.Edges, Edge{a, b, Solid})
	}
	return d
}

func TestCrossings(t *testing.T) {
	sixty, _, _, _ := star(60, LimitTab)
	for _, c := range []struct {
		name string
		d    Diagram
		most int
	}{
		{"reference", payments(), 0},
		{"star", sixty, 0},
		{"tree", edges("ab", "ac", "bd", "be", "cf", "cg", "dh", "gi"), 0},
		{"ladder", edges("az", "by", "cx", "ay", "bx"), 0},
		{"two by two", edges("ax", "ay", "bx", "by"), 1},
		{"three by three", edges("ax", "ay", "az", "bx", "by", "bz", "cx", "cy", "cz"), 9},
		{"crown", edges("aw", "bx", "cy", "dz", "ax", "by", "cz", "dw"), 3},
		{"chain with short cuts", chain(12), 0},
	} {
		if n := crossings(arrange(&c.d)); n > c.most {
			t.Errorf("%s: %d crossings, %d are possible", c.name, n, c.most)
		}
	}
}

// TestEdgesTurned compares the edges turned round with the fewest possible.
func TestEdgesTurned(t *testing.T) {
	for _, c := range []struct {
		name string
		d    Diagram
		want int
	}{
		{"none", chain(9), 0},
		{"pair", edges("ab", "ba"), 1},
		{"ring", edges("ab", "bc", "cd", "de", "ea"), 1},
		{"two rings through one edge", edges("ab", "bc", "ca", "bd", "da"), 1},
		{"rings", rings(), 2},
		{"complete", complete(9), 9 * 8 / 2},
	} {
		n := 0
		for _, s := range arrange(&c.d).sheets {
			for _, w := range s.wires {
				if w.back {
					n++
				}
			}
		}
		if n != c.want {
			t.Errorf("%s: %d edges lead back, want %d", c.name, n, c.want)
		}
	}
}

// TestRanksAreShortest compares with the least total length, found by trying.
func TestRanksAreShortest(t *testing.T) {
	for seed := range uint64(40) {
		d := random(seed, 6, 9, 0)
		for _, s := range arrange(&d).sheets {
			length := 0
			for _, w := range s.wires {
				length += s.v[w.to].rank - s.v[w.from].rank
			}
			if best := shortest(s); length != best {
				t.Errorf("seed %d: edges span %d columns, %d are possible", seed, length, best)
			}
		}
	}
}

// shortest tries all ranks.
func shortest(s *sheet) int {
	rank, best := make([]int, s.nodes), 1<<30
	var try func(v int)
	try = func(v int) {
		if v == s.nodes {
			length := 0
			for _, w := range s.wires {
				l := rank[w.to] - rank[w.from]
				if l < 1 {
					return
				}
				length += l
			}
			best = min(best, length)
			return
		}
		for rank[v] = range s.nodes {
			try(v + 1)
		}
	}
	try(0)
	return best
}

func TestReadsLeftToRight(t *testing.T) {
	d := payments()
	s := arrange(&d).sheets[0]
	if len(s.ranks) != 4 {
		t.Fatalf("%d columns, want 4", len(s.ranks))
	}
	hub := s.v[s.ranks[2][0]]
	if api := s.v[s.ranks[1][0]]; api.y != hub.y {
		t.Errorf("the only edge between two nodes is not straight: %d and %d", api.y, hub.y)
	}
	top, bottom := s.v[s.ranks[3][0]].y, s.v[s.ranks[3][3]].y
	if top+bottom != 2*hub.y {
		t.Errorf("the subject at %d is not in the middle of %d and %d", hub.y, top, bottom)
	}
}

// TestManyLeavesStandInColumns holds that a subject with many neighbours fits a
// window better than one column would.
func TestManyLeavesStandInColumns(t *testing.T) {
	for _, c := range []struct{ n, height int }{{8, 8 * 60}, {24, 12 * 60}, {60, 20 * 60}} {
		d, _, _, _ := star(c.n, LimitTab)
		if dr := arrange(&d); dr.h > c.height {
			t.Errorf("%d neighbours are %d px high, more than %d", c.n, dr.h, c.height)
		}
	}
}

func FuzzArrange(f *testing.F) {
	f.Add([]byte{0, 1, 1, 2, 2, 0}, uint8(0))
	f.Add([]byte{0, 1, 0, 2, 0, 3, 3, 3, 4, 0}, uint8(2))
	f.Add([]byte("abacadaeafagahaiajakalamanao"), uint8(5))
	f.Fuzz(func(t *testing.T, pairs []byte, in uint8) {
		if len(pairs) > 160 {
			pairs = pairs[:160]
		}
		d := Diagram{}
		if in%2 == 0 {
			d.Boundary = &Boundary{ID: "b", Label: "b"}
		}
		for i, b := range pairs {
			n := Node{ID: fmt.Sprint(b % 48), Label: fmt.Sprint(b % 48), Kind: "component"}
			if b%48 < in%48 {
				n.Group = "b"
			}
			d.Nodes = append(d.Nodes, n)
			if i%2 == 1 {
				d.Edges = append(d.Edges, Edge{fmt.Sprint(pairs[i-1] % 48), n.ID, Style(b % 3)})
			}
		}
		for _, fault := range faults(arrange(&d)) {
			t.Error(fault)
		}
		Draw(d, "i")
	})
}
