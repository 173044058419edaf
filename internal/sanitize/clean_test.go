package sanitize

import (
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"callboard/internal/urlpath"
)

var links = Policy{Address: func(_, _, v string) (string, bool) { return urlpath.SafeLink(v) }}

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", `<p>a <b>b</b></p>`, `<p>a <b>b</b></p>`},
		{"script", `a<script>alert("</b>")</script>b`, `ab`},
		{"script unclosed", `a<script>alert(1)`, `a`},
		{"style", `<style>x{}</style><p style="color:red">a</p>`, `<p>a</p>`},
		{"handlers", `<img src="https://x.example/a.png" onerror="alert(1)" alt="x"><b onclick=x>b</b>`, `<img src="https://x.example/a.png" alt="x" loading="lazy" decoding="async"><b>b</b>`},
		{"javascript", `<a href="javascript:alert(1)">a</a><a href=" java&#10;script:alert(1)">b</a>`, `<a>a</a><a>b</a>`},
		{"frames", `<iframe src="https://x"><p>in</p></iframe>out`, `out`},
		{"svg", `<svg><script>x</script><a href="javascript:x">y</a></svg>z`, `z`},
		{"nested object", `<object><object></object><b>x</b></object>y`, `y`},
		{"svg unclosed", `a<svg><circle>b<p>c</p>`, `ab<p>c</p>`},
		{"svg empty", `a<svg/>b<svg width=1 />c</svg>d`, `abcd`},
		{"svg twice open", `a<svg><svg>x</svg>b`, `ab`},
		{"embed is void", `a<embed src=x>b<input>c`, `abc`},
		{"frameset", `<frameset><frame src=x><p>y</p>`, `<p>y</p>`},
		{"image", `<img>`, `<img alt="" loading="lazy" decoding="async">`},
		{"tab order", `<b tabindex=5>x</b><b tabindex=0>y</b>`, `<b>x</b><b tabindex="0">y</b>`},
		{"nul", "<b title='\x001\x00' class='\x00a'>\x00x</b>", "<b title=\"\ufffd1\ufffd\" class=\"\ufffda\">x</b>"},
		{"two names", `<a id=x name=y>z</a>`, `<a id="x">z</a>`},
		{"raw text unclosed", `a<noscript><b>x`, `a`},
		{"what was to be typed", `<textarea rows="3" onfocus="x()">name: <b>x</b></textarea>b`, `<pre>name: &lt;b&gt;x&lt;/b&gt;</pre>b`},
		{"the same in a paragraph", `<p>a <textarea>b&lt;c</textarea></p>`, `<p>a <code>b&lt;c</code></p>`},
		{"the same unclosed", `a<textarea><script>x`, `a<pre>&lt;script&gt;x</pre>`},
		{"ids with spaces", "<b id='a b'>x</b><b id=''>y</b>", `<b>x</b><b>y</b>`},
		{"math", `<math><mtext><img src=x onerror=y></mtext></math>z`, `z`},
		{"unclosed", `<div><b>x`, `<div><b>x</b></div>`},
		{"stray end", `x</div></script></b>y`, `xy`},
		{"crossed", `<b><i>x</b>y</i>`, `<b><i>x</i></b>y`},
		{"unknown element", `<form><input name=x><p>y</p></form><custom-x>z</custom-x>`, `<p>y</p>z`},
		{"entities", `&lt;script&gt; &amp; &quot; &nbsp;`, "&lt;script&gt; &amp; &#34; \u00a0"},
		{"comment", `a<!-- <b> -->b<!--[if IE]><script>x</script><![endif]-->c`, `abc`},
		{"frame's classes", `<div class="bar skip note">x</div><div class="bar">y</div>`, `<div class="note">x</div><div>y</div>`},
		{"frame's ids", `<h2 id="cb-main">x</h2><a name="old">y</a>`, `<h2>x</h2><a id="old">y</a>`},
		{"twice", `<img alt=a alt=b>`, `<img alt="a" loading="lazy" decoding="async">`},
		{"quote in attribute", `<b title='"><script>x</script>'>y</b>`, `<b title="&#34;&gt;&lt;script&gt;x&lt;/script&gt;">y</b>`},
		{"doctype", `<!doctype html><html><head><title>x</title></head><body onload=x><p>y</p></body></html>`, `<p>y</p>`},
		{"alignment", `<p align="center">a</p><img align=right><div align="x;y">b</div>`, `<p align="center">a</p><img align="right" alt="" loading="lazy" decoding="async"><div>b</div>`},
		{"notes", `<ol><li popover=manual id=a>b</li></ol><p popover>c</p>`, `<ol><li popover="" id="a">b</li></ol><p>c</p>`},
		{"details", `<details open><summary>s</summary>x</details>`, `<details open=""><summary>s</summary>x</details>`},
	} {
		if got := Clean(c.in, links).String(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestRemoteImages(t *testing.T) {
	p := links
	p.RemoteImage = func(src string) (string, bool) { return src, strings.HasPrefix(src, "https:") }
	in := `<img src="https://x.example/a?b&c" alt="<A>"><img src=https://x><a href="https://y"><img src=https://x alt=B></a><img alt=C>`
	want := `<a class="remote-image" href="https://x.example/a?b&amp;c">Image: &lt;A&gt;</a><a class="remote-image" href="https://x">Image: image</a><a href="https://y">B</a><img alt="C" loading="lazy" decoding="async">`
	if got := Clean(in, p).String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFrames(t *testing.T) {
	p := links
	p.Frame = func(f Frame) string { return "[" + f.Src + "|" + f.Title + "|" + f.Width + "|" + f.Height + "]" }
	for in, want := range map[string]string{
		`a<iframe src=" https://x " title="T" width=560 height="315px" onload=x srcdoc="<script>"><p>in</p></iframe>b`: "a[https://x|T|560|315]b",
		`<iframe width="100%" height="99999"></iframe>`:                                                                "[|||]",
		`<iframe src=x>open <b>`:             "[x|||]",
		`<svg><iframe src=x></iframe></svg>`: "",
	} {
		if got := Clean(in, p).String(); got != want {
			t.Errorf("%s:\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestDepthIsBounded(t *testing.T) {
	got := Clean(strings.Repeat("<div>", 5000)+"x", links).String()
	if n := strings.Count(got, "<div>"); n != MaxDepth || strings.Count(got, "</div>") != n {
		t.Error(n)
	}
}

// TestManyOfAKind holds that what is long or repeated is read once: each case
// would take minutes otherwise.
func TestManyOfAKind(t *testing.T) {
	const n = 200_000
	var names strings.Builder
	for i := range n {
		names.WriteString(" a" + strconv.Itoa(i))
	}
	for name, in := range map[string]string{
		"attributes":      "<b" + names.String() + ">",
		"open svg":        strings.Repeat("<svg>", n),
		"open elements":   strings.Repeat("<i></b>", n),
		"unclosed tag":    strings.Repeat("<b ", n),
		"comments":        strings.Repeat("<!--", n),
		"declarations":    strings.Repeat("<!", n),
		"raw text":        strings.Repeat("<title>", n),
		"svg and its end": strings.Repeat("<svg>", n) + "</svg>",
		"end tags":        strings.Repeat("<p></i>", n),
	} {
		if out := Clean(in, links).String(); len(out) > 2*len(in) {
			t.Errorf("%s: %d bytes became %d", name, len(in), len(out))
		}
	}
}

// FuzzClean reads what was cleaned as a browser does and holds the allow-list
// against it.
func FuzzClean(f *testing.F) {
	for _, s := range []string{`<p>a</p>`, `<svg><style><img src=x onerror=alert(1)>`, `<math><mi><table><mglyph><style><img src onerror=x>`, `<a href="javascript:x">`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<b title=x onx=y`, "<p\x00><b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := Clean(s, links).String()
		if again := Clean(out, links).String(); again != out {
			t.Fatalf("%q became %q and then %q", s, out, again)
		}
		if strings.Contains(out, "\x00") {
			t.Fatalf("%q became %q", s, out)
		}
		doc, err := html.Parse(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			switch n.Data {
			case "script", "style", "iframe", "object", "embed", "svg", "math", "form", "input", "base", "meta", "link":
				t.Fatalf("%q became %q", s, out)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || a.Key == "href" && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript") {
					t.Fatalf("%q became %q", s, out)
				}
			}
		}
	})
}
