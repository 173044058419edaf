package pymdownx

import (
	"strings"

	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
	"callboard/internal/pymarkdown"
	"callboard/internal/yamldoc"
)

// slashOptions are the options of a block. Their names have the same meaning
// wherever they are options.
type slashOptions struct {
	kind               string // type: a class
	open, fresh, chose bool   // open, new, select
	markdown           string
	attrs              []pymarkdown.Attr // attrs, which every block has
}

// readSlashOptions reads options as YAML. known are the names of those that the
// block has, separated by spaces. ok is false if there are others or if one has
// a value of the wrong type; then the block is none.
func readSlashOptions(text, known string) (o slashOptions, ok bool) {
	o.markdown = "auto"
	if strings.TrimSpace(text) == "" {
		return o, true
	}
	var problems diag.List
	docs := yamldoc.Parse([]byte(text), diag.Pos{}, &problems)
	if len(docs) != 1 || docs[0].Invalid && !onlyRepeats(&problems) {
		return o, len(docs) == 0
	}
	y := yamlValues{docs[0]}
	if docs[0].Value == nil {
		return o, true
	}
	if _, ok := docs[0].Value.(map[string]any); !ok {
		return o, false
	}
	for _, name := range docs[0].Keys() {
		if name != "attrs" && !hasClass(known, name) || !o.read(y, name) {
			return o, false
		}
	}
	return o, true
}

// onlyRepeats tells whether all that is wrong is that keys are there twice, which
// the original does not mind.
func onlyRepeats(problems *diag.List) bool {
	for _, p := range problems.All() {
		if p.Code != yamldoc.CodeDuplicateKey {
			return false
		}
	}
	return true
}

// read reads one option.
func (o *slashOptions) read(y yamlValues, name string) (ok bool) {
	switch name {
	case "attrs":
		o.attrs, ok = y.attrs(name)
	case "type":
		o.kind, ok = y.text(name)
		ok = ok && isIdentifier(o.kind)
	case "open":
		o.open, ok = y.truth(name)
	case "new":
		o.fresh, ok = y.truth(name)
	case "select":
		o.chose, ok = y.truth(name)
	case "markdown":
		o.markdown, ok = y.text(name)
		o.markdown = strings.ToLower(o.markdown)
		ok = ok && markdownModes[o.markdown]
	}
	return ok
}

// markdownModes are what the content of an element can be read as.
var markdownModes = tagSet("auto inline block raw html")

// yamlValues are values as YAML 1.1 takes them, which the original reads: yes
// and no are truth values, 1:30 is a number, 2024-01-02 a date.
type yamlValues struct{ doc *yamldoc.Doc }

// text is a text.
func (y yamlValues) text(path ...any) (string, bool) {
	if plain, ok := y.doc.Plain(path...); ok {
		return plain, isText11(plain)
	}
	s, ok := valueAt(y.doc.Value, path).(string)
	return s, ok
}

// truth is a truth value.
func (y yamlValues) truth(path ...any) (value, ok bool) {
	plain, ok := y.doc.Plain(path...)
	if !ok {
		return false, false
	}
	return truth11(plain)
}

// attrs are attributes of HTML. Classes and ids are identifiers, all others any
// text.
func (y yamlValues) attrs(path ...any) ([]pymarkdown.Attr, bool) {
	if _, ok := valueAt(y.doc.Value, path).(map[string]any); !ok {
		return nil, false
	}
	var out []pymarkdown.Attr
	for _, key := range y.doc.Keys(path...) {
		val, ok := y.text(append(path[:len(path):len(path)], key)...)
		if !ok || !isIdentifier(key) || !isText11(key) {
			return nil, false
		}
		switch strings.ToLower(key) {
		case "class":
			key = "class"
			if val, ok = identifiers(val); !ok {
				return nil, false
			}
		case "id":
			if key = "id"; !isIdentifier(val) {
				return nil, false
			}
		}
		out = append(out, pymarkdown.Attr{Key: key, Val: val})
	}
	return out, true
}

func valueAt(v any, path []any) any {
	for _, p := range path {
		m, _ := v.(map[string]any)
		key, _ := p.(string)
		v = m[key]
	}
	return v
}

// truth11 reads a truth value of YAML 1.1.
func truth11(s string) (value, ok bool) {
	switch s {
	case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true, true
	case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false, true
	}
	return false, false
}

// notText11 is what YAML 1.1 takes for a number, a date or a sign of its own.
var notText11 = lazyregexp.New(`^(?:[-+]?(?:0b[0-1_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)` +
	`|[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)` +
	`|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?|<<|=)$`)

// isText11 tells whether a value without quotes is a text.
func isText11(s string) bool {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return false
	}
	_, truth := truth11(s)
	return !truth && (strings.IndexByte("-+.0123456789<=", s[0]) < 0 || !notText11.MatchString(s))
}

// identifiers reads identifiers separated by spaces.
func identifiers(s string) (string, bool) {
	var out []string
	for w := range strings.SplitSeq(s, " ") {
		if w = strings.Trim(w, pymarkdown.Space); w == "" {
			continue
		}
		if !isIdentifier(w) {
			return "", false
		}
		out = append(out, w)
	}
	return strings.Join(out, " "), true
}

// isIdentifier tells whether s is an identifier as CSS has them.
func isIdentifier(s string) bool { return s != "" && identifierLength(s) == len(s) }

// identifierLength is the length of the identifier that s begins with, or 0.
func identifierLength(s string) int {
	at := 0
	switch {
	case strings.HasPrefix(s, "--"):
		at = 2
	case strings.HasPrefix(s, "-"):
		at = 1
	}
	for i, r := range s[at:] {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r >= 0xa0
		if letter || (i > 0 || at == 2) && (r == '-' || r >= '0' && r <= '9') {
			continue
		}
		if i == 0 && at == 1 {
			return 0
		}
		return at + i
	}
	if len(s) == 1 && at == 1 {
		return 0
	}
	return len(s)
}
