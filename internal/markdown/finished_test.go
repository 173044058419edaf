package markdown_test

import (
	"reflect"
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/timetest"
)

// TestFinished holds that of a page's text its end is found, although tags are left
// open, that nothing of the frame is in it, and what is known of its headings.
func TestFinished(t *testing.T) {
	r := markdown.New(highlight.New())
	for name, c := range map[string]struct{ in, body, headings string }{
		"open tags":     {`<body><nav><ul><li>x</ul></nav><div role="main"><h1>T</h1><p>a<p>b<ul><li>c</ul></div><footer>f</footer>`, "<h1>T</h1><p>a<p>b<ul><li>c</li></ul></p></p>", ""},
		"surest mark":   {`<main><article>all<div class="x md-content__inner"><h2 id="a">A <b>b</b></h2>c</div></article></main>`, `<h2 id="a">A <b>b</b></h2>c`, "2 a A b"},
		"twice an id":   {`<body><h2 id="a">A</h2><h2 id="a">B</h2>`, `<h2 id="a">A</h2><h2 id="a">B</h2>`, "2 a A"},
		"frame inside":  {`<article><nav><p>x</nav>a<form><input><p>y</form><script>z</script>b</article>c`, "ab", ""},
		"nothing":       {``, "", ""},
		"not the frame": {`<article><div class="docs bar note">a</div><span class="kd">var</span> <span class="gi">+</span></article>`, `<div class="note">a</div><span class="kw">var</span> <span class="ins">+</span>`, ""},
	} {
		d := r.Finished([]byte(c.in), markdown.Options{})
		var hs []string
		for _, h := range d.Headings {
			hs = append(hs, string(rune('0'+h.Level))+" "+h.ID+" "+h.Text)
		}
		if got := strings.Join(hs, ";"); d.Body != c.body || got != c.headings {
			t.Errorf("%s:\n got %s %q\nwant %s %q", name, d.Body, got, c.body, c.headings)
		}
	}
	d := r.Finished([]byte(`<article><p>before<h1 id=t>T</h1>x <code>y</code><h2 id=u>U</h2>z</article>`), markdown.Options{})
	want := []markdown.Section{{Text: "before"}, {ID: "t", Title: "T", Text: "x y"}, {ID: "u", Title: "U", Text: "z"}}
	if !reflect.DeepEqual(d.Sections, want) || d.Title != "T" {
		t.Errorf("%q %+v", d.Title, d.Sections)
	}
}

// TestFinishedNav reads the navigation that a generator writes.
func TestFinishedNav(t *testing.T) {
	in := `<div class="wy-menu"><p class="caption">Guides</p><ul><li class="toctree-l1"><a href="a.html">A</a><ul><li><a href="a.html#x">X</a></li><li><a href="b/">B <em>b</em></a></li></ul></li><li>no link</li><li><a href="c.html">C</ul></div><ul><li><a href="d">D</a></li></ul>`
	want := []markdown.Entry{{Title: "A", Target: "a.html", Children: []markdown.Entry{{Title: "X", Target: "a.html#x"}, {Title: "B b", Target: "b/"}}}, {Title: "C", Target: "c.html"}}
	if got := markdown.FinishedNav([]byte(in)); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := markdown.FinishedNav([]byte(`<ul><li><a href="d">D</a></li></ul>`)); got != nil {
		t.Errorf("%+v", got)
	}
}

// FuzzFinished holds that whatever a page of a finished site is, nothing of it runs
// or loads, in a time by its length.
func FuzzFinished(f *testing.F) {
	for _, s := range []string{`<article><h1 id=a>A</h1><p onclick=x>b<a href="javascript:x">c</a></article>`, `<div class="wy-menu"><ul><li><a href=x>y<ul><li></div>`, `<body><svg><style><img src=x onerror=y>`, `<main><iframe srcdoc="<script>"></iframe><title><b></title>`, "<article>\x000\x00<cb-slot n=0></article>", `<article><nav><nav></nav>a`} {
		f.Add(s)
	}
	r := markdown.New(highlight.New())
	f.Fuzz(func(t *testing.T, page string) {
		timetest.Fuzz.Within(t, len(page), func() {
			strictly(t, r.Finished([]byte(page), markdown.Options{}), "finished")
			markdown.FinishedNav([]byte(page))
		})
	})
}
