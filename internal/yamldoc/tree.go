package yamldoc

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// tree is a value of a document with all that is below it: a yaml.Node without
// what is not asked for, which is most of its bytes.
type tree struct {
	Kind  yaml.Kind
	Style yaml.Style
	// Line and Column are counted from 1 within the document's text, columns in
	// code points; 0 where nothing is known.
	Line, Column int32
	Value        string // of a scalar, or the name of an alias
	Content      []tree // keys and values in turn, or the values of a list
	*rare
}

// rare is what few values have.
type rare struct {
	tag, comment string
	alias        *tree
}

// Tag is the tag that is written before the value.
func (t *tree) Tag() string {
	if t.rare == nil {
		return ""
	}
	return t.tag
}

// LineComment is the comment behind the value, in its line.
func (t *tree) LineComment() string {
	if t.rare == nil {
		return ""
	}
	return t.comment
}

// Alias is what an alias stands for, and nil for anything else.
func (t *tree) Alias() *tree {
	if t.rare == nil {
		return nil
	}
	return t.alias
}

// planter makes trees of yaml.v3's nodes.
type planter struct {
	show    *strings.Replacer // of hidden characters, or nil
	anchors map[*yaml.Node]*tree
}

// plant fills in t. It is done in place, so that an alias may stand for
// something that is not yet complete.
func (p *planter) plant(n *yaml.Node, t *tree) {
	*t = tree{Kind: n.Kind, Style: n.Style, Line: int32(n.Line), Column: int32(n.Column), Value: n.Value}
	if p.show != nil {
		t.Value = p.show.Replace(t.Value)
	}
	if n.Anchor != "" && n.Kind != yaml.AliasNode {
		if p.anchors == nil {
			p.anchors = map[*yaml.Node]*tree{}
		}
		p.anchors[n] = t
	}
	tagged := n.Style&yaml.TaggedStyle != 0
	if tagged || n.LineComment != "" || n.Kind == yaml.AliasNode {
		t.rare = &rare{comment: n.LineComment}
		if tagged {
			t.tag = n.Tag
		}
		if n.Kind == yaml.AliasNode {
			t.alias = p.anchors[n.Alias]
		}
	}
	if len(n.Content) == 0 {
		return
	}
	t.Content = make([]tree, len(n.Content))
	for i, c := range n.Content {
		p.plant(c, &t.Content[i])
	}
}

// shortTag is the tag of a tagged value in its short form, as yaml.v3 has it.
func (t *tree) shortTag() string {
	n := yaml.Node{Kind: t.Kind, Style: t.Style, Value: t.Value, Tag: t.Tag()}
	return n.ShortTag()
}
