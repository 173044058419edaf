package build

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/docs/prepare"
	"callboard/internal/markdown"
	"callboard/internal/output"
	"callboard/internal/par"
	"callboard/internal/repofs"
	"callboard/internal/sanitize"
	"callboard/internal/site"
	"callboard/internal/urlpath"
)

// Documentation streams: one set after the other is rendered, written and
// indexed, and only its table of contents stays in memory. A page's Markdown is
// rendered at most once in a build; of earlier builds, what was found out about
// a page is kept and its HTML is not, since it is needed again only for pages
// that are written again.

// docSet is what stays of a documentation set.
type docSet struct {
	site.DocSet
	parts   []part
	indexed bool // the parts have been given to the index
}

func (b *builder) docs(ctx context.Context) ([]site.DocSet, error) {
	specs := b.linked.Docs
	var sets []site.DocSet
	for ds, err := range par.Map(ctx, b.o.jobs(), count(b.o, "docs", len(specs), slices.Values(specs)), b.documentation) {
		if err != nil {
			return nil, err
		}
		if ds.Pages == 0 {
			continue // what has no page has no address either
		}
		if err := b.index(ds.parts); err != nil {
			return nil, err
		}
		b.stats.Docs += ds.Pages
		sets = append(sets, ds.DocSet)
	}
	return sets, nil
}

func (b *builder) documentation(ctx context.Context, spec docOf) (ds docSet, err error) {
	defer recoverInto(spec.Snap.Repo, b.made, &err, func() { ds = docSet{} })
	key, sure := b.setKey(spec)
	if sure {
		if ds, ok := b.standing(spec, key); ok {
			return ds, nil
		}
	}
	name := b.packName(spec)
	pack := b.kept.pack("docs", name)
	defer pack.Release()
	remember(spec.Snap, pack)
	w := &setWriter{b: b, pack: pack, name: name, context: spec.Context, sink: new(diag.List), to: b.made, texts: texts{limit: textBytes}, memory: b.memory}
	defer func() { err = errors.Join(err, w.texts.close()) }()
	if spec.Withheld != nil {
		w.to = diag.Discard // which would tell of what is withheld
	}
	if ds, err = w.write(ctx, spec.Spec); err != nil {
		return docSet{}, err
	}
	storeDigests(spec.Snap, pack, b.o.started())
	if sure && !w.collided && !w.undrawn {
		if err := w.record(key, ds); err != nil {
			return docSet{}, err
		}
	}
	return ds, pack.Close()
}

func packName(spec docs.Spec) string {
	return spec.Snap.Repo + "\x00" + spec.Dir + "\x00" + spec.Of.String()
}

// packName is that of a set's pack. A set that differs from audience to audience
// has one for each.
func (b *builder) packName(spec docOf) string {
	name := packName(spec.Spec)
	if spec.Withheld != nil || b.audience != "" && b.o.Config.Audiences.Addresses == "prefix" {
		name += "\x00" + b.audience
	}
	return name
}

// setWriter makes the pages of one set.
type setWriter struct {
	b       *builder
	pack    *cache.Pack
	name    string // of pack
	to      diag.Sink
	context site.DocContext
	sink    *diag.List
	plan    *docs.Plan
	dialect *markdown.Dialect // nil for that of a profile
	pages   *site.DocPages
	sources []string
	docs    []*markdown.Doc // by source; without Body and Sections if from the cache or in texts
	texts   texts
	keys    []digest.Sum // by source: the key of what was rendered of it
	memory  *setMemory   // of a set that is built again and again; else nil
	set     *docs.Set
	order   []int // page -> source

	made     []output.Made
	collided bool
	undrawn  bool // a diagram could not be drawn this time
}

func (w *setWriter) write(ctx context.Context, spec docs.Spec) (docSet, error) {
	defer func() { report(w.to, w.sink.All()) }()
	if err := w.finish(ctx, spec); err != nil {
		return docSet{}, err
	}
	found := w.sink.All()
	defer func() { w.memory.beside(w.sink.All(), found) }()
	styles, err := w.styles()
	if err != nil {
		return docSet{}, err
	}
	w.memory.read(w, styles)
	w.pages = w.b.docSite.DocPages(w.set, w.context, styles)
	for at := range w.set.Pages {
		if err := w.page(ctx, at); err != nil {
			return docSet{}, err
		}
	}
	if err := w.redirects(); err != nil {
		return docSet{}, err
	}
	if err := w.assets(); err != nil {
		return docSet{}, err
	}
	w.leavePages()
	for at := range w.set.Pages {
		if err := errors.Join(ctx.Err(), w.twin(at)); err != nil {
			return docSet{}, err
		}
	}
	parts, err := w.index(ctx)
	if err != nil {
		return docSet{}, err
	}
	if w.plan.Alone {
		if err := w.mkdocsSearch(ctx); err != nil {
			return docSet{}, err
		}
	}
	w.docs, w.pages, w.plan = nil, nil, nil // which a large set has no room for any more
	ds, err := w.keep(spec, w.b.stored(w.name, parts))
	ds.indexed = spec.Alone
	w.set, w.order, w.keys = nil, nil, nil
	return ds, err
}

// finish reads the pages of the set and makes its plan.
func (w *setWriter) finish(ctx context.Context, spec docs.Spec) error {
	w.plan = docs.Open(spec, w.sink)
	w.dialect = w.b.dialects.of(w.plan.Extensions())
	if err := w.read(ctx); err != nil {
		return err
	}
	if err := w.history(ctx); err != nil {
		return err
	}
	w.set, w.order = w.plan.Finish(w.docs, w.sink)
	w.withoutTwins()
	for at, i := range w.order {
		if w.keys[i].IsZero() {
			w.set.Pages[at].Markdown = "" // the file cannot be read
		}
	}
	return nil
}

// leavePages drops what only the pages of the set need, which are written: their
// headings and links, and the HTML. A large set has no room for it while it is
// indexed.
func (w *setWriter) leavePages() {
	w.plan.LeaveLinks()
	for i := range w.set.Pages {
		w.set.Pages[i].Headings = nil
	}
	for i, d := range w.docs {
		rest := &markdown.Doc{Sections: d.Sections}
		if len(d.Sections) == 0 {
			rest.Body = d.Body // tells that there is nothing more to be had
		}
		w.docs[i] = rest
	}
}

// keep stores the set, of which its own pages are written.
func (w *setWriter) keep(spec docs.Spec, parts []part) (docSet, error) {
	raw, err := json.Marshal(w.set)
	if err != nil {
		return docSet{}, fmt.Errorf("keep the documentation of %s: %w", spec.Of, err)
	}
	sum := digest.Of(raw)
	ds := docSet{DocSet: w.b.docSet(spec.Of, w.name, sum, w.set.Title, len(w.set.Pages)), parts: parts}
	if !w.b.kept.keeps() {
		set := w.set
		ds.Load = func() *docs.Set { return set }
	}
	if w.pack.Keep(sum) {
		return ds, nil
	}
	return ds, w.pack.Put(sum, raw)
}

func (w *setWriter) read(ctx context.Context) error {
	w.sources = w.plan.Sources()
	w.docs = make([]*markdown.Doc, len(w.sources))
	w.keys = make([]digest.Sum, len(w.sources))
	for i, src := range w.sources {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.readOne(ctx, i, src); err != nil {
			return err
		}
		for _, d := range w.docs[i].Diagnostics {
			d.Pos.Repo, d.Pos.File, d.Entity = w.plan.Snap.Repo, cmp.Or(d.Pos.File, src), w.plan.Of.String()
			w.sink.Report(d)
		}
	}
	return nil
}

func (w *setWriter) readOne(ctx context.Context, i int, src string) error {
	sum, err := w.plan.Snap.Sum(src)
	if err != nil {
		w.docs[i] = unreadable(err)
		return nil
	}
	own := w.ownKey(src, sum)
	if r := w.memory.page(own); r != nil && r.Deps.current(w.plan.Snap) {
		return w.again(i, own, r)
	}
	if kept, ok := w.pack.Get(own); ok {
		r := new(pageRecord)
		if json.Unmarshal(kept, r) == nil && r.Deps.current(w.plan.Snap) {
			w.docs[i], w.keys[i] = &r.Doc, r.Deps.key(own)
			for _, key := range r.Drawings {
				w.pack.Keep(key)
			}
			w.memory.note(own, r)
			return nil
		}
	}
	d, deps, drawn, err := w.markdown(ctx, src)
	if err != nil {
		w.docs[i] = unreadable(err)
		return nil
	}
	w.keys[i] = deps.key(own)
	if w.docs[i], err = w.texts.add(i, d); err != nil {
		return err
	}
	if drawn.failed { // it is tried again the next time, and makes another page then
		w.keys[i] = digest.New("undrawn").Add(w.keys[i]).Sum()
		w.undrawn = true
		return nil
	}
	r := &pageRecord{*d, deps, drawn.used}
	w.memory.note(own, r)
	return w.keepPage(own, r)
}

// again takes a page that is in memory.
func (w *setWriter) again(i int, own digest.Sum, r *pageRecord) error {
	w.docs[i], w.keys[i] = &r.Doc, r.Deps.key(own)
	w.memory.note(own, r)
	for _, key := range r.Drawings {
		w.pack.Keep(key)
	}
	if !w.b.kept.keeps() || w.pack.Keep(own) {
		return nil
	}
	return w.keepPage(own, r)
}

// keepPage stores what is to be known of a page without rendering it.
func (w *setWriter) keepPage(own digest.Sum, r *pageRecord) error {
	head := *r
	head.Body, head.Sections = "", nil
	kept, err := json.Marshal(head)
	if err != nil {
		return fmt.Errorf("keep a page: %w", err)
	}
	return w.pack.Put(own, kept)
}

// ownKey is the key of what is rendered of a page whose file has the digest sum,
// as far as it does not depend on other files.
func (w *setWriter) ownKey(src string, sum digest.Sum) digest.Sum {
	h := digest.New(markdown.Version).String(w.dialect.Key()).String(strconv.FormatBool(w.remoteImages())).String(strconv.FormatBool(w.plan.Prebuilt)).String(strconv.FormatBool(w.plan.Annotates())).JSON(w.b.o.Config.Docs.Frames).Add(sum)
	if w.b.diagrams != nil && !w.b.diagrams.Sum().IsZero() {
		h.Add(w.b.diagrams.Sum())
	}
	if p := w.plan.Preparer(); p != nil {
		h.Add(p.Key()).JSON(w.plan.PreparePage(src))
	}
	return h.Sum()
}

// markdown renders a page's text, and tells what it depends on beside its own file.
func (w *setWriter) markdown(ctx context.Context, src string) (*markdown.Doc, dependencies, *drawer, error) {
	source, err := w.plan.Snap.Read(src)
	if err != nil {
		return nil, dependencies{}, nil, err
	}
	draws := &drawer{w: w, ctx: ctx}
	if w.plan.Prebuilt {
		return w.b.markdown.Finished(source, markdown.Options{}), dependencies{}, draws, nil
	}
	files := prepare.NewFiles(w.plan.Snap)
	text := prepared(w.plan, src, source, files)
	d := inPlace(w.b.markdown.Render(text.Text, markdown.Options{Dialect: w.dialect, Annotate: w.plan.Annotates(), Frames: w.b.o.Config.Docs.Frames, RemoteImages: w.remoteImages(), Page: src, Read: files.Under(w.plan.Dir), Draw: draws.draw()}), text)
	return d, dependenciesOf(w.plan.Snap, text, files), draws, ctx.Err()
}

// remoteImages tells whether images of other hosts are shown: in a portal none
// are, since its pages ask nobody else for anything; a site of its own shows what
// MkDocs' would.
func (w *setWriter) remoteImages() bool { return w.plan.Alone }

// unreadable stands for a page whose file cannot be read: the page says so.
func unreadable(err error) *markdown.Doc {
	msg := "the file cannot be read"
	if errors.As(err, new(*repofs.TooLargeError)) {
		msg = "the file is too large"
	} else if pe, ok := errors.AsType[*fs.PathError](err); ok {
		msg += ": " + pe.Err.Error()
	}
	return &markdown.Doc{
		Body:        sanitize.Text("This page cannot be shown: " + msg + ".").String(),
		Diagnostics: []diag.Diagnostic{{Severity: diag.Error, Code: repofs.CodeUnreadable, Message: msg}},
	}
}

// whole is what was rendered of a source, with its HTML and text.
func (w *setWriter) whole(ctx context.Context, i int) (*markdown.Doc, error) {
	d := w.docs[i]
	if d.Body != "" || d.Sections != nil || w.keys[i].IsZero() {
		return d, nil
	}
	if full, ok, err := w.texts.fill(i, d); ok || err != nil {
		return full, err
	}
	full, _, _, err := w.markdown(ctx, w.sources[i])
	if err != nil {
		return nil, fmt.Errorf("read %s again: %w", w.sources[i], err)
	}
	w.docs[i], err = w.texts.add(i, full)
	return full, err
}

func (w *setWriter) page(ctx context.Context, at int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	i := w.order[at]
	page := w.pages.Page(at)
	if page.Path.IsZero() {
		return nil
	}
	address := w.address(page.Path, i)
	h := digest.New("docpage/1").Add(w.b.renderer.Key(page.View)).Add(w.keys[i])
	for n, l := range w.docs[i].Links {
		h.String(address(n, l))
	}
	key := h.Sum()
	w.made = append(w.made, output.Made{Path: page.Path.String(), Key: key})
	if w.b.out.Keep(page.Path, key) {
		return nil
	}
	buf := w.b.buffers.Get().(*bytes.Buffer)
	defer w.b.buffers.Put(buf)
	buf.Reset()
	if err := w.render(ctx, buf, i, page); err != nil {
		return err
	}
	w.b.rendered.Add(1)
	return w.put(page.Path, key, buf.Bytes())
}

// render renders a page of what its Markdown came to.
func (w *setWriter) render(ctx context.Context, buf *bytes.Buffer, i int, page site.Page) error {
	d, err := w.whole(ctx, i)
	if err != nil {
		return err
	}
	if err := w.b.renderer.Page(buf, page.View, d.Resolve(w.address(page.Path, i))); err != nil {
		return fmt.Errorf("render %s: %w", page.Path, err)
	}
	return nil
}

// withoutTwins takes the text in Markdown from pages with a link that leads
// nowhere: it would say where, which may be something that the audience is not to
// know of.
func (w *setWriter) withoutTwins() {
	if w.b.linked == nil || w.b.linked.Seen == nil || w.b.linked.Seen.Whole {
		return
	}
	for at := range w.set.Pages {
		i := w.order[at]
		address := w.address(urlpath.Path{}, i)
		for n, l := range w.docs[i].Links {
			if address(n, l) == "" {
				w.set.Pages[at].Markdown = ""
				break
			}
		}
	}
}

// address gives the links of a page their addresses, none to one that leads to
// what is not to be known of.
func (w *setWriter) address(page urlpath.Path, source int) func(int, markdown.Link) string {
	address := w.plan.Address(cmp.Or(w.b.docSite.Root(page), w.b.base), source)
	if w.b.linked == nil || w.b.linked.Seen == nil || w.b.linked.Seen.Whole {
		return address
	}
	return func(n int, l markdown.Link) string {
		href := address(n, l)
		if w.b.linked.Seen.hides(href, w.b.base, w.b.o.Config.BaseURL) {
			return ""
		}
		return href
	}
}

func (w *setWriter) put(p urlpath.Path, key digest.Sum, data []byte) error {
	collided, err := taken(w.sink, w.b.out.Put(p, key, data), w.plan.Pos, w.plan.Of.String())
	w.collided = w.collided || collided
	return err
}

// assets copies the files that the set's pages use.
func (w *setWriter) assets() error {
	for _, a := range w.set.Assets {
		at, err := w.plan.Output(a.Path)
		if err != nil {
			continue // the plan has said so
		}
		sum, err := w.plan.Snap.Sum(a.Source)
		if err != nil {
			w.sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: w.plan.Snap.Repo, File: a.Source}, Severity: diag.Warning, Code: repofs.CodeUnreadable, Message: "the file cannot be read"})
			continue
		}
		key := digest.New("asset/1").Add(sum).Sum()
		w.made = append(w.made, output.Made{Path: at.String(), Key: key})
		if w.b.out.Keep(at, key) {
			continue
		}
		w.b.copied.Add(1)
		data, err := w.plan.Snap.Read(a.Source)
		if err != nil {
			continue
		}
		if strings.EqualFold(path.Ext(a.Source), ".svg") {
			data = sanitize.SVG(data)
		}
		if err := w.put(at, key, data); err != nil {
			return err
		}
	}
	return nil
}

// taken makes a finding of an error that tells that a path is taken, about what
// wants it. Other errors it returns.
func taken(sink diag.Sink, err error, pos diag.Pos, of string) (bool, error) {
	c, ok := errors.AsType[*output.CollisionError](err)
	if !ok {
		return false, err
	}
	what := "the page " + c.Path + " is left out: its address is taken by " + c.Other
	if n := len(c.Other); len(c.Path) > n && c.Path[n] == '/' {
		// As all others there, of which this says the same.
		what = "what belongs below " + c.Path[:n] + " is left out: there is a page of that name"
	}
	sink.Report(diag.Diagnostic{Pos: pos, Severity: diag.Error, Code: output.CodeCollision, Entity: of,
		Message: what, Hint: "rename one of the two; addresses are compared without regard to case"})
	return true, nil
}
