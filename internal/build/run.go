package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"

	"callboard/internal/assets"
	"callboard/internal/cache"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/output"
	"callboard/internal/render"
	"callboard/internal/search"
	"callboard/internal/site"
)

// builder is one build under way.
type builder struct {
	o        Options
	base     string // path of the portal, with a slash at both ends
	cache    *cache.Dir
	sink     *diag.List
	loaded   *Loaded
	out      *output.Dir
	assets   assets.Set
	renderer *render.Renderer
	markdown *markdown.Renderer
	docSite  *site.Site // knows the catalog, for the pages of documentation
	search   *search.Builder
	buffers  sync.Pool
	rendered atomic.Int64
	stats    Stats
}

// Run builds a portal into o.Out. When it returns an error, or when ctx is
// cancelled, the directory is as it was before.
func Run(ctx context.Context, o Options) (*Result, error) {
	b := &builder{o: o, base: BasePath(o.Config.BaseURL), sink: new(diag.List), search: search.NewBuilder(nil)}
	b.buffers.New = func() any { return new(bytes.Buffer) }
	var err error
	if b.cache, err = cache.Open(o.CacheDir); err != nil {
		return nil, err
	}
	if b.out, err = output.Open(o.Out, stateFile(o)); err != nil {
		return nil, err
	}
	defer b.out.Abort()
	defer b.search.Close()
	if err := b.run(ctx); err != nil {
		return nil, err
	}
	_, removed, err := b.out.Commit()
	if err != nil {
		return nil, err
	}
	b.stats.Removed = removed
	return &Result{Catalog: b.loaded.Catalog, Diagnostics: b.sink.All(), Stats: b.stats}, nil
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
	if b.loaded, err = load(ctx, b.o, b.cache, b.sink); err != nil {
		return err
	}
	b.stats.Repositories, b.stats.Entities = len(b.loaded.Repos), b.loaded.Catalog.Len()
	if err := b.prepare(); err != nil {
		return err
	}
	sets, err := b.docs(ctx)
	if err != nil {
		return err
	}
	if err := b.pages(ctx, sets); err != nil {
		return err
	}
	b.stats.Rendered = int(b.rendered.Load())
	b.stats.Written, b.stats.Bytes, b.stats.Pages = b.out.Counts()
	return nil
}

// prepare parses the theme and writes its assets.
func (b *builder) prepare() error {
	files, err := b.theme()
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := b.file(f.Path, f.Data); err != nil {
			return err
		}
	}
	b.docSite = site.New(b.input(nil, nil))
	return nil
}

// theme parses the theme, bundles its assets and sets the renderers up.
func (b *builder) theme() ([]assets.File, error) {
	var err error
	code := highlight.New()
	if b.renderer, err = render.New(b.o.Theme, b.o.Overlay, code, b.o.Version); err != nil {
		return nil, err
	}
	b.markdown = markdown.New(code)
	set, files, ds, err := assets.Build(b.renderer.Theme().FS(), assets.Options{Brand: b.o.Config.Theme.Brand})
	report(b.sink, ds)
	if err != nil {
		return nil, &ThemeError{ds, err}
	}
	b.assets = set
	return files, nil
}

func (b *builder) input(sets []*docs.Set, ds []diag.Diagnostic) site.Input {
	return site.Input{Config: b.o.Config, Catalog: b.loaded.Catalog, Docs: sets, Diagnostics: ds, Sources: b.sources(), Assets: b.assets, Version: b.o.Version}
}

func (b *builder) sources() []site.SourceInfo {
	out := make([]site.SourceInfo, 0, len(b.loaded.Repos))
	for _, name := range b.loaded.Repos {
		s := b.loaded.Snapshots[name]
		out = append(out, site.SourceInfo{Repo: name, Revision: s.Revision, WebURL: s.WebURL, Branch: s.Branch, Files: len(s.Files)})
	}
	return out
}

// pages makes every page that is not documentation, then the index and the
// file that tells scripts of the others.
func (b *builder) pages(ctx context.Context, sets []*docs.Set) error {
	w := &planWriter{b: b, pack: b.cache.Pack("plan", "site")}
	var err error
	if w.key, err = b.planKey(sets); err != nil {
		return err
	}
	if !w.standing() {
		in := b.input(sets, b.sink.All())
		in.Outline = w.outline
		if err := w.write(ctx, site.New(in)); err != nil {
			return err
		}
	}
	for _, s := range w.segments {
		if err := b.index(s); err != nil {
			return err
		}
	}
	b.o.progress("search", 0, 0)
	meta, err := b.search.Write(b.data)
	if err != nil {
		return err
	}
	return errors.Join(b.siteFile(w.names, meta), w.close())
}
