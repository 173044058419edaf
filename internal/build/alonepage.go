package build

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/docs/prepare"
	"callboard/internal/highlight"
	"callboard/internal/lint"
	"callboard/internal/markdown"
	"callboard/internal/repofs"
	"callboard/internal/sanitize"
	"callboard/internal/search"
	"callboard/internal/urlpath"
)

// DocsPage renders a text as if it were the page of a documentation set at a path
// below its docs_dir. Links are as they are written, unless they are unsafe.
func DocsPage(ctx context.Context, o DocsOptions, page string, text []byte) (sanitize.HTML, []diag.Diagnostic, error) {
	bo := o.options()
	var found diag.List
	a := alone{&builder{o: bo, words: search.NewWords(nil), sink: &found, filter: lint.NewFilter(lint.Settings{}, &found)}, o}
	spec, err := a.pageSpec(ctx)
	if err != nil {
		return sanitize.HTML{}, nil, errors.Join(err, Close(bo.Sources))
	}
	plan := docs.Open(spec, diag.Discard)
	a.markdown = markdown.New(highlight.New())
	files := prepare.NewFiles(spec.Snap)
	ready := prepared(plan, plan.File(page), text, files)
	d := inPlace(a.markdown.Render(ready.Text, markdown.Options{Dialect: a.dialects.of(plan.Extensions()), Annotate: plan.Annotates(), Frames: o.Frames, RemoteImages: plan.Alone, Page: page, Read: files.Under(plan.Dir)}), ready)
	for _, f := range d.Diagnostics {
		f.Pos.File = cmp.Or(f.Pos.File, page)
		a.filter.Report(f)
	}
	a.filter.Close()
	return d.Resolve(asWritten), found.All(), Close(bo.Sources)
}

// pageSpec is the set that a page belongs to; a page of none has the dialect of
// TechDocs.
func (a alone) pageSpec(ctx context.Context) (docs.Spec, error) {
	if a.wanted.Bare {
		return docs.Spec{Snap: repofs.Memory(".", nil, nil), Dir: ".", Alone: true}, nil
	}
	return a.spec(ctx)
}

// asWritten is a link's address as its author wrote it, "" if it may not stand on
// a page.
func asWritten(_ int, l markdown.Link) string {
	if href, ok := urlpath.SafeLink(l.Dest); ok {
		return href
	}
	scheme, _, _ := strings.Cut(l.Dest, "/")
	if strings.ContainsRune(scheme, ':') || strings.HasPrefix(l.Dest, "//") {
		return ""
	}
	return l.Dest
}
