package yamldoc

import (
	"bytes"

	"gopkg.in/yaml.v3"

	"callboard/internal/diag"
)

// Pos is the place of the value at a path of keys (string) and indices (int).
// For a path that is not there, it is the place of the nearest value above.
func (d *Doc) Pos(path ...any) diag.Pos {
	_, val := d.find(path)
	return d.posOf(val)
}

// Lines are the first and the last line of the document in its file.
func (d *Doc) Lines() (first, last int) {
	n := bytes.Count(d.Text, []byte("\n"))
	return d.at.Line + 1, d.at.Line + max(n, 1)
}

// KeyPos is the place of the key of the value at a path, or of the value itself
// in a list.
func (d *Doc) KeyPos(path ...any) diag.Pos {
	key, val := d.find(path)
	if key != nil {
		return d.posOf(key)
	}
	return d.posOf(val)
}

// Tag is the tag written before the value at a path, such as "!ENV", or "".
func (d *Doc) Tag(path ...any) string {
	if _, val := d.find(path); val != nil && val.Style&yaml.TaggedStyle != 0 {
		return val.Tag()
	}
	return ""
}

// Keys are the keys of the mapping at a path in the order of the file, without
// repeats.
func (d *Doc) Keys(path ...any) []string {
	_, val := d.find(path)
	if val == nil {
		return nil
	}
	if val = resolve(val); val.Kind != yaml.MappingNode {
		return nil
	}
	keys := make([]string, 0, len(val.Content)/2)
	seen := make(map[string]bool, len(val.Content)/2)
	for i := 0; i+1 < len(val.Content); i += 2 {
		if k := resolve(&val.Content[i]); k.Kind == yaml.ScalarNode && !seen[keyText(k)] {
			seen[keyText(k)] = true
			keys = append(keys, keyText(k))
		}
	}
	return keys
}

// find walks down a path as far as it leads. The key is nil for a value in a
// list and for the document itself.
func (d *Doc) find(path []any) (key, val *tree) {
	val = d.root
	for _, p := range path {
		if val == nil {
			break
		}
		k, v := d.child(resolve(val), p)
		if v == nil {
			break
		}
		key, val = k, v
	}
	return key, val
}

// indexFrom is the number of keys from which a mapping is looked up by an
// index: without one, a mapping with a finding on each key costs the square of
// their number.
const indexFrom = 24

func (d *Doc) child(n *tree, p any) (key, val *tree) {
	switch p := p.(type) {
	case string:
		if n.Kind != yaml.MappingNode {
			return nil, nil
		}
		if i := d.keyIndex(n, p); i >= 0 && i+1 < len(n.Content) {
			return &n.Content[i], &n.Content[i+1]
		}
	case int:
		if n.Kind == yaml.SequenceNode && p >= 0 && p < len(n.Content) {
			return nil, &n.Content[p]
		}
	}
	return nil, nil
}

// keyIndex is the place of a key in a mapping's content, or -1.
func (d *Doc) keyIndex(n *tree, key string) int {
	if len(n.Content) < 2*indexFrom {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if k := resolve(&n.Content[i]); k.Kind == yaml.ScalarNode && (k.Value == key || keyText(k) == key) {
				return i
			}
		}
		return -1
	}
	index := d.index[n]
	if index == nil {
		index = make(map[string]int, len(n.Content)/2)
		for i := len(n.Content) - 2; i >= 0; i -= 2 {
			if k := resolve(&n.Content[i]); k.Kind == yaml.ScalarNode {
				index[keyText(k)] = i
			}
		}
		if d.index == nil {
			d.index = map[*tree]map[string]int{}
		}
		d.index[n] = index
	}
	if i, ok := index[key]; ok {
		return i
	}
	return -1
}

func (d *Doc) posOf(n *tree) diag.Pos {
	p := d.at
	if n == nil || n.Line == 0 {
		p.Line++
		p.Col = 1
		return p
	}
	p.Line += int(n.Line)
	p.Col = int(n.Column)
	return p
}
