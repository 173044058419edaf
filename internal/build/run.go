package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"callboard/internal/assets"
	"callboard/internal/audience"
	"callboard/internal/cache"
	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/diagram"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/highlight"
	"callboard/internal/lint"
	"callboard/internal/markdown"
	"callboard/internal/news"
	"callboard/internal/output"
	"callboard/internal/render"
	"callboard/internal/search"
	"callboard/internal/site"
	"callboard/internal/source"
)

// builder is one build under way.
type builder struct {
	o      Options
	base   string // path of the portal, with a slash at both ends
	kept   *store
	sink   *diag.List
	filter *lint.Filter // before sink
	made   diag.Sink    // of what is found while pages are made
	repos  *repos
	linked *linked
	loaded *Loaded // once the entities are needed
	dir    *output.Dir
	out    *output.Part
	last   bool // no other portal is made after this
	themed
	dialects dialects
	docSite  *site.Site // without a catalog, for the pages of documentation
	// catalogKey is the digest of all that the catalog is made of.
	catalogKey digest.Sum
	words      *search.Words
	search     *search.Builder
	codeIndex  string // name below data/ of the root of the search in code
	news       *site.News
	nexts      []*news.Next // to be remembered; nil if nothing is new
	buffers    *sync.Pool
	rendered   atomic.Int64
	copied     atomic.Int64 // files of documentation that are not pages
	memory     *setMemory   // of a set that is built again and again; else nil
	stats      Stats

	// Of the portal of an audience.
	audience string
	ruling   *ruling
	view     *audience.View // nil until the entities are needed
	parts    []*output.Part // the portals that are finished
}

// themed is what the theme comes to, which all portals of a build share.
type themed struct {
	assets   assets.Set
	files    []assets.File // the assets themselves
	renderer *render.Renderer
	markdown *markdown.Renderer
	diagrams *diagram.Renderer
}

// Run builds a portal into o.Out. When it returns an error, or when ctx is
// cancelled, the directory is as it was before.
func Run(ctx context.Context, o Options) (*Result, error) {
	return trusting(o, func(kept *store) (*Result, error) { return run(ctx, o, kept) })
}

func run(ctx context.Context, o Options, kept *store) (*Result, error) {
	b := &builder{o: o, words: search.NewWords(o.Config.Search.Synonyms), base: BasePath(o.Config.BaseURL), kept: kept, sink: new(diag.List), news: new(site.News)}
	b.filter = o.filter(b.sink)
	b.made = b.filter
	b.buffers = newBuffers()
	err := o.checkAudience()
	if err != nil {
		return nil, err
	}
	if b.dir, err = output.Open(o.Out, stateFile(o)); err != nil {
		return nil, err
	}
	defer b.dir.Abort()
	if err := b.run(ctx); err != nil {
		return nil, err
	}
	removed, err := b.dir.Install()
	if err != nil {
		return nil, err
	}
	b.stats.Removed = removed
	for _, n := range b.nexts {
		if err := n.Keep(); err != nil {
			return nil, err
		}
	}
	return &Result{Diagnostics: lint.Together(b.sink.All()), Stats: b.stats}, nil
}

func newBuffers() *sync.Pool {
	return &sync.Pool{New: func() any { return new(bytes.Buffer) }}
}

// ThemeError tells that a theme cannot be used, and what is wrong with it.
type ThemeError struct {
	Diagnostics []diag.Diagnostic
	Err         error
}

func (e *ThemeError) Error() string {
	for _, d := range e.Diagnostics {
		if d.Severity == diag.Error {
			return fmt.Sprintf("%v: %v: %s", e.Err, d.Pos, d.Message)
		}
	}
	return e.Err.Error()
}

func (e *ThemeError) Unwrap() error { return e.Err }

// BasePath is the path of a portal's public address, with a slash at both ends.
func BasePath(baseURL string) string { return site.BasePath(baseURL) }

// stateFile is where the keys of an output directory's files are kept.
func stateFile(o Options) string {
	if o.CacheDir == "" {
		return ""
	}
	abs, err := filepath.Abs(o.Out)
	if err != nil {
		return ""
	}
	return filepath.Join(o.CacheDir, "out-"+digest.New("out").String(abs).Sum().Short()+".json")
}

func (b *builder) run(ctx context.Context) error {
	var err error
	if b.repos, err = load(ctx, b.o, b.kept, b.filter); err != nil {
		return err
	}
	read := b.sink.All()
	if err := b.link(); err != nil {
		return err
	}
	b.stats.Repositories, b.stats.Entities = len(b.repos.all), b.linked.Entities
	if b.files, err = b.theme(); err != nil {
		return err
	}
	return errors.Join(b.portals(ctx, read), b.kept.close())
}

// portal makes one portal of what linking came to.
func (b *builder) portal(ctx context.Context) error {
	b.outdated()
	b.stats.Repositories, b.stats.Entities = len(b.sources()), b.linked.Entities
	if err := b.prepare(); err != nil {
		return err
	}
	groups := b.kept.pack("search", b.audience)
	defer groups.Release()
	b.search = b.newIndex(groups)
	defer b.search.Close()
	sets, err := b.docs(ctx)
	if err != nil {
		return err
	}
	if err := b.code(ctx); err != nil {
		return err
	}
	b.forget()
	if err := b.whatIsNew(ctx); err != nil {
		return err
	}
	if err := b.pages(ctx, sets); err != nil {
		return err
	}
	b.stats.Rendered = int(b.rendered.Load())
	b.stats.Written, b.stats.Bytes, b.stats.Pages = b.dir.Counts()
	return groups.Close()
}

// forget lets go of what no page after those of documentation needs: the names
// of all files of an organisation take a tenth of the memory of a large build.
func (b *builder) forget() {
	b.linked.Docs = nil
	if !b.last {
		return
	}
	b.repos.infos = b.repos.sources()
	for i := range b.repos.all {
		b.repos.all[i].snap = nil
	}
	for _, l := range []*Loaded{b.loaded, b.ruling.loaded()} {
		if l != nil {
			l.Snapshots = nil
		}
	}
}

// newIndex is an empty search index that keeps its groups.
func (b *builder) newIndex(groups *cache.Pack) *search.Builder {
	if b.kept.keeps() {
		return b.words.NewBuilder(groups)
	}
	return b.words.NewBuilder(nil)
}

// prepare writes the assets of the theme.
func (b *builder) prepare() error {
	if err := b.assetFiles(b.files); err != nil {
		return err
	}
	b.docSite = b.withoutCatalog()
	return nil
}

func (b *builder) assetFiles(files []assets.File) error {
	for _, f := range files {
		if err := b.file(f.Path, f.Data); err != nil {
			return err
		}
	}
	return nil
}

// withoutCatalog is a site for pages of documentation.
func (b *builder) withoutCatalog() *site.Site {
	none := catalog.Link(slices.Values[[]*entity.Entity](nil), diag.Discard)
	return site.New(site.Input{Config: b.o.shown(), Catalog: none, Assets: b.assets, Version: b.o.Version, News: new(site.News)})
}

// theme parses the theme, bundles its assets and sets the renderers up.
func (b *builder) theme() ([]assets.File, error) {
	var err error
	code := highlight.New()
	if b.renderer, err = render.New(b.o.Theme, b.o.Overlay, code, b.o.Version); err != nil {
		return nil, err
	}
	b.markdown = markdown.New(code)
	b.diagrams = Diagrams(b.o.Config.Diagrams, b.o.Programs)
	x, err := b.bundle()
	report(b.sink, x.Diagnostics)
	if err != nil {
		return nil, &ThemeError{x.Diagnostics, err}
	}
	b.assets = x.Set
	return x.Files, nil
}

func (b *builder) input(sets []site.DocSet, ds []diag.Diagnostic) site.Input {
	return site.Input{Config: b.o.shown(), Catalog: b.loaded.Catalog, Docs: sets, Diagnostics: lint.Together(ds), Sources: b.sources(), Troubles: b.troubles(), Assets: b.assets, Version: b.o.Version, News: b.news, Sum: b.loaded.sum, Partial: b.seesPart()}
}

// sources are the repositories as the portal tells of them.
func (b *builder) sources() []site.SourceInfo { return b.seenSources(b.repos.sources()) }

// troubles are what could not be had of the sources. Their names and causes are
// for those who may see all.
func (b *builder) troubles() (out []site.Trouble) {
	if b.seesPart() {
		return nil
	}
	for _, s := range b.o.Sources {
		t, ok := s.(source.Troubled)
		if !ok {
			continue
		}
		for _, x := range t.Troubles() {
			out = append(out, site.Trouble{Source: s.Name(), Repo: x.Repo, Kind: x.Kind, Cause: x.Cause, Since: x.Since})
		}
	}
	return out
}

func (r *repos) sources() []site.SourceInfo {
	if r.infos != nil {
		return r.infos
	}
	out := make([]site.SourceInfo, 0, len(r.all))
	for _, p := range r.all {
		s := p.snap
		out = append(out, site.SourceInfo{Repo: s.Repo, Revision: s.Revision, WebURL: s.WebURL, Branch: s.Branch, Files: len(s.Files), Facts: s.Facts, Stale: s.Stale})
	}
	return out
}

// pages makes every page that is not documentation, then the index and the
// file that tells scripts of the others.
func (b *builder) pages(ctx context.Context, sets []site.DocSet) error {
	w := b.plan(sets)
	defer w.pack.Release()
	if !w.standing() {
		if _, err := b.whole(ctx); err != nil {
			return err
		}
		in := b.input(sets, b.sink.All())
		in.Outline = w.outline
		if err := w.write(ctx, site.New(in)); err != nil {
			return err
		}
	}
	if err := b.index(w.parts); err != nil {
		return err
	}
	b.o.progress("search", 0, 0)
	meta, err := b.search.Write(b.keepData, func(name string, data []byte) error {
		_, err := b.data(name, data)
		return err
	})
	if err != nil {
		return err
	}
	if b.kept.damaged.Load() {
		return errDamaged
	}
	return errors.Join(b.siteFile(w.names, meta), b.statusFile(), w.close())
}
