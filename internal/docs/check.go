package docs

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/markdown"
)

// check reports the links that lead nowhere and collects the files that pages
// use.
func (p *Plan) check(docs []*markdown.Doc, sink diag.Sink) {
	for i, d := range docs {
		held := &few{to: sink}
		for _, l := range d.Links {
			t := p.resolve(i, l)
			if t.kind == toAsset {
				p.addAsset(t.file, p.linkPos(i, l), held)
			}
			p.checkLink(i, l, t, held)
		}
		held.done()
	}
	slices.SortFunc(p.set.Assets, func(a, b Asset) int { return cmp.Compare(a.Source, b.Source) })
}

func (p *Plan) linkPos(i int, l markdown.Link) diag.Pos {
	return diag.Pos{Repo: p.Snap.Repo, File: p.sources[i].repo, Line: l.Line, Col: l.Col}
}

func (p *Plan) checkLink(i int, l markdown.Link, t target, sink diag.Sink) {
	what := "link"
	if l.Image {
		what = "image"
	}
	dest, at := oneLine(l.Dest, maxTitle), p.linkPos(i, l)
	broken := graded{sink, p.conf.check.ofLink(l.Dest)}
	switch {
	case t.kind == toNothing:
		broken.Report(p.diag(at, diag.Warning, CodeLink, fmt.Sprintf("the %s %q leads to nothing in the repository", what, dest), p.didYouMean(i, l.Dest)))
	case t.kind == toOther && !has(p.Snap, t.file):
		broken.Report(p.diag(at, diag.Warning, CodeLink, fmt.Sprintf("the %s %q leads to a directory without a page", what, dest), "link to a file in it, or give it an index.md"))
	case t.kind == toOther && isMarkdown(t.file):
		broken.Report(p.diag(at, diag.Warning, CodeLink, fmt.Sprintf("the %s %q leads to a page that is not part of this documentation", what, dest), "link to an address where it is shown"))
	case t.kind == toOther:
		sink.Report(p.diag(at, diag.Warning, CodeAsset, fmt.Sprintf("the %s %q leads to a file of a type that is not copied", what, dest), "link to an address where it is shown"))
	case t.kind == toPage && t.fragment != "" && !t.found:
		graded{sink, p.conf.check.anchors}.Report(p.diag(at, diag.Info, CodeAnchor, fmt.Sprintf("the link %q leads to a heading that %s does not have", dest, p.sources[t.page].repo), ""))
	}
}

// didYouMean names the page that a link on page i could mean, as it would be
// written there.
func (p *Plan) didYouMean(i int, dest string) string {
	if s, ok := p.suggest(dest); ok {
		return fmt.Sprintf("did you mean %s?", relative(path.Dir(p.sources[i].repo), s.repo))
	}
	return "links are relative to the file they stand in"
}

// relative is the path from a directory to a file.
func relative(dir, file string) string {
	up := ""
	for !isBelow(dir, file) {
		dir, up = path.Dir(dir), up+"../"
	}
	return up + strings.TrimPrefix(below(dir, file), "./")
}
