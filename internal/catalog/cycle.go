package catalog

import (
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
)

// Circles are the shortest circles along a relation, one for each group of
// entities that it leads from one to the other and back. Each relation leads on
// from the target of the one before, the first from the target of the last.
func (c *Catalog) Circles(relation string) [][]Relation {
	return circlesOf(c.upwards(relation), func(i, j int) Relation {
		target := c.entities[j].Ref
		return Relation{Type: relation, Target: target, Pos: c.placeOf(i, relation, target)}
	})
}

// circlesOf finds the circles among entities that lead up to others, by their
// numbers; step is the relation from one to another. Its cost is that of the
// relations, however many circles there are.
func circlesOf(up [][]int, step func(i, j int) Relation) (out [][]Relation) {
	t := &tarjan{up: up, index: make([]int, len(up)), low: make([]int, len(up)), group: make([]int, len(up))}
	for id := range up {
		if t.index[id] == 0 {
			t.visit(id)
		}
	}
	said := make([]bool, t.groups+1)
	for id := range up {
		if g := t.group[id]; !said[g] {
			said[g] = true
			if ids := t.circle(id); ids != nil {
				circle := make([]Relation, 0, len(ids)-1)
				for i := range ids[1:] {
					circle = append(circle, step(ids[i], ids[i+1]))
				}
				out = append(out, circle)
			}
		}
	}
	return out
}

// upwards are the entities that each one leads to along a relation.
func (c *Catalog) upwards(relation string) [][]int {
	up := make([][]int, len(c.entities))
	for id := range c.entities {
		for _, r := range c.ofType(c.rows[id], relation) {
			if !c.dangles(r) {
				up[id] = append(up[id], int(r.target))
			}
		}
	}
	return up
}

// tarjan finds strongly connected components (R. Tarjan, 1972), without
// recursion: a chain may be as long as the catalog.
type tarjan struct {
	up         [][]int
	index, low []int // from 1; 0 is not visited
	group      []int // from 1; 0 is still open
	next       int
	groups     int
	open       []int
}

type frame struct{ id, next int }

func (t *tarjan) visit(root int) {
	path := []frame{t.enter(root)}
	for len(path) > 0 {
		top := &path[len(path)-1]
		if top.next < len(t.up[top.id]) {
			up := t.up[top.id][top.next]
			top.next++
			switch {
			case t.index[up] == 0:
				path = append(path, t.enter(up))
			case t.group[up] == 0:
				t.low[top.id] = min(t.low[top.id], t.index[up])
			}
			continue
		}
		t.leave(top.id)
		path = path[:len(path)-1]
		if len(path) > 0 {
			below := path[len(path)-1].id
			t.low[below] = min(t.low[below], t.low[top.id])
		}
	}
}

func (t *tarjan) enter(id int) frame {
	t.next++
	t.index[id], t.low[id] = t.next, t.next
	t.open = append(t.open, id)
	return frame{id: id}
}

func (t *tarjan) leave(id int) {
	if t.low[id] != t.index[id] {
		return
	}
	t.groups++
	for {
		last := t.open[len(t.open)-1]
		t.open = t.open[:len(t.open)-1]
		t.group[last] = t.groups
		if last == id {
			return
		}
	}
}

// circle is the shortest way from an entity back to itself, or nil. It stays in
// the entity's group.
func (t *tarjan) circle(start int) []int {
	from := map[int]int{}
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, up := range t.up[at] {
			if up == start {
				return trail(from, start, at)
			}
			if _, seen := from[up]; !seen && t.group[up] == t.group[start] {
				from[up] = at
				queue = append(queue, up)
			}
		}
	}
	return nil
}

func trail(from map[int]int, start, at int) []int {
	path := []int{start}
	for ; at != start; at = from[at] {
		path = append(path, at)
	}
	path = append(path, start)
	slices.Reverse(path)
	return path
}

const maxCycleNames = 8

// reportCycles reports each circle of a hierarchy, once, at its first entity.
func reportCycles(circles [][]Relation, sink diag.Sink) {
	for _, circle := range circles {
		reportCycle(circle, sink)
	}
}

func reportCycle(circle []Relation, sink diag.Sink) {
	names := []string{circle[len(circle)-1].Target.String()}
	for _, r := range circle {
		names = append(names, r.Target.String())
	}
	d := diag.Diagnostic{Pos: circle[0].Pos, Severity: diag.Warning, Code: CodeCycle, Entity: names[0], Hint: "remove one of these references"}
	if len(names) > maxCycleNames {
		names = slices.Concat(names[:maxCycleNames-1], []string{"…"}, names[len(names)-1:])
	}
	d.Message = "the hierarchy runs in a circle: " + strings.Join(names, " → ")
	for _, r := range circle[1:min(len(circle), maxCycleNames)] {
		d.Related = append(d.Related, diag.Related{Pos: r.Pos, Message: "leads to " + r.Target.String()})
	}
	sink.Report(d)
}

func (c *Catalog) placeOf(id int, relation string, target entity.Ref) diag.Pos {
	for _, r := range c.ofType(c.rows[id], relation) {
		if c.refs[r.target] == target {
			return c.place(r)
		}
	}
	return diag.Pos{}
}
