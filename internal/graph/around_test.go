package graph

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestAroundCountsEverybody(t *testing.T) {
	for _, n := range []int{0, 1, 5, 24, 25, 61, 500, 3000} {
		for _, limit := range []int{1, 3, 7, LimitOverview, LimitTab} {
			d, shown, total, groups := star(n, limit)
			if total != n {
				t.Errorf("%d neighbours: total is %d", n, total)
			}
			in, boxes := 0, 0
			for _, nd := range d.Nodes[1:] {
				if in += nd.Count; nd.Count > 0 {
					boxes++
				}
			}
			if boxes != groups || shown+in != total || len(d.Nodes)-1 != shown+groups || shown+groups > max(limit, 3) {
				t.Errorf("%d neighbours, limit %d: %d nodes, %d shown, %d groups with %d in them", n, limit, len(d.Nodes), shown, groups, in)
			}
			if n <= limit && groups > 0 {
				t.Errorf("%d neighbours were rolled up within a limit of %d", n, limit)
			}
			if len(d.Edges) != len(d.Nodes)-1 {
				t.Errorf("%d edges to %d boxes", len(d.Edges), len(d.Nodes)-1)
			}
		}
	}
}

func labels(d Diagram) (out []string) {
	for _, n := range d.Nodes {
		out = append(out, n.Label+"|"+n.Sub)
	}
	return out
}

func TestRollUp(t *testing.T) {
	var ns []Neighbour
	add := func(n int, kind, system, owner string, in, out bool) {
		for range n {
			nb := Neighbour{Node: node(kind, fmt.Sprintf("%s%02d", kind, len(ns)), ""), In: in, Out: out, System: system, Owner: owner}
			if system != "" {
				nb.SystemHref = "/" + system + "/"
			}
			ns = append(ns, nb)
		}
	}
	add(4, "component", "checkout", "a", false, true)
	add(2, "api", "checkout", "a", false, true)
	add(3, "component", "checkout", "a", true, false)
	add(3, "resource", "", "team-b", false, true)
	add(2, "component", "", "", false, true)
	for _, c := range []struct {
		limit int
		want  []string
	}{
		{14, nil},
		{9, []string{"component06|", "component07|", "component08|", "component12|", "component13|", "resource09|", "resource10|", "resource11|", "checkout (6)|4 components, 2 APIs"}},
		{8, []string{"component12|", "component13|", "resource09|", "resource10|", "resource11|", "checkout (3)|3 components", "checkout (6)|4 components, 2 APIs"}},
		{5, []string{"component12|", "component13|", "checkout (3)|3 components", "checkout (6)|4 components, 2 APIs", "team-b (3)|3 resources"}},
		{4, []string{"checkout (3)|3 components", "checkout (6)|4 components, 2 APIs", "team-b (3)|3 resources", "+2 more|2 components"}},
		{3, []string{"checkout (3)|3 components", "checkout (6)|4 components, 2 APIs", "+5 more|2 components, 3 resources"}},
	} {
		d, _, _, _ := Around(node("component", "me", ""), ns, nil, c.limit)
		got := labels(d)[1:]
		slices.Sort(got)
		slices.Sort(c.want)
		if c.want == nil && len(got) == len(ns) {
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("limit %d: %q\nwant %q", c.limit, got, c.want)
		}
	}
}

func TestAroundEdges(t *testing.T) {
	a, b, c := node("component", "a", ""), node("component", "b", ""), node("component", "c", "")
	me := node("component", "me", "")
	ns := []Neighbour{{Node: a, In: true}, {Node: b, In: true, Out: true, Style: Dashed}, {Node: c}}
	between := []Edge{{a.ID, c.ID, Thin}, {a.ID, c.ID, Solid}, {a.ID, "elsewhere", Solid}, {b.ID, b.ID, Solid}, {c.ID, me.ID, Solid}}
	d, shown, total, groups := Around(me, ns, between, 10)
	want := []Edge{{a.ID, c.ID, Solid}, {a.ID, me.ID, Solid}, {b.ID, b.ID, Solid}, {b.ID, me.ID, Dashed}, {c.ID, me.ID, Solid}, {me.ID, b.ID, Dashed}}
	if !reflect.DeepEqual(d.Edges, want) {
		t.Errorf("edges %v\nwant %v", d.Edges, want)
	}
	if shown != 3 || total != 3 || groups != 0 || !d.Nodes[0].Self {
		t.Errorf("%d of %d in %d groups, %v", shown, total, groups, d.Nodes[0])
	}
	if want := "Used by 2, uses 2 (1 of them both)."; d.Desc != want {
		t.Errorf("desc %q, want %q", d.Desc, want)
	}
}

// TestEdgesFollowTheRollUp holds that an edge between neighbours leads to the
// boxes that stand for them.
func TestEdgesFollowTheRollUp(t *testing.T) {
	var ns []Neighbour
	var between []Edge
	for i := range 6 {
		in := Neighbour{Node: node("component", fmt.Sprint("in", i), ""), In: true, System: "front"}
		out := Neighbour{Node: node("component", fmt.Sprint("out", i), ""), Out: true, System: "back"}
		ns = append(ns, in, out)
		between = append(between, Edge{in.Node.ID, out.Node.ID, Dashed}, Edge{in.Node.ID, "component:default/in0", Solid})
	}
	d, _, _, groups := Around(node("component", "me", ""), ns, between, 3)
	if groups != 2 || len(d.Edges) != 3 {
		t.Fatalf("%d groups and edges %v", groups, d.Edges)
	}
	d.LinkGroups("/all/")
	for _, n := range d.Nodes[1:] {
		if n.Href != "/all/" {
			t.Errorf("%s leads to %q", n.Label, n.Href)
		}
	}
}

func TestAroundIsTheSameForAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var ns []Neighbour
	for i := range 120 {
		ns = append(ns, Neighbour{Node: node("component", fmt.Sprint("n", i), ""), In: i%3 == 0, Out: i%3 != 0 || i%5 == 0,
			System: strings.Repeat("s", i%9), Owner: strings.Repeat("o", i%4)})
	}
	ns = append(ns, ns[:10]...)
	want, _, total, _ := Around(node("component", "me", ""), ns, nil, LimitOverview)
	if total != 120 {
		t.Errorf("repeats were counted: %d", total)
	}
	for range 5 {
		r.Shuffle(len(ns), func(i, j int) { ns[i], ns[j] = ns[j], ns[i] })
		if got, _, _, _ := Around(node("component", "me", ""), ns, nil, LimitOverview); Draw(got, "i") != Draw(want, "i") {
			t.Fatal("another order of neighbours gives another drawing")
		}
	}
}
