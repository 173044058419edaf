package importer

import (
	"maps"
	"slices"
	"strings"

	"callboard/internal/diag"
)

// concealed is a node without the texts that its keys call secrets, which
// become nothing where they stand alone. What goes is said: a catalog is read by
// more people than the file was written for.
func (n node) concealed() node {
	value, hidden := conceal(n.nearestKey(), n.value)
	if hidden == "" {
		return n
	}
	n.x.say(n.pos(), diag.Info, CodeLeftOut, "the "+short(hidden)+" in "+where(n.path)+" is left out, as it may be a secret", "")
	n.value = value
	return n
}

// nearestKey is the key under which a node stands, whichever entry of a list
// it is.
func (n node) nearestKey() string {
	for _, p := range slices.Backward(n.path) {
		if s, ok := p.(string); ok {
			return s
		}
	}
	return ""
}

// conceal is a value that stands under a key, without secrets, and the first key
// in the order of keys of which the text went.
func conceal(key string, v any) (clean any, hidden string) {
	switch v := v.(type) {
	case string:
		if strings.TrimSpace(v) != "" && namesSecret(key) && !isReference(v) {
			return nil, key
		}
	case []any:
		out := slices.Clone(v)
		for i, e := range v {
			c, h := conceal(key, e)
			out[i], hidden = c, first(hidden, h)
		}
		if hidden != "" {
			return slices.DeleteFunc(out, func(e any) bool { return e == nil }), hidden
		}
	case map[string]any:
		return concealIn(v)
	}
	return v, hidden
}

func concealIn(m map[string]any) (clean any, hidden string) {
	out := make(map[string]any, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		c, h := conceal(k, m[k])
		if h == "" || c != nil {
			out[k] = c
		}
		hidden = first(hidden, h)
	}
	if hidden == "" {
		return m, ""
	}
	return out, hidden
}

// namesSecret tells whether a key is one under which secrets stand: DB_PASSWORD,
// apiKey, credentials.
func namesSecret(key string) bool {
	key = strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(strings.ToLower(key))
	for _, end := range []string{"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "secretkey", "credential", "credentials"} {
		if strings.HasSuffix(key, end) {
			return true
		}
	}
	return false
}

// isReference tells whether a text only says where a secret is: ${resources.db.password}
// does, ${PASSWORD:-hunter2} has one in it.
func isReference(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "${") && strings.Index(s, "}") == len(s)-1 && !strings.Contains(s, ":-")
}
