package docs

import (
	"fmt"
	"regexp"
	"strings"

	"callboard/internal/diag"
)

// Limits of the patterns of mkdocs-exclude. Each is tried on every file.
const (
	maxExcludes       = 100
	maxExcludePattern = 500 // bytes
)

// excluded tells which pages the plugin exclude leaves out: those that a glob or a
// regular expression matches. In its globs a star stands for slashes, too (Python's
// fnmatch), and its expressions match from the beginning.
func (p *Plan) excluded(sink diag.Sink) func(rel string) bool {
	plugin, _ := p.conf.plugin("exclude")
	var all []*regexp.Regexp
	for _, kind := range []string{"glob", "regex"} {
		for _, s := range plugin.Options.Strings(kind) {
			if re, ok := excludePattern(kind, s); ok && len(all) < maxExcludes {
				all = append(all, re)
				continue
			}
			sink.Report(p.diag(plugin.Pos, diag.Warning, CodeConfig, fmt.Sprintf("the pattern %q of the plugin exclude is not used", oneLine(s, maxTitle)), fmt.Sprintf("there may be %d patterns of %d bytes, without look-around", maxExcludes, maxExcludePattern)))
		}
	}
	return func(rel string) bool {
		for _, re := range all {
			if re.MatchString(rel) {
				return true
			}
		}
		return false
	}
}

func excludePattern(kind, s string) (*regexp.Regexp, bool) {
	if len(s) > maxExcludePattern {
		return nil, false
	}
	if kind == "glob" {
		s = fnmatch(s)
	} else {
		s = `^(?:` + s + `)`
	}
	re, err := regexp.Compile(s)
	return re, err == nil
}

// fnmatch is a glob of Python's fnmatch as a regular expression.
func fnmatch(glob string) string {
	var b strings.Builder
	b.WriteString(`(?s)^`)
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; c {
		case '*':
			b.WriteString(`.*`)
		case '?':
			b.WriteByte('.')
		case '[':
			end := classEnd(glob, i)
			if end < 0 {
				b.WriteString(`\[`)
				continue
			}
			b.WriteString(class(glob[i+1 : end]))
			i = end
		default:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	return b.String() + `$`
}

// classEnd is where a set of characters ends that begins at i, or -1. A bracket
// that is the first of the set belongs to it.
func classEnd(glob string, i int) int {
	j := i + 1
	if j < len(glob) && glob[j] == '!' {
		j++
	}
	if j < len(glob) && glob[j] == ']' {
		j++
	}
	if n := strings.IndexByte(glob[min(j, len(glob)):], ']'); n >= 0 {
		return j + n
	}
	return -1
}

func class(set string) string {
	set = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`).Replace(set)
	if rest, ok := strings.CutPrefix(set, "!"); ok {
		return "[^" + rest + "]"
	}
	if strings.HasPrefix(set, "^") {
		set = `\` + set
	}
	return "[" + set + "]"
}
