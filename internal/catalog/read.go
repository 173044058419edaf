package catalog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
	"callboard/internal/schema"
	"callboard/internal/yamldoc"
)

// Limits of one repository.
const (
	MaxLocationDepth = 10     // Locations below each other
	MaxCatalogFiles  = 20_000 // catalog files, found and targeted
)

// The codes of what can be wrong with catalog files and their entities.
const (
	CodeNotEntity     = diag.Code("entity-not-an-object")
	CodeEnvelope      = diag.Code("entity-envelope")
	CodeFormat        = diag.Code("entity-format")
	CodeSchema        = diag.Code("entity-schema")
	CodeUnknownKind   = diag.Code("entity-kind-unknown")
	CodeRootField     = diag.Code("entity-root-field")
	CodeRefInvalid    = diag.Code("ref-invalid")
	CodeSkeleton      = diag.Code("entity-skeleton")
	CodeLinkUnsafe    = diag.Code("link-unsafe")
	CodeLocation      = diag.Code("location-target-missing")
	CodeOutside       = diag.Code("location-target-outside")
	CodeRemote        = diag.Code("location-target-remote")
	CodeLocationDepth = diag.Code("location-too-deep")
	CodePlaceholder   = diag.Code("placeholder-failed")
	CodeFile          = diag.Code("catalog-file-unreadable")
)

// kindSchemas are compiled once for the process; they are embedded, so that
// failing to compile them is a mistake of the program.
var kindSchemas = sync.OnceValues(schema.Kinds)

// Read reads the catalog files of a repository, and those that its Locations
// lead to, and returns the entities that Backstage would accept, in the order
// of their files and documents. It looks at the snapshot's list of files and
// reads through read only, so that a caller may note what was read. What is
// wrong with the files goes to the sink; unlike Backstage, where one bad
// document hides all others of its Location, only the document that is wrong is
// left out.
func Read(ctx context.Context, s *repofs.Snapshot, read repofs.ReadFunc, sink diag.Sink) ([]*entity.Entity, error) {
	schemas, err := kindSchemas()
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, snap: s, readFile: read, sink: sink, schemas: schemas, seen: map[string]bool{}}
	for _, f := range s.Files {
		if r.isEntry(f.Path) {
			if err := r.file(f.Path, 0); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(r.out, func(a, b *entity.Entity) int {
		if c := strings.Compare(a.Origin.File, b.Origin.File); c != 0 {
			return c
		}
		return a.Origin.Doc - b.Origin.Doc
	})
	return r.out, nil
}

// reader reads one repository.
type reader struct {
	ctx      context.Context
	snap     *repofs.Snapshot
	readFile repofs.ReadFunc
	sink     diag.Sink
	schemas  *schema.Set
	seen     map[string]bool
	out      []*entity.Entity
}

func (r *reader) isEntry(p string) bool {
	return slices.ContainsFunc(r.snap.Entries, func(g string) bool {
		ok, err := doublestar.Match(g, p)
		return err == nil && ok
	})
}

// file reads one catalog file, once, and then what its Locations lead to.
func (r *reader) file(p string, depth int) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if r.seen[p] || len(r.seen) >= MaxCatalogFiles {
		return nil
	}
	r.seen[p] = true
	at := diag.Pos{Repo: r.snap.Repo, File: p}
	src, err := r.readFile(p)
	if err != nil {
		at.Line, at.Col = 1, 1
		r.sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: CodeFile, Message: "the catalog file cannot be read: " + reason(err)})
		return nil
	}
	var targets []locationTarget
	for _, d := range yamldoc.Parse(src, at, r.sink) {
		if e := r.document(d, p); e != nil {
			r.out = append(r.out, e)
			targets = append(targets, r.targets(e, d)...)
		}
	}
	for _, t := range targets {
		if err := r.follow(t, depth); err != nil {
			return err
		}
	}
	return nil
}

// reason is an error without the path of this machine that it may hold.
func reason(err error) string {
	switch pe, ok := errors.AsType[*fs.PathError](err); {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case ok:
		return pe.Err.Error()
	}
	return err.Error()
}

// locationTarget is something that a Location leads to.
type locationTarget struct {
	target   string
	isURL    bool
	optional bool
	from     string // the Location's file
	pos      diag.Pos
	ref      entity.Ref
}

// targets are those of a Location, from spec.target and spec.targets.
func (r *reader) targets(e *entity.Entity, d *yamldoc.Doc) []locationTarget {
	if e.Kind != entity.KindLocation {
		return nil
	}
	var out []locationTarget
	add := func(v any, path ...any) {
		t, ok := v.(string)
		if !ok || t == "" {
			return
		}
		typ := e.SpecString("type")
		out = append(out, locationTarget{
			target: t, from: e.Origin.File, ref: e.Ref, pos: d.Pos(path...),
			isURL:    typ == "url" || strings.HasPrefix(t, "https://") || strings.HasPrefix(t, "http://"),
			optional: e.SpecString("presence") == "optional",
		})
	}
	add(e.Spec["target"], "spec", "target")
	list, _ := e.Spec["targets"].([]any)
	for i, v := range list {
		add(v, "spec", "targets", i)
	}
	return out
}

// follow reads the files a target leads to: a path or a glob relative to the
// Location's file, or from the repository's root if it begins with a slash.
func (r *reader) follow(t locationTarget, depth int) error {
	if depth >= MaxLocationDepth {
		r.say(t, diag.Warning, CodeLocationDepth, fmt.Sprintf("Locations are more than %d deep; %q is not read", MaxLocationDepth, t.target), "")
		return nil
	}
	target, ok := r.localPath(t)
	if !ok {
		return nil
	}
	if !strings.ContainsAny(target, "*?[{") {
		if _, found := r.snap.Lookup(target); !found {
			r.missing(t, "there is no such file in the repository")
			return nil
		}
		return r.file(target, depth+1)
	}
	return r.followGlob(t, target, depth)
}

func (r *reader) followGlob(t locationTarget, glob string, depth int) error {
	if !doublestar.ValidatePattern(glob) {
		r.missing(t, "the pattern is not valid")
		return nil
	}
	hits := 0
	for _, f := range r.snap.Files {
		if ok, err := doublestar.Match(glob, f.Path); err != nil || !ok {
			continue
		}
		hits++
		if err := r.file(f.Path, depth+1); err != nil {
			return err
		}
	}
	if hits == 0 {
		r.missing(t, "no file of the repository matches")
	}
	return nil
}

// localPath is the path in the repository of a target, if it leads there.
func (r *reader) localPath(t locationTarget) (string, bool) {
	var p string
	switch {
	case t.isURL && (strings.HasPrefix(t.target, "https://") || strings.HasPrefix(t.target, "http://")):
		rest, ok := fileOfURL(r.snap.WebURL, r.snap.Branch, t.target)
		if !ok {
			r.say(t, diag.Info, CodeRemote, fmt.Sprintf("the target %q lies outside this repository and is not read", t.target), "add its repository as a source")
			return "", false
		}
		p = rest
	case strings.HasPrefix(t.target, "/"):
		p = path.Clean(strings.TrimLeft(t.target, "/"))
	default:
		p = path.Join(path.Dir(t.from), t.target)
	}
	if p == ".." || strings.HasPrefix(p, "../") || path.IsAbs(p) {
		r.say(t, diag.Error, CodeOutside, fmt.Sprintf("the target %q leads out of the repository", t.target), "a repository may name its own files only")
		return "", false
	}
	return p, true
}

// fileOfURL is the path of a file in a repository at webURL, of an address as
// code hosts show it: …/blob/main/dir/file, …/-/blob/main/…, …/src/branch/main/….
func fileOfURL(webURL, branch, address string) (string, bool) {
	rest, ok := strings.CutPrefix(address, webURL+"/")
	if webURL == "" || !ok {
		return "", false
	}
	rest, _, _ = strings.Cut(rest, "?")
	rest = strings.TrimPrefix(rest, "-/")
	for _, form := range []string{"blob/", "tree/", "raw/", "src/branch/", "src/"} {
		after, found := strings.CutPrefix(rest, form)
		if !found {
			continue
		}
		if p, found := strings.CutPrefix(after, branch+"/"); found && branch != "" {
			return path.Clean(p), true
		}
		_, p, found := strings.Cut(after, "/")
		return path.Clean(p), found
	}
	return "", false
}

func (r *reader) missing(t locationTarget, why string) {
	if !t.optional {
		r.say(t, diag.Error, CodeLocation, fmt.Sprintf("the target %q cannot be read: %s", t.target, why), "write the path relative to this file, or set presence: optional")
	}
}

func (r *reader) say(t locationTarget, sev diag.Severity, code diag.Code, msg, hint string) {
	r.sink.Report(diag.Diagnostic{Pos: t.pos, Severity: sev, Code: code, Message: msg, Hint: hint, Entity: t.ref.String()})
}
