package catalog_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
)

// TestOutlineIsTheCatalog makes organisations by chance, with twins, circles and
// references to nothing and to themselves, and wants of an outline all that the
// catalog tells.
func TestOutlineIsTheCatalog(t *testing.T) {
	said := map[diag.Code]int{}
	for seed := range uint64(200) {
		es := chance(rand.New(rand.NewPCG(seed, 1)))
		var want, got diag.List
		c := catalog.Link(slices.Values(es), &want)
		o := &catalog.Outline{Annotations: []string{"a", "b"}, Spec: []string{"lifecycle"}}
		for _, e := range es {
			o.Add(e)
		}
		more := &entity.Entity{Ref: entity.NewRef("Component", "other", "x"), Kind: "Component", Name: "x", Origin: entity.Origin{Repo: "z"}}
		aside := o.SetAside(more)
		o.Link(&got)
		for _, d := range want.All() {
			said[d.Code]++
		}
		if !reflect.DeepEqual(got.All(), want.All()) {
			t.Fatalf("seed %d: the outline says\n%v\nthe catalog\n%v", seed, got.All(), want.All())
		}
		alike(t, c, o)
		for i, e := range es {
			if taken := c.Get(e.Ref).Origin == e.Origin; o.Takes(i) != taken {
				t.Errorf("seed %d: %s %v: taken by the outline %v, by the catalog %v", seed, e.Ref, e.Origin, o.Takes(i), taken)
			}
		}
		alike(t, catalog.Link(slices.Values(slices.Concat(c.Entities(), []*entity.Entity{more})), diag.Discard), linkedAgain(o.With([]int{aside})))
		if alike(t, c, o); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	for _, code := range []diag.Code{catalog.CodeDuplicate, catalog.CodeDangling, catalog.CodeSelf, catalog.CodeCycle, catalog.CodeGenerated} {
		if said[code] == 0 {
			t.Errorf("nothing made a finding of %s", code)
		}
	}
}

func linkedAgain(o *catalog.Outline) *catalog.Outline {
	o.Link(diag.Discard)
	return o
}

// alike compares an outline with the catalog that it is of.
func alike(t *testing.T, c *catalog.Catalog, o *catalog.Outline) {
	t.Helper()
	if o.Len() != c.Len() {
		t.Fatalf("%d entities, want %d", o.Len(), c.Len())
	}
	at := 0
	for e := range o.All() {
		want := c.Entities()[at]
		bare := *want
		bare.Edges = nil
		if got, want := outlinedAs(e), outlinedAs(&bare); got != want {
			t.Fatalf("the outline has\n%s\nof\n%s", got, want)
		}
		if got := outlinedAs(o.Get(want.Ref)); got != outlinedAs(want) {
			t.Fatalf("asked for %s it gives %s", want.Ref, got)
		}
		at++
		near := func(c interface {
			Neighbours(entity.Ref) iter.Seq[entity.Ref]
		}) []entity.Ref {
			rs := slices.SortedFunc(c.Neighbours(want.Ref), entity.Ref.Compare)
			return slices.Compact(rs)
		}
		if got, want := near(o), near(c); !slices.Equal(got, want) {
			t.Errorf("%s has relations with %v, want %v", e.Ref, got, want)
		}
		for _, relation := range []string{entity.OwnedBy, entity.OwnerOf, entity.HasPart, entity.PartOf, entity.DependsOn, entity.DependencyOf, entity.ChildOf, "guards"} {
			here, dangling := o.Related(e.Ref, relation)
			if h, d := c.Related(e.Ref, relation); h != here || d != dangling {
				t.Errorf("%s %s: %d and %d dangling, want %d and %d", e.Ref, relation, here, dangling, h, d)
			}
		}
	}
	if o.Get(entity.NewRef("Component", "default", "nobody")) != nil {
		t.Error("the outline has what was never added")
	}
	for _, relation := range []string{entity.DependsOn, entity.PartOf, entity.ChildOf} {
		if got, want := o.Circles(relation), c.Circles(relation); !reflect.DeepEqual(got, want) {
			t.Errorf("circles of %s\n%v\nwant\n%v", relation, got, want)
		}
	}
}

// outlinedAs is what an outline keeps of an entity.
func outlinedAs(e *entity.Entity) string {
	return fmt.Sprintln(e.Ref, e.Kind, e.Name, e.Origin.Pos(), e.Origin.Doc, e.Origin.Generated, strings.Join(e.Metadata.Tags, ","),
		e.Metadata.Annotations["a"], e.Metadata.Annotations["b"], e.Lifecycle(), len(e.Edges), fmt.Sprint(e.Edges))
}

// chance makes entities of few names.
func chance(r *rand.Rand) (es []*entity.Entity) {
	kinds := []string{"Component", "System", "Group", "Domain", "Odd"}
	relations := []string{entity.OwnedBy, entity.PartOf, entity.PartOf, entity.DependsOn, entity.DependencyOf, entity.ChildOf, entity.ParentOf, entity.HasMember, "guards"}
	for i := range 2 + r.IntN(14) {
		kind, name := kinds[r.IntN(len(kinds))], string(rune('A'+r.IntN(6)))
		e := &entity.Entity{Kind: kind, Name: name, Namespace: "default", Ref: entity.NewRef(kind, "default", name),
			Origin: entity.Origin{Repo: fmt.Sprint("r", r.IntN(3)), File: fmt.Sprint("f", r.IntN(3)), Doc: i, Line: 10 * i, Col: 1, Generated: r.IntN(8) == 0}}
		for range r.IntN(3) {
			e.Metadata.Tags = append(e.Metadata.Tags, fmt.Sprint("t", r.IntN(4)))
		}
		if r.IntN(2) == 0 {
			e.Metadata.Annotations = map[string]string{"a": fmt.Sprint("v", r.IntN(3)), "c": "not kept"}
			e.Spec = map[string]any{"lifecycle": "production", "other": 1}
		}
		for j := range r.IntN(5) {
			g := entity.Edge{Type: relations[r.IntN(len(relations))], Target: entity.NewRef(kinds[r.IntN(len(kinds))], "default", string(rune('a'+r.IntN(7)))),
				Field: []string{"spec.owner", fmt.Sprintf("spec.dependsOn[%d]", j), fmt.Sprintf("spec.deep[%d].of[1]", j), "spec.odd[01]"}[r.IntN(4)],
				Pos:   diag.Pos{Repo: e.Origin.Repo, File: e.Origin.File, Line: 10*i + j, Col: 3}}
			if g.Type == "guards" && r.IntN(2) == 0 {
				g.Inverse = "guardedBy"
			}
			e.Edges = append(e.Edges, g)
		}
		es = append(es, e)
	}
	return es
}
