package yamldoc

import (
	"encoding/json"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"callboard/internal/diag"
)

// walker makes plain values of nodes. yaml.v3's own decoding into maps is
// quadratic in the number of keys (50,000 keys take seconds); this is not.
type walker struct {
	doc      *Doc
	sink     diag.Sink
	nodes    int
	anchors  map[*tree]*anchor
	inside   int // aliases that are being expanded
	findings int
	failed   bool
	full     bool // a limit was hit and has been reported
}

type anchor struct {
	open bool // it is being expanded: another use of it would be a circle
	// count and inner are how npm's yaml counts uses: see uses.
	count, inner int
}

func (w *walker) fail(n *tree, code diag.Code, msg, hint string, related ...diag.Related) {
	w.failed = true
	w.report(diag.Diagnostic{Pos: w.doc.posOf(n), Severity: diag.Error, Code: code, Message: msg, Hint: hint, Related: related})
}

func (w *walker) report(d diag.Diagnostic) {
	if w.findings++; w.findings > MaxFindings {
		return
	}
	if w.findings == MaxFindings {
		d.Hint = strings.TrimPrefix(d.Hint+"; more is wrong in this document and not listed", "; ")
	}
	w.sink.Report(d)
}

// tooMuch ends the reading of a document at a limit.
func (w *walker) tooMuch(n *tree, msg, hint string) any {
	if !w.full {
		w.full, w.findings = true, 0
		w.fail(n, CodeTooLarge, msg, hint)
	}
	return nil
}

func (w *walker) value(n *tree, depth int) any {
	w.nodes++
	switch {
	case w.full:
		return nil
	case w.nodes > MaxNodes:
		return w.tooMuch(n, fmt.Sprintf("the document has more than %d values", MaxNodes), "aliases count as what they stand for")
	case depth > MaxDepth:
		return w.tooMuch(n, fmt.Sprintf("the document is nested more than %d deep", MaxDepth), "aliases count as what they stand for")
	}
	switch n.Kind {
	case yaml.MappingNode:
		return w.mapping(n, depth)
	case yaml.SequenceNode:
		out := make([]any, 0, len(n.Content))
		for i := range n.Content {
			if out = append(out, w.value(&n.Content[i], depth+1)); w.full {
				break
			}
		}
		return out
	case yaml.AliasNode:
		return w.alias(n, depth)
	}
	v := scalar(n)
	if m, ok := v.(map[string]any); ok {
		w.nodes += len(m["data"].([]any)) // binary data: see tagged
	}
	w.plainTrap(n, v)
	return v
}

func (w *walker) alias(n *tree, depth int) any {
	a := w.anchor(n.Alias())
	if a.open {
		return w.tooMuch(n, fmt.Sprintf("the alias %q stands for something that holds itself", n.Value), "")
	}
	if w.inside == 0 { // what is inside an alias was counted where it stands in the text
		a.count++
		if a.inner == 0 {
			a.inner = w.uses(n.Alias())
		}
		if a.count*a.inner > MaxAliases {
			return w.tooMuch(n, fmt.Sprintf("the anchor %q is used too often: more than %d times, with the aliases inside it", n.Value, MaxAliases), "write the value out, or put it into a file of its own")
		}
	}
	a.open = true
	w.inside++
	v := w.value(n.Alias(), depth+1)
	a.open = false
	w.inside--
	return v
}

func (w *walker) anchor(n *tree) *anchor {
	a := w.anchors[n]
	if a == nil {
		a = &anchor{count: 1}
		if w.anchors == nil {
			w.anchors = map[*tree]*anchor{}
		}
		w.anchors[n] = a
	}
	return a
}

// uses is how many values an anchor multiplies, as npm's yaml reckons it
// (Alias.getAliasCount): the most often used alias inside, or one.
func (w *walker) uses(n *tree) int {
	switch n.Kind {
	case yaml.AliasNode:
		a := w.anchor(n.Alias())
		return a.count * a.inner
	case yaml.ScalarNode:
		return 1
	}
	most := 0
	for i := range n.Content {
		most = max(most, w.uses(&n.Content[i]))
	}
	return most
}

func (w *walker) mapping(n *tree, depth int) any {
	out := make(map[string]any, len(n.Content)/2)
	var first map[string]*tree
	for i := 0; i+1 < len(n.Content) && !w.full; i += 2 {
		w.nodes++
		key := w.key(&n.Content[i], depth)
		if _, dup := out[key]; dup {
			if first == nil {
				first = firstKeys(n)
			}
			if w.duplicate(&n.Content[i], first[key], key) {
				continue
			}
		}
		out[key] = w.value(&n.Content[i+1], depth+1)
		w.emptyTrap(&n.Content[i], &n.Content[i+1])
	}
	return out
}

// duplicate tells whether a key that was there before is a mistake: 1 and "1"
// are two keys in YAML, of which JavaScript keeps the last.
func (w *walker) duplicate(n, first *tree, key string) bool {
	if w.findings >= MaxFindings {
		w.failed = true
		return true
	}
	if first == nil || sameScalar(resolve(n), resolve(first)) {
		if first == nil {
			first = n
		}
		w.fail(n, CodeDuplicateKey, fmt.Sprintf("the key %q is there twice", short(key)), "remove one of the two",
			diag.Related{Pos: w.doc.posOf(first), Message: "the first one"})
		return true
	}
	return false
}

func sameScalar(a, b *tree) bool {
	x, y := scalar(a), scalar(b)
	if _, isMap := x.(map[string]any); isMap {
		return a.Value == b.Value
	}
	if _, isMap := y.(map[string]any); isMap {
		return false
	}
	return x == y
}

func firstKeys(n *tree) map[string]*tree {
	m := map[string]*tree{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k := resolve(&n.Content[i]); k.Kind == yaml.ScalarNode && m[keyText(k)] == nil {
			m[keyText(k)] = &n.Content[i]
		}
	}
	return m
}

// key is a key as text. A mapping or list as a key has no form in JSON: its
// text is taken, with a warning, since nearly always quotes are missing around
// something in braces.
func (w *walker) key(n *tree, depth int) string {
	k := resolve(n)
	if k.Kind == yaml.ScalarNode && n.Kind != yaml.AliasNode {
		text := keyText(k)
		switch plain := k.Style&(quoted|yaml.TaggedStyle) == 0; {
		case plain && text == "<<":
			w.trap(TrapMerge, n, text, text)
		case plain && mayBeOther(text):
			w.trap(TrapAmbiguous, n, text, otherReading(text))
		}
		return text
	}
	v := w.value(n, depth+1)
	if k.Kind == yaml.ScalarNode {
		return keyText(k)
	}
	b, err := json.Marshal(Finite(v))
	if err != nil || w.full {
		return ""
	}
	w.report(diag.Diagnostic{Pos: w.doc.posOf(n), Severity: diag.Warning, Code: CodeKey,
		Message: "the key of a mapping is itself a mapping or list, and is taken as text", Hint: "put quotes around text that begins with { or ["})
	return string(b)
}

// resolve is the node that an alias stands for, or the node itself.
func resolve(n *tree) *tree {
	for range MaxDepth {
		if n.Kind != yaml.AliasNode || n.Alias() == nil {
			return n
		}
		n = n.Alias()
	}
	return n
}

// short is a text cut to what fits into a message.
func short(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
