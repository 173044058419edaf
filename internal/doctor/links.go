package doctor

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"callboard/internal/diag"
)

// maxLinks bounds the links of one page that are followed.
const maxLinks = 20_000

// links looks up where a page leads to within the portal, without asking the host:
// what the manifest names was looked for, or could have been.
func (v *visit) links(name string, page []byte) {
	if len(v.known) == 0 {
		return
	}
	said := map[string]bool{}
	z := html.NewTokenizer(bytes.NewReader(page))
	for n := 0; n < maxLinks; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		t := z.Token()
		for _, a := range t.Attr {
			if a.Key != "href" && a.Key != "src" {
				continue
			}
			n++
			to, ok := v.within(name, a.Val)
			if !ok || said[to] || v.has(to) {
				continue
			}
			said[to] = true
			if t.Data == "a" {
				v.report(diag.Warning, CodeLink, name, fmt.Sprintf("the page leads to %q, which is not there", to), "")
			} else {
				v.report(diag.Error, CodeLink, name, fmt.Sprintf("the page loads %q, which is not there", to), "publish the portal again, with --verify")
			}
		}
	}
}

// within is the path in the portal that a link leads to; false if it leads
// elsewhere.
func (v *visit) within(page, link string) (string, bool) {
	dir := v.at(strings.TrimSuffix(page, "index.html"))
	u, err := dir.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != v.o.Address.Scheme || u.Host != v.o.Address.Host || u.Opaque != "" {
		return "", false
	}
	return strings.CutPrefix(u.Path, v.o.Address.Path)
}

// has tells whether a path is that of a file, or of a directory with a page.
func (v *visit) has(name string) bool {
	if name == "" || strings.HasSuffix(name, "/") {
		return v.known[name+"index.html"]
	}
	return v.known[name] || v.known[name+"/index.html"]
}

// parsed is an address that is spelled as it is to be sent.
func parsed(base *url.URL, raw string) (*url.URL, error) {
	return url.Parse(base.Scheme + "://" + base.Host + raw)
}
