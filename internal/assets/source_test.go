package assets

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"callboard/themes"
)

// sources calls f with every file of the default theme that has an extension.
func sources(t *testing.T, ext string, f func(name, text string)) {
	t.Helper()
	n := 0
	err := fs.WalkDir(themes.Default(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ext {
			return err
		}
		text, err := fs.ReadFile(themes.Default(), name)
		n++
		f(name, string(text))
		return err
	})
	if err != nil || n == 0 {
		t.Fatal(err, n)
	}
}

// find reports every match of a pattern outside comments.
func find(t *testing.T, pattern *regexp.Regexp, name, text, why string, allowed ...string) {
	t.Helper()
	text = comment.ReplaceAllStringFunc(text, func(c string) string { return strings.Repeat("\n", strings.Count(c, "\n")) })
	for i, line := range strings.Split(text, "\n") {
		for _, m := range pattern.FindAllString(line, -1) {
			if !slices.Contains(allowed, name+": "+strings.TrimSpace(line)) {
				t.Errorf("%s:%d: %q: %s", name, i+1, m, why)
			}
		}
	}
}

var comment = regexp.MustCompile(`(?s)/\*.*?\*/|(?m)^\s*//.*$`)

var (
	unsafeCode = regexp.MustCompile(`\b(innerHTML|outerHTML|insertAdjacentHTML|srcdoc|document\.write(ln)?|createContextualFragment|setHTMLUnsafe|parseFromString)\b|\beval\(|\bnew Function\b|\bset(Timeout|Interval)\(\s*["'` + "`" + `]|setAttribute\(\s*["'](style|on\w+)["']|javascript:`)
	elsewhere  = regexp.MustCompile(`(?i)\bhttps?://[^"'\s)]+|["'(]//[a-z]`)
)

// TestScriptsMakeNoMarkup holds that scripts build pages of elements and text,
// never of strings of HTML or code, and that they know no other host.
func TestScriptsMakeNoMarkup(t *testing.T) {
	sources(t, ".ts", func(name, text string) {
		find(t, unsafeCode, name, text, "text from outside could become markup or code; build elements instead")
		find(t, elsewhere, name, strings.ReplaceAll(text, "http://www.w3.org/", ""), "scripts ask no other host for anything")
	})
}

var (
	physical = regexp.MustCompile(`(?:^|[;{\s])(?:left|right|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)(?:-(?:color|style|width))?|border-(?:top|bottom)-(?:left|right)-radius|(?:float|clear|text-align)\s*:\s*(?:left|right))\s*[:;}]`)
	fetches  = regexp.MustCompile(`url\(|@import|image-set\(|src\(`)
)

// allowedSides are declarations that mean a side of the screen, whichever way
// the text runs, as "file: line".
var allowedSides = []string{}

// TestStyles holds that styles work for text that runs from right to left, and
// load nothing.
func TestStyles(t *testing.T) {
	sources(t, ".css", func(name, text string) {
		find(t, physical, name, text, "name the side by the direction of text: margin-inline-start, inset-inline-end, text-align: start", allowedSides...)
		find(t, fetches, name, text, "styles load nothing, from here or elsewhere")
		find(t, elsewhere, name, text, "styles load nothing, from here or elsewhere")
	})
}

// TestPatterns tries the patterns above on what they must find and must not.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern *regexp.Regexp
		text    string
		want    bool
	}{
		{unsafeCode, `el.innerHTML = x`, true}, {unsafeCode, `setTimeout("x()", 1)`, true}, {unsafeCode, `b.setAttribute("onclick", x)`, true}, {unsafeCode, `setTimeout(() => x(), 1)`, false}, {unsafeCode, `el.textContent = x`, false}, {unsafeCode, `b.setAttribute("once", x)`, true}, {unsafeCode, `retrieval(x)`, false},
		{elsewhere, `fetch("https://x.example")`, true}, {elsewhere, `fetch("//x.example")`, true}, {elsewhere, `a // comment`, false},
		{physical, `  margin-left: 1px;`, true}, {physical, `a{left:0}`, true}, {physical, `text-align: right;`, true}, {physical, `border-top-left-radius: 2px`, true}, {physical, `margin-inline-start: 1px; inset-inline: 0; text-align: end; align-left: x`, false}, {physical, `border-left-width: 1px`, true},
	} {
		if got := c.pattern.MatchString(c.text); got != c.want {
			t.Errorf("%q is found: %v", c.text, got)
		}
	}
}
