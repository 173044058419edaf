package prepare

import (
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"
)

const (
	maxPattern = 200 // bytes
	maxBraces  = 3   // in a pattern; each doubles what is tried
)

var errMatches = errors.New("the page's patterns are tried on too many files")

// glob are the files that a pattern matches from a directory on, in order.
// Names that begin with a point are matched by patterns that do.
func (f *Files) glob(dir, pattern string) ([]string, error) {
	f.listed = true
	full := path.Join(dir, pattern)
	if len(full) > maxPattern || strings.Count(full, "{") > maxBraces || !doublestar.ValidatePattern(full) || strings.HasPrefix(full, "../") {
		return nil, nil
	}
	base, _ := doublestar.SplitPattern(full)
	files := f.snap.Under(base)
	if f.matches += len(files); f.matches > MaxMatches {
		return nil, errMatches
	}
	var out []string
	for _, file := range files {
		if ok, err := doublestar.Match(full, file.Path); err == nil && ok && !hiddenBelow(base, file.Path) {
			out = append(out, file.Path)
		}
	}
	return out, nil
}

// hiddenBelow tells whether a name of a path below a directory begins with a
// point.
func hiddenBelow(base, p string) bool {
	if base != "." {
		p = strings.TrimPrefix(p, base)
	}
	return strings.HasPrefix(p, ".") || strings.Contains(p, "/.")
}

// arrange puts files into an order such as "alpha-path" or "-natural-name":
// what mkdocs-include-markdown-plugin 7.2 takes. Orders by time or chance, which
// a repository does not tell, are that of the alphabet.
func (f *Files) arrange(files []string, order string) {
	order, backwards := strings.CutPrefix(order, "-")
	kind, by, both := strings.Cut(order, "-")
	if !both && (kind == "name" || kind == "path" || kind == "extension") {
		kind, by = "alpha", kind
	}
	part := map[string]func(string) string{"name": path.Base, "extension": path.Ext}[by]
	if part == nil {
		part = func(p string) string { return p }
	}
	compare := func(a, b string) int { return strings.Compare(part(a), part(b)) }
	switch kind {
	case "natural":
		compare = func(a, b string) int {
			if n := natural(part(a), part(b)); n != 0 || by != "extension" {
				return n
			}
			return natural(path.Base(a), path.Base(b))
		}
	case "size":
		backwards = !backwards
		compare = func(a, b string) int { return int(f.size(a) - f.size(b)) }
	}
	slices.SortStableFunc(files, func(a, b string) int {
		if backwards {
			return compare(b, a)
		}
		return compare(a, b)
	})
}

func (f *Files) size(file string) int64 {
	have, _ := f.snap.Lookup(file)
	return have.Size
}

// natural compares numbers in texts by what they say.
func natural(a, b string) int {
	for a != "" && b != "" {
		wa, na := leading(a)
		wb, nb := leading(b)
		a, b = a[len(wa)+len(na):], b[len(wb)+len(nb):]
		if c := strings.Compare(strings.ToLower(wa), strings.ToLower(wb)); c != 0 {
			return c
		}
		ia, _ := strconv.ParseUint(na, 10, 64)
		ib, _ := strconv.ParseUint(nb, 10, 64)
		if ia != ib {
			if ia < ib {
				return -1
			}
			return 1
		}
	}
	return len(a) - len(b)
}

// leading are the word and the number that a text begins with.
func leading(s string) (word, number string) {
	i := strings.IndexFunc(s, unicode.IsDigit)
	if i < 0 {
		return s, ""
	}
	word, s = s[:i], s[i:]
	if i = strings.IndexFunc(s, func(c rune) bool { return !unicode.IsDigit(c) }); i < 0 {
		i = len(s)
	}
	return word, s[:i]
}
