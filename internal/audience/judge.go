package audience

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/jq"
)

// Verdicts say of each entity of a catalog who may see it, and why.
type Verdicts struct {
	rules   *Rules
	catalog *catalog.Catalog
	of      map[entity.Ref]*verdict
}

// verdict is what the rules say of one entity.
type verdict struct {
	seen set
	why  []Reason
	docs []withheld
	fact []withheld
}

// withheld is what a rule says of parts of an entity: its patterns or names, and
// who may see what they fit.
type withheld struct {
	what []string
	to   set
}

// Reason is why an audience may not see something.
type Reason struct {
	// Rule is the name of the rule, "" for what the configuration says of all that
	// no rule is about, and for what is said of Locations.
	Rule string
	At   diag.Pos
	// To are the audiences that the rule lets see it.
	To []string
	// Text tells why the rule is about the entity, where that is not plain.
	Text string
	// Docs and Facts are what the rule is about, if that is not the entity.
	Docs, Facts []string

	set set
}

// Judge applies the rules to every entity of a catalog. An expression that cannot
// be run over one is reported, and nobody sees the entity; so is a rule that is
// about nothing, which most often is a typing error.
func (r *Rules) Judge(ctx context.Context, c *catalog.Catalog, sink diag.Sink) (*Verdicts, error) {
	v := &Verdicts{rules: r, catalog: c, of: make(map[entity.Ref]*verdict, c.Len())}
	met := make([]bool, len(r.rules))
	for _, e := range c.Entities() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		one := r.judge(ctx, c, e, met, sink)
		if parts := c.Parts(e); len(parts) > 0 { // who may not know one source of it does not see it
			for _, p := range parts[1:] {
				one.and(r.judge(ctx, c, p, met, sink))
			}
		}
		v.of[e.Ref] = one
	}
	for i, x := range r.rules {
		if !met[i] {
			sink.Report(diag.Diagnostic{Pos: x.at, Severity: diag.Warning, Code: CodeUnmet, Message: fmt.Sprintf("%s is about nothing: no entity meets its conditions", x),
				Hint: "see whether its references and names are spelled as in the catalog"})
		}
	}
	return v, nil
}

func (r *Rules) judge(ctx context.Context, c *catalog.Catalog, e *entity.Entity, met []bool, sink diag.Sink) *verdict {
	v := &verdict{seen: r.all()}
	ruled := false
	var value any // of expressions, made when first needed
	for i, x := range r.rules {
		text, fits := x.fits(c, e)
		if fits && x.where != nil {
			if value == nil {
				value = expressed(c, e)
			}
			holds, err := x.where.Holds(ctx, value, e.Origin.Repo, e.Origin.File)
			if err != nil {
				sink.Report(diag.Diagnostic{Pos: e.Origin.Pos(), Severity: diag.Error, Code: CodeExpression, Entity: e.Ref.String(),
					Message: fmt.Sprintf("nobody is shown %s: where of %s cannot be run: %v", e.Ref, x, err), Hint: "the expression is in callboard.yaml, in audiences.rules",
					Related: []diag.Related{{Pos: x.at, Message: "the rule"}}})
				v.add(r, x, 0, "its expression cannot be run")
				met[i] = true
			}
			fits = holds && err == nil
		}
		if !fits {
			continue
		}
		met[i] = true
		switch {
		case len(x.Docs) > 0:
			v.docs = append(v.docs, withheld{x.Docs, x.to})
			v.why = append(v.why, Reason{Rule: x.Name, At: x.at, To: r.list(x.to), Docs: x.Docs, set: x.to})
		case len(x.Facts) > 0:
			v.fact = append(v.fact, withheld{x.Facts, x.to})
			v.why = append(v.why, Reason{Rule: x.Name, At: x.at, To: r.list(x.to), Facts: x.Facts, set: x.to})
		default:
			ruled = true
			v.add(r, x, x.to, text)
		}
	}
	if !ruled {
		v.seen &= r.otherwise
		if r.otherwise != r.all() {
			v.why = append(v.why, Reason{To: r.list(r.otherwise), Text: "no rule is about it", set: r.otherwise})
		}
	}
	v.location(r, e)
	return v
}

func (v *verdict) add(r *Rules, x rule, to set, text string) {
	v.seen &= to
	v.why = append(v.why, Reason{Rule: x.Name, At: x.at, To: r.list(to), Text: text, set: to})
}

// and takes in what is said of another part of the same entity: all that withholds
// holds.
func (v *verdict) and(w *verdict) {
	v.seen &= w.seen
	v.why, v.docs, v.fact = append(v.why, w.why...), append(v.docs, w.docs...), append(v.fact, w.fact...)
}

// location keeps Locations from all audiences that do not see everything: they
// list files of others.
func (v *verdict) location(r *Rules, e *entity.Entity) {
	if e.Kind != entity.KindLocation {
		return
	}
	var whole set
	for i, p := range r.portals {
		if r.Whole(p.Name) {
			whole |= 1 << i
		}
	}
	v.seen &= whole
	v.why = append(v.why, Reason{To: r.list(whole), Text: "a Location lists files, also those of what others may not see", set: whole})
}

func (r *Rules) list(s set) []string {
	out := []string{}
	for i, p := range r.portals {
		if s.has(i) {
			out = append(out, p.Name)
		}
	}
	return out
}

// fits tells whether an entity meets the conditions of a rule but for its
// expression, and how if that is not plain.
func (x rule) fits(c *catalog.Catalog, e *entity.Entity) (text string, fits bool) {
	switch {
	case len(x.Kinds) > 0 && !slices.ContainsFunc(x.Kinds, func(k string) bool { return strings.EqualFold(k, e.Kind) }),
		len(x.Namespaces) > 0 && !slices.ContainsFunc(x.Namespaces, func(n string) bool { return strings.EqualFold(n, e.Namespace) }),
		len(x.Tags) > 0 && !slices.ContainsFunc(x.Tags, func(t string) bool { return slices.Contains(e.Metadata.Tags, t) }),
		len(x.Repositories) > 0 && !slices.ContainsFunc(x.Repositories, func(g string) bool { return doublestar.MatchUnvalidated(g, e.Origin.Repo) }),
		len(x.Owners) > 0 && !x.owned(e):
		return "", false
	}
	for key, want := range x.Annotations {
		if got, there := e.Metadata.Annotations[key]; !there || want != "*" && got != want {
			return "", false
		}
	}
	if len(x.Within) > 0 {
		return x.isWithin(c, e.Ref)
	}
	return "", true
}

func (x rule) owned(e *entity.Entity) bool {
	return slices.ContainsFunc(e.Edges, func(g entity.Edge) bool { return g.Type == entity.OwnedBy && slices.Contains(x.owners, g.Target) })
}

// above are the relations that lead from a part to its whole.
var above = []string{entity.PartOf, entity.ChildOf}

// isWithin tells whether an entity is one of those of the rule, or part of one.
// What leads to something that is not there may be.
func (x rule) isWithin(c *catalog.Catalog, of entity.Ref) (text string, yes bool) {
	seen := map[entity.Ref]bool{of: true}
	for queue := []entity.Ref{of}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if x.within[at] {
			return "it is part of " + at.String(), true
		}
		for _, relation := range above {
			for _, r := range c.Targets(at, relation) {
				if r.Dangling && !x.within[r.Target] {
					text, yes = fmt.Sprintf("it may be: it is part of %s, which is not in the catalog", r.Target), true
				}
				if !seen[r.Target] {
					seen[r.Target] = true
					queue = append(queue, r.Target)
				}
			}
		}
	}
	return text, yes
}

// expressed is an entity as expressions see it: as catalog.json has it.
func expressed(c *catalog.Catalog, e *entity.Entity) any {
	relations := []any{}
	for _, r := range c.Relations(e.Ref) {
		relations = append(relations, map[string]any{"type": r.Type, "target": r.Target.String()})
	}
	return jq.In(map[string]any{"apiVersion": e.APIVersion, "kind": e.Kind, "metadata": catalog.FlatMetadata(e), "spec": spec(e), "relations": relations})
}

// spec is the spec as plain values.
func spec(e *entity.Entity) map[string]any {
	out := make(map[string]any, len(e.Spec))
	for k, v := range e.Spec {
		if t, long := v.(*entity.Text); long {
			v = t.String()
		}
		out[k] = v
	}
	return out
}

// Why is what the rules say of an entity.
func (v *Verdicts) Why(ref entity.Ref) []Reason {
	if x := v.of[ref]; x != nil {
		return x.why
	}
	return nil
}

// Seen tells whether an audience may see an entity. What is not in the catalog
// nobody may.
func (v *Verdicts) Seen(ref entity.Ref, audience string) bool {
	x, i := v.of[ref], v.rules.index(audience)
	return x != nil && i >= 0 && x.seen.has(i)
}

// Lets tells whether the reason lets an audience see what it is about.
func (r Reason) Lets(audience string) bool { return slices.Contains(r.To, audience) }
