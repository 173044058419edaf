// Package audience decides who may see what of a catalog. The audiences of a
// configuration are groups of readers; its rules say which entities, pages of
// documentation and facts each of them may see.
//
// What an audience may not see is taken away before anything is made of the
// rest: a View is a catalog's entities as if there were no others, so that what
// is made of a View cannot tell of them. Where it cannot be known whether
// something may be seen (a rule's expression fails, an entity is part of one that
// is not there), it may not.
package audience

import (
	"errors"
	"fmt"
	"slices"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/jq"
)

// The codes of what can be wrong with rules.
const (
	CodeExpression = diag.Code("audience-expression") // cannot be run over an entity
	CodeUnmet      = diag.Code("audience-rule-unmet") // no entity meets its conditions
)

// version is part of the key of all that is made of a View. It changes whenever
// Judge or Of do something else with the same configuration.
const version = "audience/1"

// set is a set of audiences, by the bits of their places.
type set uint32

// Rules are the audiences of a configuration and its rules, compiled. A nil
// *Rules has no audiences. It may be used from several goroutines.
type Rules struct {
	portals   []config.Audience
	otherwise set
	rules     []rule
	key       digest.Sum
}

// rule is one of the configuration.
type rule struct {
	config.AudienceRule
	index  int
	at     diag.Pos
	to     set
	owners []entity.Ref
	within map[entity.Ref]bool
	where  *jq.Program
}

// variables are those of expressions.
var variables = []string{"$repository", "$file"}

// Compile compiles the audiences of a configuration; without any it returns nil.
// What is wrong with the rules is reported at its place in the file.
func Compile(c *config.Loaded, sink diag.Sink) *Rules {
	if len(c.Audiences.Portals) == 0 {
		return nil
	}
	r := &Rules{portals: c.Audiences.Portals, key: digest.New(version).JSON(c.Audiences).Sum()}
	r.otherwise = r.seers(c.Audiences.Otherwise)
	if len(c.Audiences.Otherwise) == 0 {
		r.otherwise = r.all()
	}
	for i, x := range c.Audiences.Rules {
		y := rule{AudienceRule: x, index: i, at: c.Pos("audiences", "rules", i), to: r.seers(x.To)}
		for j, s := range x.Owners {
			if ref, ok := parse(s, entity.KindGroup, c, sink, "owners", i, j); ok {
				y.owners = append(y.owners, ref)
			}
		}
		for j, s := range x.Within {
			if ref, ok := parse(s, "", c, sink, "within", i, j); ok {
				if y.within == nil {
					y.within = map[entity.Ref]bool{}
				}
				y.within[ref] = true
			}
		}
		y.where = compile(c, sink, i)
		r.rules = append(r.rules, y)
	}
	return r
}

func parse(s, kind string, c *config.Loaded, sink diag.Sink, key string, rule, i int) (entity.Ref, bool) {
	ref, err := entity.ParseRef(s, kind, entity.DefaultNamespace)
	if err != nil && s != "" {
		at := c.Pos("audiences", "rules", rule, key, i)
		sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: config.CodeValue, Message: err.Error(), Hint: "write a reference such as domain:default/payments"})
	}
	return ref, err == nil
}

func compile(c *config.Loaded, sink diag.Sink, rule int) *jq.Program {
	text := c.Audiences.Rules[rule].Where
	if text == "" {
		return nil
	}
	path := []any{"audiences", "rules", rule, "where"}
	p, err := jq.Compile(text, variables...)
	if err == nil {
		return p
	}
	at, hint := c.Pos(path...), ""
	if bad, ok := errors.AsType[*jq.Error](err); ok {
		at, hint = c.PosIn(bad.Offset, path...), bad.Hint
	}
	sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: "config-expression", Message: err.Error(), Hint: hint})
	return nil
}

// all are all audiences.
func (r *Rules) all() set { return 1<<len(r.portals) - 1 }

// seers are the audiences with the names and those that include one of them,
// directly or through others: what an audience includes stands before it.
func (r *Rules) seers(names []string) (out set) {
	for i, p := range r.portals {
		if slices.Contains(names, p.Name) || slices.ContainsFunc(p.Includes, func(n string) bool { at := r.index(n); return at >= 0 && out.has(at) }) {
			out |= 1 << i
		}
	}
	return out
}

func (s set) has(i int) bool { return s&(1<<i) != 0 }

func (r *Rules) index(name string) int {
	return slices.IndexFunc(r.portals, func(p config.Audience) bool { return p.Name == name })
}

// Names are the names of the audiences, from the one that sees least to the one
// that sees most. There are none if r is nil.
func (r *Rules) Names() (out []string) {
	if r != nil {
		for _, p := range r.portals {
			out = append(out, p.Name)
		}
	}
	return out
}

// Key is the digest of all that the rules say.
func (r *Rules) Key() digest.Sum { return r.key }

// Whole tells whether an audience may see all there can be, by what the rules say
// and whatever the catalog has. Only such an audience is shown what is missing:
// it may be what others may not see.
func (r *Rules) Whole(name string) bool {
	i := r.index(name)
	if i < 0 || !r.otherwise.has(i) {
		return false
	}
	return !slices.ContainsFunc(r.rules, func(x rule) bool { return !x.to.has(i) })
}

// Below are the audiences that may not see all that the named one may.
func (r *Rules) Below(name string) (out []string) {
	at := r.index(name)
	for i, p := range r.portals {
		if i != at && !r.sees(i, at) {
			out = append(out, p.Name)
		}
	}
	return out
}

// sees tells whether audience i includes audience j.
func (r *Rules) sees(i, j int) bool {
	return i == j || slices.ContainsFunc(r.portals[i].Includes, func(n string) bool { at := r.index(n); return at >= 0 && at < i && r.sees(at, j) })
}

func (x rule) String() string { return fmt.Sprintf("the rule %q", x.Name) }
