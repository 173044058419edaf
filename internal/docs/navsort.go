package docs

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// sort puts what a pattern matches in order.
func (a *navFiles) sort(items []made, c *navFile) {
	by, direction, kind, sections, fold := c.sorting()
	keys := make(map[string][]string, len(items))
	for _, m := range items {
		k := a.sortKey(m, by)
		for i := range k {
			if fold {
				k[i] = strings.ToLower(k[i])
			}
		}
		keys[m.raw.title+"\x00"+m.path] = k
	}
	slices.SortStableFunc(items, func(x, y made) int {
		c := compareKeys(keys[x.raw.title+"\x00"+x.path], keys[y.raw.title+"\x00"+y.path], kind == "natural", by != "title")
		if direction == "desc" {
			c = -c
		}
		return c
	})
	if sections == "mixed" {
		return
	}
	slices.SortStableFunc(items, func(x, y made) int {
		c := cmp.Compare(btoi(x.section), btoi(y.section))
		if sections == "first" {
			c = -c
		}
		return c
	})
}

func (a *navFiles) sortKey(m made, by string) []string {
	switch by {
	case "filename":
		return []string{path.Base(m.path), m.path}
	case "title":
		title := m.raw.title
		if i, ok := a.b.p.byRel[m.path]; ok && !m.section {
			title = cmp.Or(scalarText(a.b.doc(i).Meta["title"]), path.Base(m.path))
		}
		return []string{title, path.Base(m.path), m.path}
	}
	return []string{m.path}
}

func compareKeys(x, y []string, natural, paths bool) int {
	for i := range min(len(x), len(y)) {
		c := 0
		switch {
		case natural && paths:
			c = slices.CompareFunc(pathParts(x[i]), pathParts(y[i]), compareGrouped)
		case natural:
			c = compareGrouped(x[i], y[i])
		default:
			c = strings.Compare(x[i], y[i])
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// pathParts are the names in a path, the last of them without its extension, which
// is a part of its own (natsort's PATH).
func pathParts(p string) []string {
	ext := path.Ext(p)
	return append(strings.Split(strings.TrimSuffix(p, ext), "/"), ext)
}

// compareGrouped is compareNatural with capitals beside their small letters
// (natsort's GROUPLETTERS).
func compareGrouped(a, b string) int { return compareNatural(grouped(a), grouped(b)) }

func grouped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) {
			b.WriteRune(unicode.ToLower(r))
		}
		b.WriteRune(r)
	}
	return b.String()
}

// globPattern is a pattern below a directory, as wcmatch reads it with GLOBSTAR and
// EXTGLOB: a star stops at a slash, two do not, and @(a|b) is one of several.
// Directories have a slash at their end. What only look-ahead could match is not
// understood.
func globPattern(dir, pattern string) (match func(rel string) bool, ok bool) {
	if dir != "." {
		pattern = dir + "/" + pattern
	}
	if len(pattern) > maxExcludePattern {
		return nil, false
	}
	expr, ok := globExpr(pattern)
	if !ok {
		return nil, false
	}
	re, err := regexp.Compile(`^(?:` + expr + `)/?$`)
	if err != nil {
		return nil, false
	}
	if strings.HasSuffix(pattern, "/") {
		return func(rel string) bool { return strings.HasSuffix(rel, "/") && re.MatchString(rel) }, true
	}
	return re.MatchString, true
}

func globExpr(p string) (string, bool) {
	var b strings.Builder
	var groups []string // what closes each open group
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch {
		case i+1 < len(p) && p[i+1] == '(' && strings.IndexByte("@?*+", c) >= 0:
			b.WriteString("(?:")
			groups = append(groups, map[byte]string{'@': ")", '?': ")?", '*': ")*", '+': ")+"}[c])
			i++
		case c == '!' && i+1 < len(p) && p[i+1] == '(':
			return "", false
		case c == ')' && len(groups) > 0:
			b.WriteString(groups[len(groups)-1])
			groups = groups[:len(groups)-1]
		case c == '|' && len(groups) > 0:
			b.WriteByte('|')
		case strings.HasPrefix(p[i:], "**/") && (i == 0 || p[i-1] == '/'):
			b.WriteString(`(?:[^/]+/)*`)
			i += 2
		case p[i:] == "**" && (i == 0 || p[i-1] == '/'):
			b.WriteString(`.*`)
			i++
		case c == '*':
			b.WriteString(`[^/]*`)
		case c == '?':
			b.WriteString(`[^/]`)
		case c == '[' && classEnd(p, i) > 0:
			end := classEnd(p, i)
			b.WriteString(class(p[i+1 : end]))
			i = end
		default:
			b.WriteString(regexp.QuoteMeta(p[i : i+1]))
		}
	}
	return b.String(), len(groups) == 0
}
