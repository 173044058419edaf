package graph

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
)

// someFlow makes a flow of a seed.
func someFlow(seed uint64, boxes, edges, groups int) *Flow {
	r := rand.New(rand.NewPCG(seed, 1))
	f := &Flow{Way: Way(r.IntN(4))}
	for range groups {
		f.Groups = append(f.Groups, FlowGroup{Parent: r.IntN(len(f.Groups)+1) - 1, W: 20 + r.IntN(150), H: 19})
	}
	for range boxes {
		f.Boxes = append(f.Boxes, FlowBox{W: 30 + r.IntN(150), H: 20 + r.IntN(60), Group: r.IntN(groups+1) - 1, SpreadX: 30, SpreadY: 10})
	}
	for range edges {
		e := FlowEdge{From: r.IntN(boxes), To: r.IntN(boxes), Length: r.IntN(3)}
		if r.IntN(3) == 0 {
			e.W, e.H = 20+r.IntN(80), 18
		}
		f.Edges = append(f.Edges, e)
	}
	return f
}

// TestFlowsAreTidy holds what must be true of every layout: boxes do not touch,
// are inside their groups and outside others, groups are inside theirs, and edges
// begin and end at their boxes.
func TestFlowsAreTidy(t *testing.T) {
	for seed := range uint64(60) {
		n := 3 + int(seed%20)
		f := someFlow(seed, n, n+int(seed%7), int(seed%5))
		if err := f.Layout(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for i := range f.Boxes {
			a := rectOf(f, i)
			if a.x0 < 0 || a.y0 < 0 || a.x1 > f.W || a.y1 > f.H {
				t.Errorf("seed %d: box %d is outside of the drawing", seed, i)
			}
			for j := range i {
				if overlap(a, rectOf(f, j)) {
					t.Errorf("seed %d: boxes %d and %d overlap", seed, i, j)
				}
			}
			for g := range f.Groups {
				r := frame{f.Groups[g].X0, f.Groups[g].Y0, f.Groups[g].X1, f.Groups[g].Y1}
				in := f.within(i, g)
				if in && (a.x0 < r.x0 || a.y0 < r.y0 || a.x1 > r.x1 || a.y1 > r.y1) || !in && r.x1 > r.x0 && overlap(a, r) {
					t.Errorf("seed %d: box %d at %v, in group %d at %v: %v", seed, i, a, g, r, in)
				}
			}
		}
		for i := range f.Edges {
			e := &f.Edges[i]
			if len(e.Points) < 2 || !touches(rectOf(f, e.From), e.Points[0]) || !touches(rectOf(f, e.To), e.Points[len(e.Points)-1]) {
				t.Errorf("seed %d: edge %d does not join its boxes: %v", seed, i, e.Points)
			}
		}
	}
}

func rectOf(f *Flow, i int) frame {
	b := &f.Boxes[i]
	return frame{b.X - b.W/2, b.Y - b.H/2, b.X - b.W/2 + b.W, b.Y - b.H/2 + b.H}
}

func overlap(a, b frame) bool { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 }

func touches(r frame, p Point) bool {
	return r.x0-1 <= p.X && p.X <= r.x1+1 && r.y0-1 <= p.Y && p.Y <= r.y1+1
}

func TestFlowsAreTheSame(t *testing.T) {
	a, b := someFlow(7, 20, 26, 4), someFlow(7, 20, 26, 4)
	if err := errors.Join(a.Layout(), b.Layout()); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Error("one flow is laid out in two ways")
	}
}

// TestFlowLimits holds that what is too large is refused, and that the largest
// that is not ends.
func TestFlowLimits(t *testing.T) {
	if err := someFlow(1, MaxFlowBoxes+1, 1, 0).Layout(); !errors.Is(err, ErrFlowTooLarge) {
		t.Error(err)
	}
	if err := someFlow(1, 2, MaxFlowEdges+1, 0).Layout(); !errors.Is(err, ErrFlowTooLarge) {
		t.Error(err)
	}
	if err := someFlow(1, 300, 300, 10).Layout(); err != nil && !errors.Is(err, ErrFlowTooLarge) {
		t.Error(err)
	}
	deep := &Flow{Boxes: []FlowBox{{W: 10, H: 10, Group: MaxFlowDepth}}}
	for i := range MaxFlowDepth + 1 {
		deep.Groups = append(deep.Groups, FlowGroup{Parent: i - 1})
	}
	if err := deep.Layout(); !errors.Is(err, ErrFlowTooLarge) {
		t.Error(err)
	}
}

func BenchmarkFlow(b *testing.B) {
	for b.Loop() {
		if err := someFlow(7, 40, 50, 4).Layout(); err != nil {
			b.Fatal(err)
		}
	}
}
