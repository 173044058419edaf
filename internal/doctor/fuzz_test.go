package doctor

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func newVisit(at string) *visit {
	u, err := url.Parse(at)
	if err != nil {
		panic(err)
	}
	return &visit{o: Options{Address: u, Recommended: recommended}, known: map[string]bool{"index.html": true}, sightings: sightings{seen: map[finding]*sighting{}}}
}

// FuzzPage holds that a page, whatever is in it, is said to lead to nothing but
// what lies in the portal.
func FuzzPage(f *testing.F) {
	for _, s := range []string{`<a href="x">`, `<a href="../../x">`, `<a href="//h/x">`, `<a href="/board/%2e%2e/x">`, `<img src="data:x">`, `<a href="\\h">`, `<a href='?'><a href=#>`, `<a href="http://[::1">`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, page string) {
		v := newVisit("https://h.example/board/")
		v.links("a/index.html", []byte(page))
		for _, d := range v.findings() {
			if d.Code != CodeLink || d.Pos.File != "a/index.html" {
				t.Error(d)
			}
		}
		if to, ok := v.within("a/index.html", page); ok {
			if u := v.at(to); u.Host != "h.example" || !strings.HasPrefix(u.Path, "/board/") {
				t.Errorf("%q leads to %v", page, u)
			}
		}
	})
}

// FuzzHeaders holds that a host may send what it likes, and that a policy which
// lets nothing be loaded is found.
func FuzzHeaders(f *testing.F) {
	f.Add("default-src 'none'", "max-age=99999999999999999999, public", "text/html; charset=\"", "7")
	f.Add("; ;script-src;script-src 'self', sandbox", "=,max-age=-1", "", "-1")
	f.Fuzz(func(t *testing.T, csp, cache, typ, after string) {
		v := newVisit("https://h.example/")
		a := &answer{status: http.StatusOK, header: http.Header{"Content-Security-Policy": {csp, "default-src 'none'"}, "Cache-Control": {cache}, "Content-Type": {typ}, "Retry-After": {after}}}
		v.security("index.html", a)
		v.caching("index.html", a)
		v.caching("assets/app.0123abcd.js", a)
		v.contentType("index.html", a)
		if !v.hasAny(CodePolicy) {
			t.Error("a policy under which nothing is loaded is not found")
		}
		if d := pause(a, 1); d < 0 || d > longestPause {
			t.Errorf("a pause of %v", d)
		}
		a.told()
	})
}
