package doctor

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/output"
)

// books asks for what publish keeps beside the portal: earlier pages, too.
func (v *visit) books(ctx context.Context) error {
	a, err := v.client.get(ctx, v.at(books), ask{head: true})
	if err == nil && a.status == http.StatusOK && a.mediaType() != "text/html" {
		v.report(diag.Warning, CodeBooks, books, "what callboard publish keeps for itself can be read: lists of files, and what was replaced or taken off the portal", "let the host answer 404 below .callboard/; no reader needs it")
	}
	return err
}

// anonymous asks, without what the gate wants, for what is behind it.
func (v *visit) anonymous(ctx context.Context) error {
	if len(v.o.Headers) == 0 {
		return nil
	}
	names := []string{"", siteName, manifestName, "catalog.json", "changes.json", "health.json", "data/" + v.site.Catalog, "data/" + v.site.Search}
	shard := v.largest(func(f output.Entry) bool { return strings.HasPrefix(f.Path, "data/s/") })
	page := v.largest(func(f output.Entry) bool { return strings.HasPrefix(f.Path, "catalog/") && isHTML(f.Path) })
	names = append(names, shard.Path, strings.TrimSuffix(page.Path, "index.html"))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if strings.HasSuffix(name, "/") && name != "" && !v.has(name) || name == "data/" {
			continue
		}
		a, err := v.client.get(ctx, v.at(name), ask{anonymous: true})
		if err != nil {
			return err
		}
		if a.status == http.StatusOK && (a.mediaType() != "text/html" || a.isPage()) {
			v.report(diag.Error, CodeOpen, cmp.Or(name, "index.html"), "the gate lets everybody have what is behind it", "let the gate stand before the whole address, not before pages alone")
		}
	}
	return nil
}

// denied asks for what whoever asks must not get.
func (v *visit) denied(ctx context.Context) error {
	paths, err := v.others(ctx)
	if err != nil {
		return err
	}
	for _, p := range append(paths, v.o.Denied...) {
		if err := v.closed(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// audiences is the directory in which each audience's portal has one of its name.
const audiences = "a"

// others are the portals of other audiences, if this is one of several that lie
// beside each other and the list of all files tells of them.
func (v *visit) others(ctx context.Context) (paths []string, err error) {
	parts := strings.Split(strings.TrimSuffix(v.o.Address.Path, "/"), "/")
	if len(parts) < 3 || parts[len(parts)-2] != audiences {
		return nil, nil
	}
	own := parts[len(parts)-1]
	top := *v.o.Address
	top.Path, top.RawPath = strings.Join(parts[:len(parts)-2], "/")+"/", ""
	a, err := v.client.get(ctx, below(&top, manifestName), ask{})
	if err != nil {
		return nil, err
	}
	var m output.Manifest
	if a.status != http.StatusOK || json.Unmarshal(a.body, &m) != nil {
		return nil, nil
	}
	for _, f := range m.Files {
		rest, ok := strings.CutPrefix(f.Path, audiences+"/")
		name, _, below := strings.Cut(rest, "/")
		if ok && below && name != own && !slices.Contains(paths, top.Path+audiences+"/"+name+"/") {
			paths = append(paths, top.Path+audiences+"/"+name+"/")
		}
	}
	if len(paths) > 0 {
		v.report(diag.Error, CodeOpen, "../../"+manifestName, "the list of the files of all audiences' portals can be read", "let the host answer 404 for what is not below the portal of an audience")
	}
	return paths, nil
}

// closed asks for the entrances of a portal in every way in which a gate and the
// host behind it may understand a path differently.
func (v *visit) closed(ctx context.Context, at string) error {
	at = strings.TrimSuffix(at, "/") + "/"
	for _, raw := range spellings(at, v.o.Address.Path) {
		u, err := parsed(v.o.Address, raw)
		if err != nil {
			continue
		}
		a, err := v.client.get(ctx, u, ask{})
		if err != nil {
			return err
		}
		if a.status == http.StatusOK && tells(a.body) && !v.own(a.body) {
			v.report(diag.Error, CodeOpen, raw, fmt.Sprintf("what lies below %q is answered, and must not be", at), "let the gate decide by the path that the host behind it sees, with everything below it")
		}
	}
	return nil
}

// spellings are ways to ask for the entrances of a portal. own is the path of one
// that may be read.
func spellings(at, own string) []string {
	out := []string{at, at + "index.html", at + siteName, at + manifestName, at + "catalog.json", at + "changes.json", at + "health.json", at + "search/"}
	escaped := (&url.URL{Path: at}).EscapedPath()
	inner := strings.Trim(escaped, "/")
	last := inner[strings.LastIndexByte(inner, '/')+1:]
	parent := strings.TrimSuffix(strings.TrimSuffix(escaped, "/"), last)
	if last == "" {
		return out
	}
	coded := fmt.Sprintf("%%%02X%s", last[0], last[1:])
	up := strings.Repeat("../", strings.Count(strings.Trim(own, "/"), "/")+1)
	if own == "/" {
		up = "x/../"
	}
	rest := strings.TrimPrefix(escaped, "/")
	return append(out,
		parent+"/"+last+"//"+siteName,
		parent+"./"+last+"/./"+siteName,
		parent+last+"/data/../"+siteName,
		parent+coded+"/"+siteName,
		parent+strings.ToUpper(last)+"/"+siteName,
		parent+last+"%2F"+siteName,
		parent+last+"/data%2Fsite.json",
		parent+last+"/"+siteName+"/",
		parent+last+"/"+siteName+";x",
		parent+last+"%5C"+siteName,
		own+up+rest+siteName,
		own+strings.ReplaceAll(up, "..", "%2e%2e")+rest+siteName,
		own+strings.ReplaceAll(up, "../", "..%2f")+rest+siteName,
	)
}

// tells whether an answer is a page or a file of a portal.
func tells(body []byte) bool {
	if bytes.Contains(body, []byte(`id="cb-app"`)) {
		return true
	}
	var s struct {
		Version int             `json:"v"`
		Built   string          `json:"built"`
		Number  int             `json:"version"`
		Files   json.RawMessage `json:"files"`
		All     json.RawMessage `json:"entities"`
	}
	return json.Unmarshal(body, &s) == nil && (s.Version > 0 && s.Built != "" || s.Number > 0 && (s.Files != nil || s.All != nil))
}

// own tells whether an answer is a file of the portal that may be read: a host that
// understands a path otherwise may answer with that, or with the page about what is
// not there. What two portals have in common tells nothing.
func (v *visit) own(body []byte) bool { return v.sums[digest.Of(body)] }
