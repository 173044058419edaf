package markdown_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
	"callboard/internal/pymarkdown/pymdownx"
	"callboard/internal/sanitize"
	"callboard/internal/timetest"
)

// hostilePython is input for which Python-Markdown, or what was written after
// its model, takes quadratic time, beside what is hostile to any renderer.
var hostilePython = map[string]string{
	"tags in tags": "<a ", "tags of addresses": "<a@", "quoted attributes": "<a b='", "attributes": "<a b=\"c\" ", "names": "<a/", "end tags": "</div>\n", "open end tags": "</div\n", "ends of others": "<div></p>\n",
	"comments": "<!-- ", "dashes": "<!----", "instructions in text": "x<?a ", "declarations in lines": "<!a\n", "character data": "<![CDATA[", "character data in lines": "<![CDATA[a]]>\n", "scripts": "<script>\n", "styles": "</script><style>",
	"markdown in html": "<div markdown>\n", "markdown in paragraphs": "<p markdown>a<b>", "markdown in both": "<div markdown>\n\n*a*\n\n</div>\n", "escaped marks": "<i title='&#2;wzxhzdk:0&#3;'>",
	"stars": "*", "stars and words": "**a ", "stars thrice": "***a** ", "underlines": "__a _b", "caret runs": "^", "caret words": "^^a^^b", "carets alone": "^ ", "tilde runs": "~~~a", "equal runs": "==a == ", "equals alone": "== == ===a ", "plus": "++a+b", "quoted keys": "++\"a\"+",
	"references in lines": "[a]: b\na\n", "references without blanks": "[^1]: x\na\n", "reference chain": "[a][b][", "short references": "[a]\n[", "titles": "[a]: b 'c\n", "wiki": "[[a", "headings in lines": "===\n", "headings alike": "# a\n", "headings with numbers": "## a_1\n## a_2\n",
	"list of one": "- a\n\n    b\n\n", "list markers": "1. - * + ", "list levels": "- a\n    - b\n        - c\n", "quotes in lists": "> - > 1. ", "indented": "\ta\n\n", "rules in lines": "* * *\n-\n",
	"tables side by side": "a|b\n-|-\n", "table rows": "|\n", "cells of code": "|`", "admonition marks": "!!! a ", "admonitions in admonitions": "!!! a\n    !!! b\n", "details marks": "??? a\n", "tab marks": "=== \"a\"\n    ", "slashes": "/// a\n", "slash blocks": "/// note\n/// details\n",
	"fence marks": "```\na\n~~~\n", "fences in quotes": "> ```\n> a\n", "fence attributes": "``` {.a #b c='", "code blocks": "    :::py\n", "code of languages": "`#!py ", "ticks": "`` ` ", "ticks of all lengths": "` `` ``` ```` ",
	"critic": "{--a{++b", "critic ends": "--}++}", "critic replacements": "{~~a~>", "math": "$a", "math blocks": "$$\n", "math brackets": "\\(a\\[", "environments": "\\begin{a}", "smart signs": "(c)-->1/2", "smart quotes": "\"'a", "quotes alone": "' ", "dots": "...", "dashes in text": "a--b---",
	"abbreviations and words": "*[a]: b\n\na ", "abbreviation marks": "*[a", "footnote marks": "[^1]", "footnotes in footnotes": "[^1]:\n    [^2]: a\n", "attribute lists": "a {: .b #c d=e }\n", "attribute marks": "{: a", "legacy attributes": "{@a=b", "definitions in lines": "a\n: b\n", "definition marks": ": a\n\n",
	"annotations": "a (1)\n{: .annotate }\n\n1. b\n\n", "annotation marks": "(1)", "annotations in annotations": "1.  a (1)\n    {: .annotate }\n\n    1. b\n", "annotated code": "```py\na # (1)!\n```\n\n1. b\n\n", "frames": "<iframe src='https://www.example.com/&'></iframe>\n", "frames of others": "<iframe src='https://a/&'>", "tag marks": "<!-- material/tags {a: [ -->\n",
	"snippets": "--8<-- \"a\"\n", "snippet parts": "--8<-- \"a" + strings.Repeat(":1", 200) + "\"\n", "snippet lists": "--8<--\na\n", "snippet sections": "--8<-- [start:a]\n", "contents": "[TOC]\n\n", "bars": "[=5% \"a\"]", "bar marks": "[=5%", "mentions": "@a/b#1 ", "issues": "a#1 ", "commits": "abcdef0 ", "mail signs": "a@", "mail words": "a.b@c.", "addresses of the web": "http://a(b", "emoji marks": ":a", "entities without end": "&#1", "entity marks": "&a", "carriage returns": "a\r", "escaped tabs": "\\\t", "other letters": "\u00e9*\u3042_",
}

// profileOf is the list of extensions that a kind of site has.
func profileOf(t testing.TB, name string) *markdown.Dialect {
	t.Helper()
	all := map[string][]string{
		"techdocs": {"toc", "tables", "fenced_code", "admonition", "pymdownx.details", "pymdownx.tabbed", "pymdownx.caret", "pymdownx.critic", "pymdownx.emoji", "pymdownx.inlinehilite", "pymdownx.magiclink", "pymdownx.mark",
			"pymdownx.smartsymbols", "pymdownx.snippets", "pymdownx.highlight", "pymdownx.extra", "pymdownx.tasklist", "pymdownx.tilde", "mdx_truly_sane_lists"},
		"material": {"toc", "tables", "fenced_code", "abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.caret", "pymdownx.details", "pymdownx.emoji",
			"pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.mark", "pymdownx.smartsymbols", "pymdownx.snippets", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde"},
		"all": {"extra", "codehilite", "legacy_attrs", "legacy_em", "meta", "nl2br", "sane_lists", "smarty", "wikilinks", "gh_admonitions", "mdx_gh_links", "pymdownx.progressbar", "pymdownx.quotes", "pymdownx.fancylists", "pymdownx.saneheaders", "pymdownx.escapeall",
			"pymdownx.blocks.admonition", "pymdownx.blocks.caption", "pymdownx.blocks.definition", "pymdownx.blocks.details", "pymdownx.blocks.html", "pymdownx.blocks.tab", "pymdownx.keys", "pymdownx.b64", "pymdownx.pathconverter"},
	}
	options := map[string]map[string]any{
		"toc":                  {"permalink": true},
		"pymdownx.tabbed":      {"alternate_style": true},
		"pymdownx.highlight":   {"linenums": name == "techdocs", "pygments_lang_class": true},
		"pymdownx.tasklist":    {"custom_checkbox": true},
		"pymdownx.arithmatex":  {"generic": true},
		"pymdownx.emoji":       {"emoji_index": pymarkdown.Py{Name: "material.extensions.emoji.twemoji"}, "emoji_generator": pymarkdown.Py{Name: "material.extensions.emoji.to_svg"}},
		"pymdownx.superfences": {"custom_fences": []any{map[string]any{"name": "mermaid", "class": "mermaid", "format": pymarkdown.Py{Name: "pymdownx.superfences.fence_code_format"}}}},
	}
	var list []pymarkdown.Extension
	for _, n := range all[name] {
		list = append(list, pymarkdown.Extension{Name: n, Options: options[n]})
	}
	d, problems := markdown.NewDialect(list, 0)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d
}

// hostileUnits are all inputs by name.
func hostileUnits() map[string]string {
	all := map[string]string{}
	for name, unit := range hostile {
		all[name] = unit
	}
	for name, unit := range hostilePython {
		all["python: "+name] = unit
	}
	return all
}

// TestHostilePython renders what is hostile in the dialects of whole sites. What
// comes out must be safe and of measure; what it costs is for
// BenchmarkHostilePython to say.
func TestHostilePython(t *testing.T) {
	r := markdown.New(highlight.New())
	for _, profile := range []string{"techdocs", "material", "all"} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			d := profileOf(t, profile)
			for name, unit := range hostileUnits() {
				src := times((12<<10)/len(unit), unit)
				doc := r.Render([]byte(src), generous(d))
				if len(doc.Body) > markdown.MaxRatio*len(src)+markdown.MinRatio {
					t.Errorf("%s: %d bytes became %d", name, len(src), len(doc.Body))
				}
				strictly(t, doc, name)
			}
		})
	}
}

// included is a file that snippets may include.
func included(name string) (string, bool) { return "*x* <b onclick=y>" + name + "</b>\n", true }

// TestHostileExtensions gives each extension alone what is hostile.
func TestHostileExtensions(t *testing.T) {
	r := markdown.New(highlight.New())
	var names []string
	for name := range extensions.Table {
		names = append(names, name)
	}
	for name := range pymdownx.Table {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, ext := range names {
		d, _ := markdown.NewDialect([]pymarkdown.Extension{{Name: ext}}, 0)
		for name, unit := range hostileUnits() {
			src := times(512/len(unit), unit)
			strictly(t, r.Render([]byte(src), generous(d)), ext+": "+name)
		}
	}
}

// BenchmarkHostilePython renders hostile input of growing size: the rate must
// stay.
func BenchmarkHostilePython(b *testing.B) {
	r := markdown.New(highlight.New())
	for _, profile := range []string{"techdocs", "material"} {
		d := profileOf(b, profile)
		for name, unit := range hostileUnits() {
			for _, size := range []int{32 << 10, 128 << 10, 512 << 10} {
				src := []byte(times(size/len(unit), unit))
				b.Run(fmt.Sprintf("%s/%s/%dK", profile, strings.ReplaceAll(name, " ", "-"), size>>10), func(b *testing.B) {
					b.SetBytes(int64(len(src)))
					for b.Loop() {
						r.Render(src, markdown.Options{Dialect: d})
					}
				})
			}
		}
	}
}

// strictly requires of a page what keeps its reader safe, in the way of a parser
// that knows nothing of how the page was made: only elements and attributes of
// the sanitiser's list, addresses only as slots, and every element closed where
// it was opened, so that no page closes the frame around it.
func strictly(t testing.TB, doc *markdown.Doc, what string) {
	t.Helper()
	for _, d := range doc.Diagnostics {
		if d.Code == markdown.CodeFailed {
			t.Errorf("%s: %s", what, d.Message)
		}
	}
	w := strictWalker{doc: doc, z: html.NewTokenizer(strings.NewReader(strings.ReplaceAll(doc.Body, "\x00", "\ue123")))}
	if wrong := w.walk(); wrong != "" {
		t.Errorf("%s: %s\n%.2000q", what, wrong, doc.Body)
	}
}

type strictWalker struct {
	doc  *markdown.Doc
	z    *html.Tokenizer
	open []string
}

// walk gives what is wrong first, or "".
func (w *strictWalker) walk() string {
	for {
		switch w.z.Next() {
		case html.ErrorToken:
			if len(w.open) > 0 {
				return fmt.Sprintf("%v are left open", w.open)
			}
			return ""
		case html.CommentToken, html.DoctypeToken:
			return "a comment or a declaration"
		case html.EndTagToken:
			name := w.z.Token().Data
			if len(w.open) == 0 || w.open[len(w.open)-1] != name {
				return fmt.Sprintf("</%s> closes one of %v", name, w.open)
			}
			w.open = w.open[:len(w.open)-1]
		case html.StartTagToken, html.SelfClosingTagToken:
			if wrong := w.tag(w.z.Token()); wrong != "" {
				return wrong
			}
		}
	}
}

// drawn are the elements and attributes of icons that the page itself draws.
var drawn = map[string]string{"svg": "xmlns viewbox class width height fill", "path": "d fill fill-rule clip-rule opacity stroke stroke-width", "g": "fill fill-rule", "circle": "cx cy r fill", "rect": "x y width height rx fill", "ellipse": "cx cy rx ry fill",
	"input":  "type class id name checked disabled aria-label",
	"button": "class type popovertarget aria-label data-n",
	"iframe": "class src title width height loading sandbox referrerpolicy allow"}

// generous are the options of a page that may have all that pages can have.
func generous(d *markdown.Dialect) markdown.Options {
	return markdown.Options{Dialect: d, Read: included, Annotate: true, Frames: []string{"www.example.com"}}
}

// Elements and attributes of formulas that the page itself draws.
const (
	mathElements   = " math semantics annotation mrow mi mo mn mtext ms mspace mstyle msub msup msubsup munder mover munderover mmultiscripts mprescripts mfrac msqrt mroot mtable mtr mtd mpadded mphantom menclose "
	mathAttributes = "display encoding stretchy lspace rspace movablelimits accent accentunder mathvariant class linethickness displaystyle scriptlevel width height depth voffset fence separator form minsize maxsize symmetric largeop notation columnspan"
)

func (w *strictWalker) tag(tok html.Token) string {
	name := tok.Data
	own, isDrawn := drawn[name]
	if strings.Contains(mathElements, " "+name+" ") {
		own, isDrawn = mathAttributes, true
	}
	if !isDrawn && sanitize.Element(name) != sanitize.Keep {
		return "<" + name + ">"
	}
	for _, a := range tok.Attr {
		if isDrawn {
			if !slices.Contains(strings.Fields(own), a.Key) || name == "iframe" && a.Key == "src" && !strings.HasPrefix(strings.ToLower(a.Val), "https://www.example.com") {
				return fmt.Sprintf("<%s %s>", name, a.Key)
			}
			continue
		}
		if name == "span" && a.Key == "hidden" {
			continue // of a comment that is an annotation
		}
		if _, ok := sanitize.Attribute(name, a.Key, a.Val); !ok && !(name == "div" && a.Key == "tabindex") {
			return fmt.Sprintf("<%s %s=%q>", name, a.Key, a.Val)
		}
		if !w.address(a.Key, a.Val) {
			return fmt.Sprintf("<%s %s=%q>", name, a.Key, a.Val)
		}
	}
	switch name {
	case "br", "hr", "img", "col", "source", "wbr", "input":
	default:
		if tok.Type == html.StartTagToken || !isDrawn { // HTML knows no empty elements, SVG does
			w.open = append(w.open, name)
		}
	}
	return ""
}

// address tells whether an attribute that leads somewhere holds a slot, a place
// on the page or an image in itself.
func (w *strictWalker) address(key, val string) bool {
	switch key {
	case "href", "src", "poster":
	default:
		return !strings.Contains(val, "\ue123")
	}
	if strings.HasPrefix(val, "#") || strings.HasPrefix(val, "data:image/") {
		return !strings.Contains(val, "\ue123")
	}
	inner, ok := strings.CutPrefix(val, "\ue123")
	inner, closed := strings.CutSuffix(inner, "\ue123")
	n := 0
	if _, err := fmt.Sscanf(inner, "%d", &n); err != nil {
		return false
	}
	return ok && closed && fmt.Sprint(n) == inner && n < len(w.doc.Links)
}

// FuzzPython renders any page in the dialects of whole sites: whatever it is, the
// page is safe, of measure, and the same the next time.
func FuzzPython(f *testing.F) {
	for _, unit := range hostileUnits() {
		f.Add(unit + "a\n" + unit)
	}
	for _, s := range []string{
		"<div markdown>\n`a` &copy; <b title='&#2;wzxhzdk:0&#3;'>x</b>\n</div>\n\n```py\n\" onclick=x\n```\n",
		"<cb-slot n=0><cb-slot n=\"1\">\n\n- [x] a\n- [ ] b :material-home:\n\n<style>*{}</style>",
		"[a](<java\nscript:alert(1)> \"b\"){ onclick=x target=_blank style='x' }\n\n![b](data:image/svg+xml;base64,PHN2Zz4=){width=1}\n",
		"/// html | script\nalert(1)\n///\n\n/// html | a[href=javascript:x][onclick=y]\nz\n///\n",
		"<p markdown='span'><![CDATA[<script>]]></p>\n<a\x00href=javascript:x>\n&#x6a;avascript:\n\n</div></div></article>",
		"# a { id=cb-x class='bar b' }\n\n| a {onclick=x} |\n|-|\n| <td onclick=x> |\n",
		"x{--a--}{++b++}{>>c<<} {~~<b>~></b>~~} =={.x onclick=y}==\n\n$a<b>$ \\(<script>\\)\n\n$$\n</script>\n$$\n",
		"``` { .html title='\"><script>' onclick=x id=cb-a data-x=\"'>\" }\n<script>\n```\n\n`#!html <script>`\n",
		"``` { .yaml .annotate #x' }\na: b # (1)! (2) <b>\n```\n\n1.  (1)\n    { .annotate }\n\n    1. a\n2.  b\n    {: #\"y\" popover=manual }\n",
		"(1) `(1)` <b>(1)</b> [(1)](a)\n{ .annotate onclick=x }\n\n1. <script>x</script> <button popovertarget=cb-pages>y</button>\n",
		"<iframe src='https://www.example.com/\" onload=x' title='\"><script>'></iframe>\n\n<div markdown><iframe src=//www.example.com srcdoc=x>\n<!-- material/tags {include: [a,} -->\n</div>\n",
		"[^1]: <form><input name=a>\n\n[^1] [^1]\n\n*[a]: \"><script>\n\na a\n",
	} {
		f.Add(s)
	}
	r := markdown.New(highlight.New())
	dialects := []*markdown.Dialect{profileOf(f, "techdocs"), profileOf(f, "material"), profileOf(f, "all")}
	f.Fuzz(func(t *testing.T, page string) {
		timetest.Fuzz.Within(t, len(page), func() {
			if len(page) > 1<<12 {
				return
			}
			for i, d := range dialects {
				doc := r.Render([]byte(page), generous(d))
				if len(doc.Body) > markdown.MaxRatio*len(page)+markdown.MinRatio {
					t.Errorf("%d bytes became %d", len(page), len(doc.Body))
				}
				strictly(t, doc, fmt.Sprint(i))
				if again := r.Render([]byte(page), generous(d)); again.Body != doc.Body {
					t.Errorf("%d: %q, then %q", i, doc.Body, again.Body)
				}
			}
		})
	})
}
