package doctor

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"callboard/internal/diag"
	"callboard/internal/filetype"
	"callboard/internal/output"
)

// directives are those of a Cache-Control, by name, with their values.
func directives(h http.Header) map[string]string {
	out := map[string]string{}
	for _, line := range h.Values("Cache-Control") {
		for d := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(d), "=")
			if name != "" {
				out[strings.ToLower(name)] = strings.Trim(value, `"`)
			}
		}
	}
	return out
}

// age is the value of a directive in time; ok tells that there is one.
func ageOf(ds map[string]string, name string) (time.Duration, bool) {
	n, err := strconv.ParseInt(ds[name], 10, 32)
	return time.Duration(n) * time.Second, err == nil && n >= 0
}

// longEnough is how long files must be kept that never change.
const longEnough = 24 * time.Hour

// caching looks at how long an answer may be kept.
func (v *visit) caching(name string, a *answer) {
	ds := directives(a.header)
	_, noCache := ds["no-cache"]
	_, noStore := ds["no-store"]
	_, public := ds["public"]
	most, bound := ageOf(ds, "max-age")
	if filetype.Immutable(name) {
		if noStore || noCache || !bound || most < longEnough {
			v.report(diag.Warning, CodeCache, name, "files whose name holds their digest are not kept, but asked for again on every page", "send Cache-Control: "+filetype.Forever)
		}
	} else {
		switch {
		case noCache, noStore, bound && most == 0:
		case bound && most > longEnough:
			v.report(diag.Error, CodeCache, name, fmt.Sprintf("browsers keep files that change for %s without asking", most), "send Cache-Control: "+filetype.Revalidate)
		case bound:
			v.report(diag.Warning, CodeCache, name, fmt.Sprintf("browsers keep files that change for %s without asking", most), "send Cache-Control: "+filetype.Revalidate)
		case a.header.Get("Last-Modified") != "":
			v.report(diag.Warning, CodeCache, name, "no Cache-Control is sent, so browsers keep files that change for as long as they think fit", "send Cache-Control: "+filetype.Revalidate)
		}
	}
	if _, shared := ageOf(ds, "s-maxage"); (public || shared) && len(v.o.Headers) > 0 {
		v.report(diag.Error, CodeCache, name, "shared caches may keep what is behind a gate", "send private instead of public, and no s-maxage")
	}
}

// security looks at the headers that keep pages safe.
func (v *visit) security(name string, a *answer) {
	for _, h := range v.o.Recommended {
		sent := a.header.Values(h.Name)
		switch h.Name {
		case "Content-Security-Policy":
			v.policies(name, a)
		case "X-Content-Type-Options":
			if !slices.ContainsFunc(sent, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), "nosniff") }) {
				v.lacks(diag.Warning, name, h)
			}
		case "Referrer-Policy":
			if !slices.ContainsFunc(sent, keepsAddresses) {
				v.lacks(diag.Warning, name, h)
			}
		default:
			if len(sent) == 0 {
				v.lacks(diag.Info, name, h)
			}
		}
	}
}

// keepsAddresses tells whether a Referrer-Policy keeps the paths of pages from
// other sites. Of several policies, the last that is known counts.
func keepsAddresses(value string) bool {
	words := strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return r == ',' || r == ' ' })
	return len(words) > 0 && slices.Contains([]string{"no-referrer", "same-origin", "strict-origin", "origin", "strict-origin-when-cross-origin", "origin-when-cross-origin"}, words[len(words)-1])
}

func (v *visit) lacks(s diag.Severity, name string, h Header) {
	v.report(s, CodeHeader, name, "pages are sent without a sound "+h.Name, strings.TrimSpace("send "+h.Name+": "+h.Value))
}

// policies looks at the policies that the host adds to that in the page: both hold.
func (v *visit) policies(name string, a *answer) {
	framed := a.header.Get("X-Frame-Options") == ""
	for _, p := range a.header.Values("Content-Security-Policy") {
		for one := range strings.SplitSeq(p, ",") {
			ds := policy(one)
			if _, ok := ds["frame-ancestors"]; ok {
				framed = false
			}
			if _, boxed := ds["sandbox"]; boxed && !slices.Contains(ds["sandbox"], "allow-scripts") {
				v.report(diag.Error, CodePolicy, name, "the Content-Security-Policy of the host puts pages into a sandbox without scripts", "send that of the manual's page Hosting, or none")
			}
			for _, need := range needs {
				if list, bound := sourcesOf(ds, need); bound && !v.allows(list) {
					v.report(diag.Error, CodePolicy, name, fmt.Sprintf("the Content-Security-Policy of the host forbids what pages need: %s lacks 'self'", need), "send that of the manual's page Hosting, or none")
				}
			}
		}
	}
	if framed {
		v.report(diag.Warning, CodeHeader, name, "other sites may show pages in a frame: no Content-Security-Policy with frame-ancestors is sent", "send that of the manual's page Hosting; a page cannot say this itself")
	}
}

// needs are the directives under which pages load files of their own.
var needs = []string{"script-src", "style-src", "img-src", "font-src", "connect-src", "worker-src"}

// policy takes one policy apart. Of a directive that stands twice, the first
// counts.
func policy(s string) map[string][]string {
	out := map[string][]string{}
	for d := range strings.SplitSeq(s, ";") {
		words := strings.Fields(strings.ToLower(d))
		if len(words) == 0 {
			continue
		}
		if _, twice := out[words[0]]; !twice {
			out[words[0]] = words[1:]
		}
	}
	return out
}

// sourcesOf are the sources of a directive, or of those that stand for it where it
// is missing.
func sourcesOf(ds map[string][]string, name string) ([]string, bool) {
	names := []string{name, "default-src"}
	if name == "worker-src" {
		names = []string{name, "child-src", "script-src", "default-src"}
	}
	for _, n := range names {
		if list, ok := ds[n]; ok {
			return list, true
		}
	}
	return nil, false
}

// allows tells whether a list of sources has the portal's own origin.
func (v *visit) allows(list []string) bool {
	host, scheme := strings.ToLower(v.o.Address.Host), v.o.Address.Scheme
	return slices.ContainsFunc(list, func(s string) bool {
		bare := strings.TrimSuffix(s, "/")
		_, wild, isWild := strings.Cut(bare, "*.")
		return s == "'self'" || s == "*" || s == scheme+":" || bare == host || bare == scheme+"://"+host || isWild && strings.HasSuffix(host, "."+wild)
	})
}

// compression asks for the largest file of each kind in every form that browsers
// take: all must be the same file, and text should be packed.
func (v *visit) compression(ctx context.Context) error {
	for _, ext := range []string{".html", ".js", ".css", ".json"} {
		f := v.largest(func(f output.Entry) bool {
			return path.Ext(f.Path) == ext && f.Size <= 4<<20 && f.Path != siteName && f.Path != "404.html"
		})
		if f.Size < 1024 {
			continue
		}
		packed := false
		for _, coding := range []string{"identity", "gzip", "br"} {
			a, err := v.client.get(ctx, v.address(f.Path), ask{coding: coding})
			if err != nil {
				return err
			}
			if a.status != http.StatusOK {
				break // which has been said
			}
			if a.header.Get("Content-Encoding") != "" && coding != "identity" {
				packed = true
				if !strings.Contains(strings.ToLower(strings.Join(a.header.Values("Vary"), ",")), "accept-encoding") && coding == "gzip" {
					v.vary(ctx, f)
				}
			}
			if !v.same(f, a, " to Accept-Encoding: "+coding) {
				break
			}
		}
		if !packed {
			v.report(diag.Warning, CodeUncompressed, f.Path, ending(f.Path)+" are sent as they are, though the browser takes gzip and br", "let the host compress text, or publish with --compress")
		}
	}
	return nil
}

// vary tells of packed answers that caches take for those to everybody, if the host
// sends others, too.
func (v *visit) vary(ctx context.Context, f output.Entry) {
	a, err := v.client.get(ctx, v.address(f.Path), ask{coding: "identity"})
	if err == nil && a.header.Get("Content-Encoding") == "" {
		v.report(diag.Warning, CodeCache, f.Path, "what is packed is sent without Vary: Accept-Encoding, so caches give it to those who cannot unpack it", "send Vary: Accept-Encoding")
	}
}

// revalidation finds out whether a browser that has a page is told so instead of
// being sent it again.
func (v *visit) revalidation(ctx context.Context) error {
	f, ok := v.entry("index.html")
	if !ok {
		return nil
	}
	a, err := v.client.get(ctx, v.address(f.Path), ask{})
	if err != nil || a.status != http.StatusOK {
		return err
	}
	if _, noStore := directives(a.header)["no-store"]; noStore {
		return nil
	}
	tag, modified := a.header.Get("Etag"), a.header.Get("Last-Modified")
	if tag == "" && modified == "" {
		v.report(diag.Warning, CodeCache, f.Path, "pages are sent whole each time: the host sends neither ETag nor Last-Modified", "let the host send one of them")
		return nil
	}
	q := ask{since: tag}
	if tag == "" {
		q.modified = modified
	}
	if a, err = v.client.get(ctx, v.address(f.Path), q); err == nil && a.status != http.StatusNotModified {
		v.report(diag.Info, CodeCache, f.Path, "pages are sent whole each time: the host does not heed If-None-Match", "a browser that has the page should be answered with 304")
	}
	return err
}
