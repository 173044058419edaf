package docs

import (
	"fmt"
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
	AnnotationRef    = "backstage.io/techdocs-ref"
	AnnotationEntity = "backstage.io/techdocs-entity"
)

// Codes of what can be wrong with a documentation set.
const (
	CodeRefInvalid  = diag.Code("techdocs-ref-invalid")
	CodeRefRemote   = diag.Code("techdocs-ref-remote")
	CodeNoDocs      = diag.Code("docs-missing")
	CodeConfig      = diag.Code("mkdocs-invalid")
	CodeUnsupported = diag.Code("mkdocs-unsupported")
	CodeNav         = diag.Code("docs-nav-missing")
	CodeLink        = diag.Code("docs-link-broken")
	CodeAnchor      = diag.Code("docs-anchor-missing")
	CodeAsset       = diag.Code("docs-asset-refused")
	CodePath        = diag.Code("docs-path-invalid")
)

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
}

// configNames are the names of MkDocs' configuration in the order in which
// Backstage's techdocs-node looks for them.
var configNames = [...]string{"mkdocs.yaml", "mkdocs.yml"}

// Find lists the documentation sets of a catalog, by reference. With auto, a
// mkdocs.yml beside a catalog file belongs to the first Component in that file,
// if no entity of the file claims it by annotation.
func Find(c *catalog.Catalog, snaps map[string]*repofs.Snapshot, auto bool, sink diag.Sink) []Spec {
	f := finder{snaps: snaps, sink: sink, claimed: map[string]bool{}}
	for _, e := range c.Entities() {
		if ref, ok := e.Metadata.Annotations[AnnotationRef]; ok {
			f.annotated(e, ref)
		}
	}
	if auto {
		for _, e := range c.Entities() {
			f.beside(e)
		}
	}
	slices.SortFunc(f.specs, func(a, b Spec) int { return a.Of.Compare(b.Of) })
	return f.specs
}

type finder struct {
	snaps   map[string]*repofs.Snapshot
	sink    diag.Sink
	specs   []Spec
	claimed map[string]bool // repository + directory
}

func (f *finder) annotated(e *entity.Entity, ref string) {
	snap := f.snaps[e.Origin.Repo]
	typ, target, ok := strings.Cut(ref, ":")
	typ, target = strings.TrimSpace(typ), strings.TrimSpace(target)
	if snap == nil {
		return
	}
	dir := ""
	switch {
	case ok && typ == "dir":
		dir = path.Join(path.Dir(e.Origin.File), target)
	case ok && typ == "url":
		var within bool
		if dir, within = withinRepo(snap, target); !within {
			f.report(e, diag.Info, CodeRefRemote, fmt.Sprintf("the documentation at %q is in another place than this repository and is not read", target), "use dir: for documentation in the same repository")
			return
		}
	default:
		f.report(e, diag.Error, CodeRefInvalid, fmt.Sprintf("%s %q is neither dir: nor url:", AnnotationRef, ref), `write "dir:." when mkdocs.yml lies beside the catalog file`)
		return
	}
	if !inside(dir) {
		f.report(e, diag.Error, CodeRefInvalid, fmt.Sprintf("%s %q leads out of the repository", AnnotationRef, ref), "documentation must lie in the entity's own repository")
		return
	}
	f.add(e, snap, dir, true)
}

// inside tells whether a cleaned relative path stays below the root.
func inside(p string) bool {
	return p != ".." && !strings.HasPrefix(p, "../") && !path.IsAbs(p)
}

// withinRepo takes a url: target apart if it lies in the repository itself, as
// in https://host/acme/pay/tree/main/services/pay.
func withinRepo(snap *repofs.Snapshot, target string) (dir string, ok bool) {
	if snap.WebURL == "" {
		return "", false
	}
	rest, ok := strings.CutPrefix(target, snap.WebURL)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	rest = strings.TrimPrefix(strings.Trim(rest, "/"), "-/")
	for _, form := range []string{"tree/", "blob/", "src/branch/", "src/"} {
		if after, found := strings.CutPrefix(rest, form); found {
			if sub, found := strings.CutPrefix(after, snap.Branch+"/"); found && snap.Branch != "" {
				return path.Clean(sub), true
			}
			_, sub, _ := strings.Cut(after, "/")
			return path.Clean("./" + sub), true
		}
	}
	return path.Clean("./" + rest), true
}

func (f *finder) add(e *entity.Entity, snap *repofs.Snapshot, dir string, complain bool) {
	s := Spec{Of: e.Ref, Title: e.Title(), Pos: e.Origin.Pos(), Snap: snap, Dir: dir}
	for _, name := range configNames {
		if p := path.Join(dir, name); has(snap, p) {
			s.Config = p
			break
		}
	}
	if s.Config == "" && len(snap.Under(path.Join(dir, "docs"))) == 0 {
		if complain {
			f.report(e, diag.Warning, CodeNoDocs, fmt.Sprintf("there is neither a mkdocs.yml nor a docs directory in %q", dir), "add them, or take the annotation "+AnnotationRef+" out")
		}
		return
	}
	f.claimed[snap.Repo+"\x00"+dir] = true
	f.specs = append(f.specs, s)
}

func has(snap *repofs.Snapshot, p string) bool {
	_, ok := snap.Lookup(p)
	return ok
}

// beside gives a mkdocs.yml that nobody claims to the first Component of the
// catalog file beside it.
func (f *finder) beside(e *entity.Entity) {
	dir := path.Dir(e.Origin.File)
	snap := f.snaps[e.Origin.Repo]
	if snap == nil || e.Kind != entity.KindComponent || f.claimed[snap.Repo+"\x00"+dir] || e.Metadata.Annotations[AnnotationRef] != "" || e.Metadata.Annotations[AnnotationEntity] != "" {
		return
	}
	if has(snap, path.Join(dir, configNames[0])) || has(snap, path.Join(dir, configNames[1])) {
		f.add(e, snap, dir, false)
	}
}

func (f *finder) report(e *entity.Entity, sev diag.Severity, code diag.Code, msg, hint string) {
	f.sink.Report(diag.Diagnostic{Pos: e.Origin.Pos(), Severity: sev, Code: code, Message: msg, Hint: hint, Entity: e.Ref.String()})
}
