package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/docs"
	"callboard/internal/lint"
	"callboard/internal/output"
	"callboard/internal/repofs"
	"callboard/internal/search"
	"callboard/internal/site"
	"callboard/internal/source"
	"callboard/internal/source/dir"
)

// DocsOptions are what a build of one documentation set, without a portal, needs
// from outside.
type DocsOptions struct {
	// Dir is the directory of mkdocs.yml.
	Dir string
	// Config is the name of the configuration in it; "" takes mkdocs.yaml,
	// mkdocs.yml or, if there is neither, TechDocs' defaults.
	Config string
	// Bare passes over what is in Dir: there is no configuration, and nothing that
	// a page could include.
	Bare bool
	// SiteName stands in for the site_name of a configuration that has none.
	SiteName string
	// WebURL and Branch are the repository's at its code host, if its checkout
	// does not tell.
	WebURL, Branch string
	// Top is the git checkout that Dir lies in, if it is not Dir itself, and Search the
	// PATH in which git is looked for to read its history; "" for no history.
	Top, Search string
	// Frames are the hosts whose frames pages may show.
	Frames []string
	// Drafts makes pages of draft_docs, too.
	Drafts bool
	// Built is the time of the build that techdocs_metadata.json tells; zero for
	// none.
	Built time.Time
	// ETag is what techdocs_metadata.json tells of the state of the source; ""
	// for nothing.
	ETag string

	Out, CacheDir string
	Jobs          int
	// Started is when the build began by the clock; files changed about then are
	// read again the next time.
	Started time.Time
	Version string
	// Theme is the default theme, Bundle what its styles and scripts come to or
	// nil, Overlay the user's theme or nil; see Options.
	Theme, Overlay fs.FS
	Bundle         []byte
	Progress       func(Progress)
}

// options are those of a build that has one source and no catalog.
func (o DocsOptions) options() Options {
	c := config.Default()
	c.Docs.Frames = o.Frames
	return Options{Config: c, Sources: []source.Source{dir.New(".", o.Dir, dir.Options{Repositories: dir.One, Ignore: c.Catalog.Ignore, WebURL: o.WebURL, Branch: o.Branch, Top: o.Top, Search: o.Search})},
		Out: o.Out, CacheDir: o.CacheDir, Jobs: o.Jobs, Now: o.Started, Started: o.Started, Version: o.Version, Theme: o.Theme, Bundle: o.Bundle, Overlay: o.Overlay, Progress: o.Progress}
}

// Docs builds one documentation set as a site of its own into o.Out: its pages at
// the addresses that MkDocs gives them, its search index, and what Backstage
// wants of a published site. When it returns an error, or when ctx is cancelled,
// the directory is as it was before.
func Docs(ctx context.Context, o DocsOptions) (*Result, error) {
	bo := o.options()
	r, err := trusting(bo, func(kept *store) (*Result, error) { return buildAlone(ctx, o, bo, kept, nil) })
	return r, errors.Join(err, Close(bo.Sources))
}

func buildAlone(ctx context.Context, o DocsOptions, bo Options, kept *store, m *setMemory) (*Result, error) {
	b := &builder{o: bo, words: search.NewWords(nil), base: "/", kept: kept, memory: m, sink: new(diag.List), news: new(site.News)}
	b.filter = lint.NewFilter(lint.Settings{}, b.sink)
	b.made = b.filter
	b.buffers = newBuffers()
	var err error
	if b.dir, err = output.Open(bo.Out, stateFile(bo)); err != nil {
		return nil, err
	}
	defer b.dir.Abort()
	b.out = b.dir.Part("")
	a := alone{b, o}
	if err := a.build(ctx); err != nil {
		return nil, err
	}
	b.stats.Removed, err = b.dir.Install()
	if err != nil {
		return nil, err
	}
	r := &Result{Diagnostics: b.sink.All(), Stats: b.stats}
	m.settle(b)
	return r, nil
}

// alone is a build of one set.
type alone struct {
	*builder
	wanted DocsOptions
}

func (a alone) build(ctx context.Context) error {
	spec, err := a.spec(ctx)
	if err != nil {
		return err
	}
	if err := a.prepare(); err != nil {
		return err
	}
	groups := a.kept.pack("search", "")
	defer groups.Release()
	a.search = a.newIndex(groups)
	defer a.search.Close()
	ds, err := a.documentation(ctx, docOf{Spec: spec, Repo: spec.Snap.Repo})
	if err != nil {
		return err
	}
	a.filter.Close()
	a.memory.took(spec.Snap, a.o.started()-racy)
	a.stats.Repositories, a.stats.Docs = 1, ds.Pages
	if err := a.around(ctx, ds); err != nil {
		return err
	}
	a.stats.Rendered, a.stats.Copied = int(a.rendered.Load()), int(a.copied.Load())
	a.stats.Written, a.stats.Bytes, a.stats.Pages = a.dir.Counts()
	return errors.Join(groups.Close(), a.kept.close())
}

// prepare parses the theme and writes those of its assets that pages of
// documentation load.
func (a alone) prepare() error {
	before := a.sink.All()
	files, err := a.theme()
	if err != nil {
		return err
	}
	a.memory.themed(a.sink.All(), before)
	a.docSite = site.NewAlone(a.assets, a.o.Version, a.o.Config.Docs.Frames)
	return a.assetFiles(a.assets.Needed(files, site.AloneModules()...))
}

// NoDocsError tells that there is nothing to make a site of.
type NoDocsError struct{ Dir string }

func (e *NoDocsError) Error() string {
	return fmt.Sprintf("there is no mkdocs.yml, no docs directory and no README.md in %s", e.Dir)
}

// spec finds the set in its directory.
func (a alone) spec(ctx context.Context) (docs.Spec, error) {
	src := a.o.Sources[0]
	for r, err := range src.Repos(ctx) {
		if err != nil {
			return docs.Spec{}, err
		}
		snap, err := src.Fetch(ctx, r, a.filter)
		if err != nil {
			return docs.Spec{}, fmt.Errorf("read %s: %w", a.wanted.Dir, err)
		}
		describe(snap, work{src, &r, r.Name})
		return a.specOf(snap)
	}
	return docs.Spec{}, &NoDocsError{a.wanted.Dir}
}

func (a alone) specOf(snap *repofs.Snapshot) (docs.Spec, error) {
	spec, ok := docs.In(snap, ".", a.wanted.Config)
	if !ok {
		return docs.Spec{}, &NoDocsError{a.wanted.Dir}
	}
	spec.Title, spec.Alone, spec.Profile = a.wanted.SiteName, true, docs.ProfileMkDocs
	spec.Drafts = a.wanted.Drafts
	return spec, nil
}

// around makes what a set has beside its pages.
func (a alone) around(ctx context.Context, ds docSet) error {
	set := ds.Load()
	if !ds.indexed {
		if err := a.index(ds.parts); err != nil {
			return err
		}
	}
	if err := a.pagesBeside(set); err != nil {
		return err
	}
	meta, err := a.search.Write(a.keepData, func(name string, data []byte) error {
		_, err := a.data(name, data)
		return errors.Join(ctx.Err(), err)
	})
	if err != nil {
		return err
	}
	if a.kept.damaged.Load() {
		return errDamaged
	}
	if err := a.siteJSON(set, meta); err != nil {
		return err
	}
	if err := a.sitemap(set); err != nil {
		return err
	}
	f := a.docSite.LLMs(set)
	if err := a.fileBeside(f.Path, f.Data); err != nil {
		return err
	}
	return a.metadata(set)
}

// pagesBeside are the pages that are not of the set; one of the set that has such
// an address is what is there.
func (a alone) pagesBeside(set *docs.Set) error {
	for _, p := range a.docSite.AlonePages(set) {
		key := a.renderer.Key(p.View)
		if a.out.Keep(p.Path, key) {
			continue
		}
		var buf bytes.Buffer
		if err := a.renderer.Page(&buf, p.View, noBody); err != nil {
			return fmt.Errorf("render %s: %w", p.Path, err)
		}
		if err := a.beside(a.out.Put(p.Path, key, buf.Bytes())); err != nil {
			return err
		}
	}
	return nil
}

// beside passes over what has the address of a page of the set.
func (a alone) beside(err error) error {
	if errors.As(err, new(*output.CollisionError)) {
		return nil
	}
	return err
}

// fileBeside writes a file that is not of the set.
func (a alone) fileBeside(name string, data []byte) error {
	return a.beside(a.file(name, data))
}
