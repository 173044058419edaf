package lsp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/yamldoc"
)

// maxItems is how many things are offered at a time.
const maxItems = 200

// complete offers what may stand at a place.
func complete(a *asked, params json.RawMessage) (any, error) {
	p, err := decode[positionParams](params)
	if err != nil {
		return nil, err
	}
	doc, w, v, err := a.at(p)
	if err != nil || w.part == nothing {
		return completionList{Items: []completionItem{}}, err
	}
	s, err := a.shapesOf(v)
	if err != nil {
		return nil, err
	}
	c := &completer{asked: a, view: v, shapes: s, doc: doc, w: w, word: doc.line(w.line)[w.from:w.at]}
	c.all()
	return c.list(), nil
}

// completer gathers what is offered.
type completer struct {
	*asked
	view   *view
	shapes *shapes
	doc    *document
	w      where
	word   string // what has been written of it
	items  []completionItem
	more   bool // there is more than is offered
}

func (c *completer) all() {
	at := c.shapes.at(c.w.head.kind, c.w.path)
	if c.w.part != aValue && len(c.w.path) == 0 && len(c.w.siblings) == 0 && c.w.part == either {
		c.entities()
	}
	switch {
	case c.w.part == aKey:
		c.keys(at)
	case c.w.part == aValue:
		c.values(at, c.w.path, "")
	case at != nil && at.object:
		c.keys(at)
		if at.scalar {
			c.values(at, c.w.path, "")
		}
	case at != nil && at.list && c.w.line > c.w.head.first:
		c.values(at.items, append(slices.Clone(c.w.path), "-"), "- ")
		if at.items != nil && at.items.object {
			c.keysAfter(at.items, "- ")
		}
	default:
		c.values(at, c.w.path, "")
		if at != nil && (strings.HasPrefix(c.word, "$") || len(c.w.path) > 0 && c.w.path[len(c.w.path)-1] == "definition") {
			c.placeholders(at)
		}
	}
}

// list is what was gathered, in order and not too much of it.
func (c *completer) list() completionList {
	out := completionList{IsIncomplete: c.more || c.view == nil, Items: []completionItem{}}
	for i, item := range c.items {
		item.SortText = fmt.Sprintf("%05d", i)
		out.Items = append(out.Items, item)
	}
	return out
}

// fits tells whether something offered begins with or holds what has been
// written.
func (c *completer) fits(text string) bool {
	return c.word == "" || strings.Contains(strings.ToLower(text), strings.ToLower(c.word))
}

// offer adds an item that puts text in the place of the word.
func (c *completer) offer(item completionItem, text string) {
	if len(c.items) >= maxItems {
		c.more = true
		return
	}
	item.TextEdit = &textEdit{c.doc.between(c.w.line, c.w.from, c.w.at, c.client.encoding), text}
	c.items = append(c.items, item)
}

// keys offers the keys that a mapping does not have yet.
func (c *completer) keys(at *shape) { c.keysAfter(at, "") }

func (c *completer) keysAfter(at *shape, before string) {
	if at == nil {
		return
	}
	for _, k := range at.order {
		if !slices.Contains(c.w.siblings, k) && c.fits(k) {
			c.key(k, at.props[k], slices.Contains(at.required, k), before)
		}
	}
	if len(c.w.path) == 2 && c.w.path[0] == "metadata" && before == "" {
		c.usedKeys(at)
	}
	if len(at.props) == 0 && len(at.placeholders) > 0 {
		c.placeholders(at)
	}
}

// usedKeys offers the annotations and labels that other entities have.
func (c *completer) usedKeys(at *shape) {
	var used []string
	switch c.w.path[1] {
	case "annotations":
		used = c.view.used().annotations
	case "labels":
		used = c.view.used().labels
	}
	for _, k := range used {
		if at.props[k] == nil && !slices.Contains(c.w.siblings, k) && c.fits(k) {
			c.key(k, &shape{text: "Used in this catalog.", scalar: true}, false, "")
		}
	}
}

func (c *completer) placeholders(at *shape) {
	for _, k := range []string{"$text", "$json", "$yaml", "$openapi", "$asyncapi"} {
		if s := at.placeholders[k]; s != nil && len(c.w.siblings) == 0 && c.fits(k) {
			c.key(k, s, false, "")
		}
	}
}

// key offers one key, with what comes after it.
func (c *completer) key(k string, s *shape, required bool, before string) {
	item := completionItem{Label: k, Kind: itemField, FilterText: before + k}
	if required {
		item.Detail = "required"
	}
	if s.text != "" {
		item.Documentation = c.about(s.text)
	}
	if s.deprecated {
		item.Tags = []int{tagDeprecated}
	}
	text := before + plainKey(k)
	switch {
	case c.w.colon:
	case c.w.flow, !c.client.snippets:
		text += ": "
	default:
		c.snippet(&item, escapeSnippet(text)+c.rest(s))
		return
	}
	c.offer(item, text)
}

// snippet offers text with places to go on at.
func (c *completer) snippet(item *completionItem, text string) {
	item.InsertTextFormat = formatSnippet
	if c.client.adjusts {
		item.InsertTextMode = modeAdjust
	}
	c.offer(*item, text)
}

// rest is what follows a key, as a snippet.
func (c *completer) rest(s *shape) string {
	switch {
	case s.list && !s.scalar:
		return ":\n  - $0"
	case s.object && !s.scalar:
		return ":\n  $0"
	}
	return ": $0"
}

// about is text about an item, in the form that the editor prefers.
func (c *completer) about(text string) *markup {
	return plainMarkup(text, c.client.docMD)
}

func escapeSnippet(s string) string {
	return strings.NewReplacer(`\`, `\\`, "$", `\$`, "}", `\}`).Replace(s)
}

// plainKey is a key as it must be written.
func plainKey(k string) string { return scalarText(k) }

// scalarText is a text as a scalar on one line: with quotes where it would be
// something else without.
func scalarText(s string) string {
	return strings.TrimSuffix(string(yamldoc.Marshal(s)), "\n")
}

// entities offers whole entities in a document that is empty.
func (c *completer) entities() {
	if !c.client.snippets || !c.empty() {
		return
	}
	for _, kind := range c.shapes.kinds {
		if c.fits(kind) {
			item := completionItem{Label: kind, Kind: itemSnippet, Detail: "a whole entity", Documentation: c.about(c.shapes.of[kind].text)}
			c.snippet(&item, c.shapes.whole(kind))
		}
	}
}

// empty tells whether nothing else stands in the document.
func (c *completer) empty() bool {
	for n := c.w.head.first; n <= c.w.head.last; n++ {
		if n != c.w.line && len(entries(c.doc.line(n))) > 0 {
			return false
		}
	}
	return true
}

// whole is an entity of a kind with what it must have, as a snippet.
func (s *shapes) whole(kind string) string {
	at := s.of[kind]
	version := "backstage.io/v1alpha1"
	if v := at.props["apiVersion"]; v != nil && len(v.values) > 0 {
		version = v.values[0]
	}
	out := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata:\n  name: ${1:name}\nspec:\n", escapeSnippet(version), escapeSnippet(kind))
	spec := at.props["spec"]
	if spec == nil {
		return out + "  $0"
	}
	stop := 2
	for _, k := range spec.order {
		if !slices.Contains(spec.required, k) {
			continue
		}
		out += "  " + snippetField(spec.props[k], k, stop)
		stop++
	}
	if stop == 2 {
		return out + "  $0"
	}
	return out + "$0"
}

func snippetField(s *shape, k string, stop int) string {
	key := escapeSnippet(plainKey(k))
	switch words := append(slices.Clone(s.values), s.examples...); {
	case s.list && !s.scalar:
		return fmt.Sprintf("%s:\n    - ${%d}\n", key, stop)
	case k == "definition" && len(s.placeholders) > 0:
		return fmt.Sprintf("%s:\n    \\$text: ${%d:./openapi.yaml}\n", key, stop)
	case s.object && !s.scalar:
		return fmt.Sprintf("%s:\n    ${%d}\n", key, stop)
	case len(words) > 0:
		for i := range words {
			words[i] = strings.NewReplacer(",", `\,`, "|", `\|`).Replace(escapeSnippet(words[i]))
		}
		return fmt.Sprintf("%s: ${%d|%s|}\n", key, stop, strings.Join(words, ","))
	}
	return fmt.Sprintf("%s: ${%d:%s}\n", key, stop, key)
}
