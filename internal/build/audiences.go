package build

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"callboard/internal/audience"
	"callboard/internal/cache"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/entity"
	"callboard/internal/site"
)

// Every audience has a portal of its own, planned and written as if there were
// nothing but what it may see: the catalog is linked again of its entities, the
// rules are applied to that, and repositories lack the files that are withheld. So
// no page, index or file that is made of it can tell of anything else. What two
// portals have in common is made once, since a page's key does not tell for whom
// it is.

// AudiencesDir is the directory of the output in which each audience's portal has
// one of its name.
const AudiencesDir = "a"

// AudiencePrefix is where in the output the portal of an audience lies.
func AudiencePrefix(name string) string { return AudiencesDir + "/" + name + "/" }

// AudienceBase is the address or path of an audience's portal.
func AudienceBase(c *config.Config, name string) string {
	if c.Audiences.Addresses != "prefix" {
		return c.BaseURL
	}
	return strings.TrimSuffix(c.BaseURL, "/") + "/" + AudiencePrefix(name)
}

// sight is what is kept of a view for the stages after linking.
type sight struct {
	// Repos are the names of the repositories that may be known, each with the
	// names of facts that are withheld.
	Repos map[string][]string `json:"repos"`
	// Whole tells that everything is.
	Whole bool `json:"whole,omitempty"`
	// Shown are the references of the entities that are seen, to which alone pages
	// of documentation may lead; nil if that is all of them.
	Shown []string `json:"shown,omitempty"`
	// Code are the names of the repositories whose code may be seen, if not
	// everything is.
	Code []string `json:"code,omitempty"`

	shown map[string]bool
	key   digest.Sum // of Shown
}

// index makes Shown fit for being asked.
func (s *sight) index() {
	s.shown = make(map[string]bool, len(s.Shown))
	for _, ref := range s.Shown {
		s.shown[ref] = true
	}
	s.key = digest.New("shown").JSON(s.Shown).Sum()
}

// hides tells whether a link of a page leads to an address that an entity has in
// the portal, or would have, if it is not seen. Base and baseURL are the portal's.
func (s *sight) hides(href, base, baseURL string) bool {
	if s == nil || s.Whole {
		return false
	}
	rest, ok := strings.CutPrefix(href, strings.TrimSuffix(baseURL, "/")+"/")
	if !ok {
		rest, ok = strings.CutPrefix(href, base)
	}
	if !ok || strings.HasPrefix(rest, "/") {
		return false
	}
	u, err := url.Parse(rest)
	if err != nil {
		return true
	}
	parts := strings.Split(strings.ToLower(path.Clean(u.Path)), "/")
	if len(parts) < 4 || parts[0] != "catalog" && parts[0] != "docs" || parts[1] == "-" {
		return false
	}
	// a name that Windows reserves has a "~" in its address
	return !s.shown[parts[2]+":"+parts[1]+"/"+strings.ReplaceAll(parts[3], "~", "")]
}

// portals makes the portal, or one for each audience.
func (b *builder) portals(ctx context.Context, read []diag.Diagnostic) error {
	names := b.o.Audiences.Names()
	if b.o.As != "" {
		names = []string{b.o.As}
	}
	if len(names) == 0 {
		b.out, b.last = b.dir.Part(""), true
		return b.portal(ctx)
	}
	verdicts := &ruling{b: b, read: read}
	if err := verdicts.report(ctx); err != nil {
		return err
	}
	var own diag.List
	for i, name := range names {
		p := b.of(name, &own)
		if p.out = b.dir.Part("", b.parts...); b.o.As == "" {
			p.out = b.dir.Part(AudiencePrefix(name), b.parts...)
		}
		p.last = i == len(names)-1
		if err := p.seeing(ctx, verdicts); err != nil {
			return err
		}
		if err := p.portal(ctx); err != nil {
			return err
		}
		if err := p.out.Manifest(); err != nil {
			return err
		}
		b.nexts = append(b.nexts, p.nexts...)
		b.parts = append(b.parts, p.out)
		b.stats.Rendered += p.stats.Rendered
		b.stats.Docs = max(b.stats.Docs, p.stats.Docs)
	}
	report(b.sink, slices.CompactFunc(own.All(), func(x, y diag.Diagnostic) bool { return x.Compare(y) == 0 }))
	b.stats.Written, b.stats.Bytes, b.stats.Pages = b.dir.Counts()
	return nil
}

// of is the builder of an audience's portal. What is found while its pages are
// made goes to more, too.
func (b *builder) of(name string, more *diag.List) *builder {
	o := b.o
	c := *o.Config
	if o.As == "" {
		c.BaseURL = AudienceBase(o.Config, name)
	}
	o.Config = &c
	if o.News != "" {
		o.News += "-" + name
	}
	p := &builder{o: o, words: b.words, base: BasePath(c.BaseURL), kept: b.kept, repos: b.repos, dir: b.dir, sink: new(diag.List), news: new(site.News),
		themed: b.themed, buffers: b.buffers, audience: name}
	p.filter = b.filter.To(p.sink)
	p.made = b.filter.To(both{p.sink, more})
	p.catalogKey = digest.New("audience").Add(b.catalogKey).String(name).Add(o.Audiences.Key()).Sum()
	return p
}

// both is two sinks.
type both struct{ a, b diag.Sink }

// Report makes it a sink.
func (s both) Report(d diag.Diagnostic) {
	s.a.Report(d)
	s.b.Report(d)
}

// ruling is the verdicts over the catalog of a build, made when first needed.
type ruling struct {
	b        *builder
	read     []diag.Diagnostic // what was found in files, before anything was linked
	specs    []docs.Spec
	verdicts *audience.Verdicts
}

// loaded is the catalog that was judged, nil if none was.
func (j *ruling) loaded() *Loaded {
	if j == nil {
		return nil
	}
	return j.b.loaded
}

// of is the catalog's verdicts.
func (j *ruling) of(ctx context.Context, sink diag.Sink) (*audience.Verdicts, error) {
	if j.verdicts != nil {
		return j.verdicts, nil
	}
	l, err := j.b.whole(ctx)
	if err != nil {
		return nil, err
	}
	if j.specs == nil && l.Snapshots != nil {
		j.specs = j.b.specs(diag.Discard)
	}
	j.verdicts, err = j.b.o.Audiences.Judge(ctx, l.Catalog, sink)
	return j.verdicts, err
}

// report tells what is wrong with the rules, which is kept with the catalog.
func (j *ruling) report(ctx context.Context) error {
	b := j.b
	pack := b.kept.pack("judged", "")
	defer pack.Release()
	key := digest.New("judged/1").Add(b.catalogKey).Add(b.o.Audiences.Key()).Sum()
	found, err := cache.Do(pack, key, func(raw []byte) (ds []diag.Diagnostic, err error) {
		return ds, json.Unmarshal(raw, &ds)
	}, func() ([]diag.Diagnostic, []byte, error) {
		var own diag.List
		if _, err := j.of(ctx, &own); err != nil {
			return nil, nil, err
		}
		raw, err := json.Marshal(own.All())
		return own.All(), raw, err
	})
	if err != nil {
		return err
	}
	report(b.filter, found)
	return pack.Close()
}

// seeing finds what an audience sees, as it was the last time or anew.
func (b *builder) seeing(ctx context.Context, j *ruling) error {
	pack := b.kept.pack("linked", b.audience)
	defer pack.Release()
	b.ruling = j
	l, ok := findLinked(pack, b.catalogKey, b.repos.snapshots())
	if !ok {
		var err error
		if l, err = b.see(ctx); err != nil {
			return err
		}
		if err := storeLinked(pack, b.catalogKey, l); err != nil {
			return err
		}
	}
	b.linked = l
	l.Seen.index()
	for i, d := range l.Docs {
		if d.Withheld != nil {
			l.Docs[i].Snap = d.Snap.Without(d.Withheld.hides)
		}
	}
	report(b.filter, l.Diagnostics)
	return pack.Close()
}

// see makes the catalog of what an audience sees.
func (b *builder) see(ctx context.Context) (*linked, error) {
	own := new(diag.List)
	if _, err := b.whole(ctx); err != nil {
		return nil, err
	}
	v := b.view
	snaps := b.seenSnapshots(v)
	report(own, b.loaded.linking)
	b.o.rules(b.loaded.Catalog, snaps, nil, nil, own)
	l := &linked{Entities: b.loaded.Catalog.Len(), Seen: &sight{Whole: v.Whole, Repos: map[string][]string{}}}
	if !v.Whole {
		for _, e := range v.Entities {
			l.Seen.Shown = append(l.Seen.Shown, e.Ref.String())
		}
	}
	for _, p := range b.repos.all {
		if v.Repo(p.snap.Repo) {
			l.Seen.Repos[p.snap.Repo] = v.WithheldFacts(p.snap.Repo)
		}
	}
	l.Seen.Code = b.seenCode(v)
	for _, d := range slices.Concat(b.ruling.read, own.All()) {
		if mayTell(v, d) {
			l.Diagnostics = append(l.Diagnostics, d)
		}
	}
	s := site.New(site.Input{Config: b.o.shown(), Catalog: b.loaded.Catalog})
	for _, spec := range b.ruling.specs {
		if v.Shows(spec.Of) {
			l.Docs = append(l.Docs, docOf{spec, spec.Snap.Repo, s.DocContext(spec.Of), withheldOf(v, spec, b.ruling.specs)})
		}
	}
	return l, nil
}

// seesPart tells whether the portal is that of an audience that may not see all.
func (b *builder) seesPart() bool {
	return b.linked != nil && b.linked.Seen != nil && !b.linked.Seen.Whole
}

// seenSources are the repositories that an audience may know of.
func (b *builder) seenSources(all []site.SourceInfo) []site.SourceInfo {
	if !b.seesPart() {
		return all
	}
	out := []site.SourceInfo{}
	for _, x := range all {
		if facts, known := b.linked.Seen.Repos[x.Repo]; known {
			x.Files = 0 // which counts what may not be seen
			x.Facts = audience.Without(x.Facts, facts)
			out = append(out, x)
		}
	}
	return out
}

// seenCatalog links what an audience sees.
func (b *builder) seenCatalog(ctx context.Context) (*Loaded, error) {
	full, err := b.ruling.b.whole(ctx)
	if err != nil {
		return nil, err
	}
	verdicts, err := b.ruling.of(ctx, diag.Discard)
	if err != nil {
		return nil, err
	}
	b.view = verdicts.Of(b.audience)
	var linking diag.List
	l := &Loaded{Catalog: catalog.Link(slices.Values(b.view.Entities), &linking), linking: linking.All()}
	view := b.view
	l.sumOf = func(e *entity.Entity) digest.Sum { return view.Sum(e, full.sum) }
	return l, nil
}

// UnknownAudienceError tells that there is no audience of a name.
type UnknownAudienceError struct {
	Name  string
	Known []string
}

func (e *UnknownAudienceError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("there is no audience %q: the configuration has none", e.Name)
	}
	return fmt.Sprintf("there is no audience %q; there are %s", e.Name, strings.Join(e.Known, ", "))
}

func (o Options) checkAudience() error {
	if o.As == "" || slices.Contains(o.Audiences.Names(), o.As) {
		return nil
	}
	return &UnknownAudienceError{o.As, o.Audiences.Names()}
}

// Text is something that somebody wrote.
type Text struct {
	// Pos is where it stands.
	Pos diag.Pos
	// Of is the entity that it is of.
	Of   entity.Ref
	Text string
}

// Documentation are the pages of documentation of a catalog as they are written:
// those that an audience may not see, and those that it may. Each is read when it
// is asked for.
func Documentation(o Options, l *Loaded, v *audience.View, each func(Text, bool) error) error {
	specs := docs.Find(l.Catalog, l.Snapshots, docs.Options{Auto: o.Config.Docs.Auto, Profile: o.Config.Docs.Profile}, diag.Discard)
	for _, spec := range specs {
		w := cmp.Or(hiddenDirs(v, spec.Snap.Repo, specs), &withheld{Dirs: map[string]bool{}})
		w.Below, w.Patterns = spec.Dir, v.DocsWithheld(spec.Of)
		for _, f := range spec.Snap.Under(spec.Dir) {
			if !strings.EqualFold(path.Ext(f.Path), ".md") {
				continue
			}
			text, err := spec.Snap.Read(f.Path)
			if err != nil {
				continue // no page is made of it either
			}
			if err := each(Text{diag.Pos{Repo: spec.Snap.Repo, File: f.Path}, spec.Of, string(text)}, !v.Whole && (!v.Shows(spec.Of) || w.hides(f.Path))); err != nil {
				return err
			}
		}
	}
	return nil
}
