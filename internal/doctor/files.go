package doctor

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/filetype"
	"callboard/internal/output"
	"callboard/internal/par"
)

// Bounds on what is looked at.
const (
	maxFiles = 4_000    // that are asked for, pages not counted
	maxRead  = 96 << 20 // bytes that are read; for the rest, the host is only asked whether it is there
)

// everything asks for all that scripts load and for some of the pages, and looks
// at what comes.
func (v *visit) everything(ctx context.Context) error {
	type part struct {
		file output.Entry
		read bool
	}
	var parts []part
	var size int64
	for _, f := range v.chosen() {
		size += f.Size
		parts = append(parts, part{f, size <= maxRead})
	}
	var done, read, pages atomic.Int64
	err := par.Each(ctx, v.o.Jobs, slices.Values(parts), func(ctx context.Context, p part) error {
		a, err := v.client.get(ctx, v.address(p.file.Path), ask{head: !p.read})
		if err != nil {
			return err
		}
		if v.file(p.file, a, p.read) && p.read {
			read.Add(1)
			if isHTML(p.file.Path) {
				pages.Add(1)
				v.links(p.file.Path, a.body)
			}
		}
		if n := int(done.Add(1)); v.o.Progress != nil {
			v.o.Progress(n, len(parts))
		}
		return nil
	})
	v.result.Checked, v.result.Read, v.result.Pages = len(parts), int(read.Load()), int(pages.Load())
	return err
}

func isHTML(name string) bool { return path.Ext(name) == ".html" }

// loaded tells whether scripts and pages load a file.
func loaded(name string) bool {
	dir, _, below := strings.Cut(name, "/")
	return below && (dir == "assets" || dir == "data")
}

// chosen are the files that are asked for: what pages and scripts load, what lies
// beside the home page, and pages. If there are too many, they are taken evenly.
func (v *visit) chosen() []output.Entry {
	var first, pages []output.Entry
	for _, f := range v.files {
		switch {
		case f.Path == "404.html": // nothing looks at it
		case f.Path == "index.html", loaded(f.Path), !strings.Contains(f.Path, "/"):
			first = append(first, f)
		case isHTML(f.Path):
			pages = append(pages, f)
		}
	}
	return append(evenly(first, maxFiles), evenly(pages, v.o.Pages)...)
}

// evenly takes n of a list.
func evenly[T any](all []T, n int) []T {
	if len(all) <= n {
		return all
	}
	out := make([]T, 0, n)
	for i := range n {
		out = append(out, all[i*len(all)/n])
	}
	return out
}

// file looks at the answer for a file, and tells whether it is that file.
func (v *visit) file(f output.Entry, a *answer, read bool) bool {
	switch {
	case a.status == http.StatusOK:
	case a.signIn() && loaded(f.Path):
		v.report(diag.Error, CodeSignIn, f.Path, "data is answered with "+a.told()+" and not with the file", "let the gate take the same session for data/ and assets/ as for pages")
		return false
	default:
		v.report(diag.Error, CodeMissing, f.Path, "the answer is "+a.told(), "publish the portal again, with --verify")
		return false
	}
	if read && !v.same(f, a, "") {
		return false
	}
	v.contentType(f.Path, a)
	v.caching(f.Path, a)
	if isHTML(f.Path) {
		v.security(f.Path, a)
	}
	return true
}

// same tells whether an answer holds what was built. How is how it was asked for.
func (v *visit) same(f output.Entry, a *answer, how string) bool {
	severity, hint := diag.Error, "publish the portal again, with --verify"
	switch {
	case a.damaged != nil:
		v.report(diag.Error, CodeDiffers, f.Path, "the answer"+how+" cannot be read: "+a.damaged.Error(), hint)
		return false
	case int64(len(a.body)) == f.Size && digest.Of(a.body) == f.Sum || f.Path == siteName && !a.signIn():
		return true // the entrance may be of the next build already
	case !isHTML(f.Path) && a.signIn():
		v.report(diag.Error, CodeSignIn, f.Path, "data is answered with "+a.told()+" and not with the file", "let the gate answer with 401 where it has no session")
		return false
	case isHTML(f.Path) && a.isPage():
		severity, hint = diag.Warning, "if it was published whole, something on the way changes pages, such as a CDN that adds scripts: turn that off, since the portal's policy forbids them"
	}
	v.report(severity, CodeDiffers, f.Path, "the answer"+how+" is not what was built", hint)
	return false
}

// twins are types that are as good as those that are expected.
var twins = map[string][]string{
	"text/javascript":           {"application/javascript", "application/x-javascript"},
	"application/json":          {"text/json"},
	"application/xml":           {"text/xml", "application/atom+xml", "application/opensearchdescription+xml"},
	"text/plain":                {"text/markdown", "text/yaml", "application/yaml", "application/graphql"},
	"image/x-icon":              {"image/vnd.microsoft.icon"},
	"application/manifest+json": {"application/json"},
	"font/woff2":                {"application/font-woff2"},
}

// contentType compares the type of an answer with that of its file. With a wrong
// one, browsers run no scripts and show no pages.
func (v *visit) contentType(name string, a *answer) {
	want, _, _ := strings.Cut(filetype.ContentType(name), ";")
	got := a.mediaType()
	if got == want || slices.Contains(twins[want], got) {
		return
	}
	severity := diag.Warning
	switch want {
	case "text/html", "text/javascript", "text/css", "image/svg+xml":
		severity = diag.Error // it does not work
	case "application/octet-stream":
		return // nobody looks at the type
	}
	if got == "" {
		got = "none"
	}
	v.report(severity, CodeType, name, fmt.Sprintf("the type of %s is %s, not %s", ending(name), got, want), "tell the host what the types of files are; callboard publish does")
}

func ending(name string) string {
	if ext := path.Ext(name); ext != "" {
		return ext + " files"
	}
	return "the file"
}

// directories finds out whether the host answers the address of a directory with
// the page in it.
func (v *visit) directories(ctx context.Context) error {
	i := slices.IndexFunc(v.files, func(f output.Entry) bool { return strings.HasSuffix(f.Path, "/index.html") })
	if i < 0 {
		return nil
	}
	name := v.files[i].Path
	a, err := v.client.get(ctx, v.address(name), ask{head: true})
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		b, err := v.client.get(ctx, v.at(name), ask{head: true})
		if err != nil || b.status != http.StatusOK {
			return err
		}
		v.plain = true
		v.report(diag.Error, CodeDirectory, strings.TrimSuffix(name, "index.html"), "the address of a directory is answered with "+a.told()+", though its index.html is there", "tell the host to answer with index.html; the manual's page Hosting tells how")
		return nil
	}
	bare := strings.TrimSuffix(name, "/index.html")
	if a, err = v.client.get(ctx, v.at(bare), ask{}); err != nil {
		return err
	}
	if to := a.header.Get("Location"); a.status >= 300 && a.status < 400 {
		if u, err := v.at(bare).Parse(to); err == nil && u.Host == v.o.Address.Host && u.Path == v.at(bare+"/").Path {
			if u.Scheme != v.o.Address.Scheme {
				v.report(diag.Warning, CodeDirectory, bare, "the address without a slash leads to "+u.Scheme+"://", "let the host know by which scheme it is reached, or redirect to paths alone")
			}
			return nil
		}
	}
	v.report(diag.Warning, CodeDirectory, bare, "the address of a directory without the slash is answered with "+a.told()+", not with a redirection to the one with it", "links that people type or shorten lead there")
	return nil
}

// nothing asks for what is not there.
func (v *visit) nothing(ctx context.Context) error {
	for _, name := range []string{"no-such-page-of-callboard/", "data/no-such-shard.00000000.json"} {
		a, err := v.client.get(ctx, v.at(name), ask{})
		if err != nil {
			return err
		}
		switch {
		case a.status == http.StatusNotFound && strings.HasSuffix(name, "/") && v.known["404.html"] && !a.isPage():
			v.report(diag.Warning, CodeNotFound, name, "what is not there is not answered with the portal's page", "tell the host to answer with 404.html, which proposes what may have been meant")
		case a.status == http.StatusNotFound, a.status == http.StatusGone:
		case a.status == http.StatusOK:
			v.report(diag.Error, CodeNotFound, name, "what is not there is answered with 200", "tell the host to answer with 404.html and the status 404: scripts take the answer for data, and broken links are never found")
		default:
			v.report(diag.Warning, CodeNotFound, name, "what is not there is answered with "+a.told(), "tell the host to answer with 404.html and the status 404")
		}
	}
	return nil
}
