package docs

import (
	"cmp"
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// Annotations of TechDocs (Backstage, plugins/techdocs-common).
const (
	AnnotationRef        = "backstage.io/techdocs-ref"
	AnnotationEntity     = "backstage.io/techdocs-entity"
	AnnotationEntityPath = "backstage.io/techdocs-entity-path"
)

// Codes of what can be wrong with a documentation set.
const (
	CodeRefInvalid  = diag.Code("techdocs-ref-invalid")
	CodeRefRemote   = diag.Code("techdocs-ref-remote")
	CodeNoDocs      = diag.Code("docs-missing")
	CodeConfig      = diag.Code("mkdocs-invalid")
	CodeUnsupported = diag.Code("mkdocs-unsupported")
	CodeNav         = diag.Code("docs-nav-missing")
	CodeOrphan      = diag.Code("docs-page-unlisted")
	CodeLink        = diag.Code("docs-link-broken")
	CodeAnchor      = diag.Code("docs-anchor-missing")
	CodeAsset       = diag.Code("docs-asset-refused")
	CodePath        = diag.Code("docs-path-invalid")
)

// Options are what callboard.yaml says about documentation.
type Options struct {
	// Auto gives a mkdocs.yml beside a catalog file to the first Component in
	// that file, if no entity claims it by annotation.
	Auto bool
	// Profile is the Markdown dialect of sets whose mkdocs.yml names none, see
	// markdown.Options; "" is "techdocs".
	Profile string
}

// Spec says that an entity has documentation, and where.
type Spec struct {
	Of    entity.Ref
	Title string
	// Pos is where the entity is declared.
	Pos  diag.Pos
	Snap *repofs.Snapshot
	// Dir is the directory of mkdocs.yml within the repository, "." for its
	// root; Config is the file, or "" when there is none and TechDocs' defaults
	// apply.
	Dir, Config string
	// Profile is that of the Options.
	Profile string
	// Drafts lets pages that draft_docs names be pages, as MkDocs does while it serves.
	Drafts bool `json:",omitempty"`
	// Prebuilt tells that Dir holds a finished site, whose pages are HTML.
	Prebuilt bool `json:",omitempty"`
	// History tells of the files of the repository, by their path; nil if
	// nothing is known. It may be set until Finish. Who caches what is made of a
	// Spec has to heed what it tells.
	History func(file string) (Change, bool) `json:"-"`
	// Alone makes a site of its own of the set: its pages lie at the root of the
	// output, where MkDocs puts them, and Of is the zero reference.
	Alone bool
}

// configNames are the names of MkDocs' configuration in the order in which
// Backstage's techdocs-node looks for them.
var configNames = [...]string{"mkdocs.yaml", "mkdocs.yml"}

// Find lists the documentation sets of a catalog, by reference.
func Find(c *catalog.Catalog, snaps map[string]*repofs.Snapshot, opt Options, sink diag.Sink) []Spec {
	f := finder{snaps: snaps, opt: opt, sink: sink, claimed: map[place]bool{}}
	all := slices.Clone(c.Entities())
	slices.SortStableFunc(all, compareOrigins)
	for _, e := range all {
		if ref, ok := e.Metadata.Annotations[AnnotationRef]; ok {
			f.annotated(e, ref)
		}
	}
	if opt.Auto {
		for _, e := range all {
			f.beside(e)
		}
	}
	slices.SortFunc(f.specs, func(a, b Spec) int { return a.Of.Compare(b.Of) })
	return f.specs
}

// Judge reports of the entities that name documentation what Find reports, and
// makes no sets of it.
func Judge(es iter.Seq[*entity.Entity], snaps map[string]*repofs.Snapshot, sink diag.Sink) {
	f := finder{snaps: snaps, sink: sink, claimed: map[place]bool{}}
	for e := range es {
		if ref, ok := e.Metadata.Annotations[AnnotationRef]; ok {
			f.annotated(e, ref)
			f.specs = f.specs[:0]
		}
	}
}

// IsElsewhere tells whether a value of AnnotationRef may lead to another repository
// than the entity's own.
func IsElsewhere(ref string) bool {
	typ, target, _ := strings.Cut(ref, ":")
	return strings.TrimSpace(typ) == "url" && isWeb(strings.TrimSpace(target))
}

// compareOrigins orders entities as they stand in their files.
func compareOrigins(a, b *entity.Entity) int {
	return cmp.Or(cmp.Compare(a.Origin.Repo, b.Origin.Repo), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Doc, b.Origin.Doc))
}

type finder struct {
	snaps   map[string]*repofs.Snapshot
	opt     Options
	sink    diag.Sink
	specs   []Spec
	claimed map[place]bool
}

// place is a directory of a repository.
type place struct{ repo, dir string }

func (f *finder) annotated(e *entity.Entity, ref string) {
	snap := f.snaps[e.Origin.Repo]
	if snap == nil {
		return
	}
	typ, target, _ := strings.Cut(ref, ":")
	typ, target = strings.TrimSpace(typ), strings.TrimSpace(target)
	dir := ""
	switch {
	case typ == "dir" && target != "":
		dir = dirOf(e.Origin.File, target)
	case typ == "url" && isWeb(target):
		var known bool
		if snap, dir, known = f.byAddress(snap, target); !known {
			f.report(e, diag.Info, CodeRefRemote, fmt.Sprintf("the documentation at %q is in none of the repositories of this portal and is not read", target), "use dir: for documentation in the same repository")
			return
		}
	default:
		f.report(e, diag.Error, CodeRefInvalid, fmt.Sprintf("%s %q is neither dir: with a path nor url: with an address", AnnotationRef, ref), `write "dir:." when mkdocs.yml lies beside the catalog file`)
		return
	}
	if !inside(dir) {
		f.report(e, diag.Error, CodeRefInvalid, fmt.Sprintf("%s %q leads out of the repository", AnnotationRef, ref), "documentation must lie in the entity's own repository")
		return
	}
	f.add(e, snap, dir)
}

// dirOf is the directory of dir:, which is relative to the catalog file, or to
// the root of the repository if it begins with a slash.
func dirOf(file, target string) string {
	if strings.HasPrefix(target, "/") {
		return path.Clean("./" + strings.TrimLeft(target, "/"))
	}
	return path.Join(path.Dir(file), target)
}

func isWeb(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// byAddress finds the repository and directory that url: names, as in
// https://host/acme/pay/tree/main/services/pay: the entity's own repository, or
// another one of the portal.
func (f *finder) byAddress(own *repofs.Snapshot, target string) (*repofs.Snapshot, string, bool) {
	if dir, ok := withinRepo(own, target); ok {
		return own, dir, true
	}
	for _, name := range sortedKeys(f.snaps) {
		if dir, ok := withinRepo(f.snaps[name], target); ok {
			return f.snaps[name], dir, true
		}
	}
	return nil, "", false
}

// withinRepo is the directory of an address within a repository.
func withinRepo(snap *repofs.Snapshot, target string) (dir string, ok bool) {
	target = strings.TrimRight(target, "/")
	if snap.WebURL == "" {
		return "", false
	}
	if strings.EqualFold(target, snap.WebURL) {
		return ".", true
	}
	file, ok := catalog.FileOfURL(snap.WebURL, snap.Branch, target+"/mkdocs.yml")
	return path.Dir(file), ok
}

// add makes a set of a directory that an entity claims.
func (f *finder) add(e *entity.Entity, snap *repofs.Snapshot, dir string) {
	s := Spec{Of: e.Ref, Title: e.Title(), Pos: e.Origin.Pos(), Snap: snap, Dir: dir, Config: configIn(snap, dir), Profile: f.opt.Profile, Prebuilt: isPrebuilt(snap, dir)}
	if s.Config == "" && !s.Prebuilt && !hasDir(snap, path.Join(dir, "docs")) && readmeIn(snap, dir) == "" {
		f.report(e, diag.Warning, CodeNoDocs, fmt.Sprintf("there is no mkdocs.yml, no docs directory and no README.md in %q", dir), "add one of them, or take the annotation "+AnnotationRef+" out")
		return
	}
	f.claimed[place{snap.Repo, dir}] = true
	f.specs = append(f.specs, s)
}

// configIn is the configuration of MkDocs in a directory, or "".
func configIn(snap *repofs.Snapshot, dir string) string {
	return firstOf(snap, dir, configNames[:]...)
}

// readmeIn is the README that TechDocs makes the first page of a set without
// one, or "".
func readmeIn(snap *repofs.Snapshot, dir string) string {
	return firstOf(snap, dir, "README.md", "readme.md")
}

func firstOf(snap *repofs.Snapshot, dir string, names ...string) string {
	for _, name := range names {
		if p := path.Join(dir, name); has(snap, p) {
			return p
		}
	}
	return ""
}

// beside gives a mkdocs.yml that nobody claims to the first Component of the
// catalog file beside it.
func (f *finder) beside(e *entity.Entity) {
	snap, dir := f.snaps[e.Origin.Repo], path.Dir(e.Origin.File)
	if snap == nil || e.Kind != entity.KindComponent || f.claimed[place{snap.Repo, dir}] || configIn(snap, dir) == "" {
		return
	}
	if e.Metadata.Annotations[AnnotationRef] == "" && e.Metadata.Annotations[AnnotationEntity] == "" {
		f.add(e, snap, dir)
	}
}

func (f *finder) report(e *entity.Entity, sev diag.Severity, code diag.Code, msg, hint string) {
	f.sink.Report(diag.Diagnostic{Pos: e.Origin.Pos(), Severity: sev, Code: code, Message: msg, Hint: hint, Entity: e.Ref.String()})
}
