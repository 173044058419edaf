package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/output"
	"callboard/internal/preview"
	"callboard/internal/repofs"
	"callboard/internal/source"
)

// previewFlags say what is previewed.
type previewFlags struct {
	projectFlags
	since, catalog, out string
	allowExec           bool
}

func (a *app) previewCommand() *cobra.Command {
	var f previewFlags
	c := &cobra.Command{
		Use:   "preview [DIR]",
		Short: "Build the pages that a change touches, to be looked at as files",
		Long: `Build the pages of entities and documentation that a change touches, into a
directory that is looked at without a server: in the archive of a job, or where it
was written. index.html lists them, and what the change does to the catalog.

The portal is built twice, without and with the change since --since, and the pages
that differ are taken. Without --since, these are all pages of the repository.
--catalog tells of other repositories, so that relations to them are shown; links
to pages that are not in the preview lead to the portal that it is of, or to
--base-url.

Programs that callboard.yaml names as processors are not run without --allow-exec.`,
		Example: `  callboard preview --since origin/main --catalog https://portal.acme.example/catalog.json`,
		Args:    atMost(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.preview(c.Context(), args, f) },
	}
	f.add(c)
	f.addBaseURL(c)
	c.Flags().StringVar(&f.since, "since", "", "the `REVISION` that the change is compared with, such as origin/main")
	c.Flags().StringVar(&f.catalog, "catalog", "", "the published catalog of other repositories: a `FILE` or an address of a portal's catalog.json")
	c.Flags().BoolVar(&f.allowExec, "allow-exec", false, "run the programs that callboard.yaml names as processors")
	c.Flags().StringVarP(&f.out, "out", "o", defaultPreview, "the directory to write")
	if err := c.MarkFlagDirname("out"); err != nil {
		panic(err) // the flag has just been defined
	}
	c.ValidArgsFunction = directories
	return c
}

func (a *app) preview(ctx context.Context, paths []string, f previewFlags) (err error) {
	found, err := a.findLint(ctx, paths, lintFlags{projectFlags: f.projectFlags, allowExec: f.allowExec, changeFlags: changeFlags{since: f.since, catalog: f.catalog}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, found.project.close()) }()
	tmp, err := os.MkdirTemp("", "callboard-preview-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	v := &previewing{app: a, previewFlags: f, found: found, tmp: tmp, portal: portalOf(found.project.config.BaseURL, f.catalog)}
	return v.run(ctx)
}

// portalOf is the address of the published portal, with a slash at its end: that of
// the configuration or the command line, or that of the catalog. "" if neither
// tells.
func portalOf(base, catalog string) string {
	for _, given := range []string{base, strings.TrimSuffix(catalog, "catalog.json")} {
		u, err := url.Parse(given)
		if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
			u.User, u.RawQuery, u.Fragment = nil, "", ""
			return strings.TrimSuffix(u.String(), "/") + "/"
		}
	}
	return ""
}

// previewing is one run of preview.
type previewing struct {
	*app
	previewFlags
	found  *linted
	tmp    string
	portal string
}

func (v *previewing) run(ctx context.Context) error {
	p, c := v.found.project, v.found.comparison
	p.config.BaseURL = "/"                  // links are made relative to where a page is
	p.config.Audiences = config.Audiences{} // there is one, who may see the repository
	var around []source.Source
	if near := nearby(v.found.loaded.Own, v.found.loaded.Others); len(near) > 0 {
		s, err := publishedSource(near)
		if err != nil {
			return err
		}
		around = append(around, s)
	}
	after, err := v.build(ctx, slices.Concat(p.sources, around), "after")
	if err != nil {
		return err
	}
	var before map[string]string
	if c != nil && c.tree != nil {
		if before, err = v.build(ctx, slices.Concat(c.earlier(build.Options{Sources: p.sources}, &v.found.loaded.Loaded), around), "before"); err != nil {
			return err
		}
	}
	return v.write(ctx, preview.Touched(before, after))
}

// build builds a portal and returns the digests of its files.
func (v *previewing) build(ctx context.Context, sources []source.Source, name string) (map[string]string, error) {
	out := filepath.Join(v.tmp, name)
	o, err := v.options(v.found.project, out)
	if err != nil {
		return nil, err
	}
	o.Sources, o.CacheDir = sources, ""
	o.Programs.Forbid = o.Programs.Forbid || !v.allowExec
	bar := v.newProgress(true)
	o.Progress = bar.told
	_, err = build.Run(ctx, o)
	bar.end()
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(out, "manifest.json"))
	if err != nil {
		return nil, err
	}
	var m output.Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, err
	}
	sums := make(map[string]string, len(m.Files))
	for _, e := range m.Files {
		sums[e.Path] = e.Sum.String()
	}
	return sums, nil
}

// write writes the pages of the repository's own entities, and tells of those of
// others.
func (v *previewing) write(ctx context.Context, touched []preview.Page) (err error) {
	if err := os.MkdirAll(v.path(v.out), 0o755); err != nil {
		return fmt.Errorf("cannot write the preview: %w", err)
	}
	out, err := os.OpenRoot(v.path(v.out))
	if err != nil {
		return fmt.Errorf("cannot write the preview: %w", err)
	}
	from, err := os.OpenRoot(filepath.Join(v.tmp, "after"))
	if err != nil {
		return errors.Join(err, out.Close())
	}
	defer func() { err = errors.Join(err, out.Close(), from.Close()) }()
	o := preview.Options{From: from.FS(), Out: out, Title: v.found.project.config.Title, Portal: v.portal, Change: v.change()}
	o.Pages, o.Elsewhere = v.sort(touched)
	pages, err := preview.Write(ctx, o)
	if err != nil {
		return fmt.Errorf("cannot write the preview to %s: %w", v.shown(v.path(v.out)), err)
	}
	v.tell(pages, o.Elsewhere)
	return nil
}

// sort tells the pages of the repository's own entities from those of others. Lists
// and overviews are neither: they are of a whole organisation, and not all of it is
// here. Where nothing is compared, there is nothing here of others.
func (v *previewing) sort(touched []preview.Page) (own, elsewhere []preview.Page) {
	mine := map[string]bool{}
	for _, e := range slices.Concat(v.found.loaded.Own, v.was()) {
		mine[place3(e.Ref)] = true
	}
	for _, p := range touched {
		parts := strings.SplitN(p.Path, "/", 5)
		switch {
		case len(parts) < 5 || parts[0] != "catalog" && parts[0] != "docs" || parts[1] == "-":
		case v.found.comparison == nil || mine[strings.Join(parts[1:4], "/")]:
			own = append(own, p)
		case p.What != preview.New:
			elsewhere = append(elsewhere, p)
		}
	}
	return own, elsewhere
}

// was are the entities before the change.
func (v *previewing) was() []*entity.Entity {
	if c := v.found.comparison; c != nil {
		return c.was
	}
	return nil
}

// place3 is where the pages of an entity are, below catalog/ and docs/.
func place3(r entity.Ref) string { return strings.ToLower(r.Namespace + "/" + r.Kind + "/" + r.Name) }

// change is what the change does to the catalog, for people.
func (v *previewing) change() string {
	d := v.found.diff()
	if d == nil {
		return ""
	}
	var b bytes.Buffer
	difference{d, d.References(v.found.all()), v.found.affected(), v.summary(v.found).Path}.text(&b)
	return b.String()
}

func (v *previewing) tell(pages, elsewhere []preview.Page) {
	for _, p := range pages {
		fmt.Fprintf(v.Stdout, "%-8s %s\n", p.What, printable(p.Path))
	}
	shown := len(slices.DeleteFunc(slices.Clone(pages), func(p preview.Page) bool { return p.What == preview.Removed }))
	v.talk("%s in %s; %d of other repositories change with them", count(shown, "page", "pages"), v.shown(v.path(v.out)), len(elsewhere))
	s := v.summary(v.found)
	s.Title, s.Bare = "Preview", true
	s.Lead = fmt.Sprintf("%s of this repository new or changed, %d removed; %d of other repositories change with them.", count(shown, "page", "pages"), len(pages)-shown, len(elsewhere))
	v.came = outcome{entities: v.found.entities(), changed: len(pages), findings: v.found.findings, summary: s}
}

// steps is how far around the entities of a repository those of others are read:
// relations show one step, and diagrams and systems what these have in common.
const steps = 2

// nearby are the entities of others within a few steps of own ones.
func nearby(own, others []*entity.Entity) []*entity.Entity {
	neighbours := map[entity.Ref][]entity.Ref{}
	for _, e := range slices.Concat(own, others) {
		for _, g := range e.Edges {
			neighbours[e.Ref] = append(neighbours[e.Ref], g.Target)
			neighbours[g.Target] = append(neighbours[g.Target], e.Ref)
		}
	}
	near := map[entity.Ref]bool{}
	var next []entity.Ref
	for _, e := range own {
		near[e.Ref] = true
		next = append(next, e.Ref)
	}
	for range steps {
		var further []entity.Ref
		for _, r := range next {
			for _, n := range neighbours[r] {
				if !near[n] {
					near[n] = true
					further = append(further, n)
				}
			}
		}
		next = further
	}
	return slices.DeleteFunc(slices.Clone(others), func(e *entity.Entity) bool { return !near[e.Ref] })
}

// published is a source of entities that are known from a published catalog.
type published struct {
	names []string
	files map[string]string
}

// perFile is how many entities stand in one file of the source.
const perFile = 500

// publishedSource writes entities as the catalog files they may have come from.
func publishedSource(es []*entity.Entity) (*published, error) {
	p := &published{files: map[string]string{}}
	for part := range slices.Chunk(es, perFile) {
		var b strings.Builder
		for _, e := range part {
			fields := map[string]any{"apiVersion": e.APIVersion, "kind": e.Kind, "metadata": catalog.FlatMetadata(e)}
			if e.Spec != nil {
				fields["spec"] = e.Spec
			}
			doc, err := json.Marshal(fields)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", e.Ref, err)
			}
			b.WriteString("---\n" + asYAML(doc) + "\n")
		}
		name := fmt.Sprintf("%04d.yaml", len(p.names))
		p.names = append(p.names, name)
		p.files[name] = b.String()
	}
	return p, nil
}

// asYAML escapes what JSON may hold as it is and YAML may not (YAML 1.2.2, 5.1).
func asYAML(doc []byte) string {
	var b strings.Builder
	for _, r := range string(doc) {
		if r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff || r == 0xfeff {
			fmt.Fprintf(&b, "\\u%04x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Name, Repos and Fetch make published a source.
func (p *published) Name() string { return strings.TrimSuffix(publishedMark, ":") }

// Repos tells of one repository.
func (p *published) Repos(context.Context) iter.Seq2[source.Repo, error] {
	return func(yield func(source.Repo, error) bool) { yield(source.Repo{Name: p.Name()}, nil) }
}

// Fetch takes the files that were made.
func (p *published) Fetch(_ context.Context, r source.Repo, _ diag.Sink) (*repofs.Snapshot, error) {
	return repofs.Memory(r.Name, p.names, p.files), nil
}

var _ source.Source = (*published)(nil)
