package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	MaxLocationDepth    = 10       // Locations below each other
	MaxCatalogFiles     = 20_000   // catalog files, found and targeted
	MaxPlaceholderBytes = 8 << 20  // of a file that a placeholder names
	MaxPlaceholders     = 64 << 20 // bytes of all placeholders, each use counted
	MaxFindings         = 100      // diagnostics on one document
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
	CodeBranch        = diag.Code("location-target-branch")
	CodeLocationDepth = diag.Code("location-too-deep")
	CodeTooManyFiles  = diag.Code("catalog-too-many-files")
	CodePlaceholder   = diag.Code("placeholder-failed")
	CodeFile          = diag.Code("catalog-file-unreadable")
	CodeEmpty         = diag.Code("catalog-file-empty")
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
// left out. The error is that of a context that was cancelled.
func Read(ctx context.Context, s *repofs.Snapshot, read repofs.ReadFunc, sink diag.Sink) ([]*entity.Entity, error) {
	return (*Model)(nil).Read(ctx, s, read, sink)
}

// Read is Read of a catalog that may have kinds of its own.
func (m *Model) Read(ctx context.Context, s *repofs.Snapshot, read repofs.ReadFunc, sink diag.Sink) ([]*entity.Entity, error) {
	return m.ReadWith(ctx, s, read, nil, sink)
}

// ReadWith is Read with something that is done to every document between the
// resolution of its placeholders and the checks; nil does nothing.
func (m *Model) ReadWith(ctx context.Context, s *repofs.Snapshot, read repofs.ReadFunc, process Process, sink diag.Sink) ([]*entity.Entity, error) {
	return m.ReadBeyond(ctx, s, read, process, nil, sink)
}

// ReadBeyond is ReadWith of a repository that is read together with others. b
// may be nil, and is filled in otherwise.
func (m *Model) ReadBeyond(ctx context.Context, s *repofs.Snapshot, read repofs.ReadFunc, process Process, b *Beyond, sink diag.Sink) ([]*entity.Entity, error) {
	schemas, err := kindSchemas()
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, snap: s, readFile: read, sink: sink, schemas: schemas, model: m, process: process, beyond: b, seen: map[string]bool{}}
	r.witness, _ = sink.(Witness)
	r.refusals, _ = sink.(Refusals)
	r.begin()
	// Breadth first: what is both found and targeted counts as found, so that
	// the limit on depth does not depend on the order of names.
	for len(r.queue) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v := r.queue[0]
		r.queue = r.queue[1:]
		r.file(v)
	}
	return r.result(), nil
}

// begin notes the files that are read in any case: those that are found by their
// names, or those that Locations of other repositories lead to.
func (r *reader) begin() {
	if r.beyond != nil && r.beyond.Visits != nil {
		r.beginVisits()
		return
	}
	last := ""
	for _, f := range r.snap.Files {
		if dir := yamlDirectory(f.Path); dir != last {
			last = dir
			r.refuseDirectory(dir)
		}
		if r.isEntry(f.Path) && !r.leaveSkeleton(f.Path) {
			r.enqueue(visit{path: f.Path})
		}
	}
}

// yamlDirectory is the first directory of a path that is called as a file of YAML
// is, "" if none is.
func yamlDirectory(p string) string {
	for at := 0; ; at++ {
		n := strings.IndexByte(p[at:], '/')
		if n < 0 {
			return ""
		}
		at += n
		if dir := p[:at]; strings.HasSuffix(dir, ".yaml") || strings.HasSuffix(dir, ".yml") {
			return dir
		}
	}
}

// refuseDirectory says that a directory has the name of a catalog file. What is in
// it is read as anywhere else.
func (r *reader) refuseDirectory(dir string) {
	if dir != "" && r.isEntry(dir) {
		r.sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: r.snap.Repo, File: dir, Line: 1, Col: 1}, Severity: diag.Error, Code: CodeFile,
			Message: "the catalog file cannot be read: it is a directory", Hint: "put the file in its place, or call the directory something else"})
	}
}

// visit is a catalog file to be read.
type visit struct {
	path  string
	depth int    // Locations above it; 0 for a file that was found by its name
	root  string // the file at the top of these Locations, "" for itself
	// rootAt is where that is if it is in another repository, as entity.Origin has
	// it; root is then "".
	rootAt string
}

// reading is what a catalog file gave.
type reading struct {
	visit
	entities []*entity.Entity
	findings diag.List
	verdicts []Verdict // for a Witness
	leads    []Lead    // to other repositories
}

// reader reads one repository.
type reader struct {
	ctx      context.Context // of the reading, for those that process its documents
	snap     *repofs.Snapshot
	readFile repofs.ReadFunc
	sink     diag.Sink
	witness  Witness  // the sink, or nil
	refusals Refusals // the sink, or nil
	schemas  *schema.Set
	model    *Model
	process  Process
	beyond   *Beyond // or nil
	seen     map[string]bool
	queue    []visit
	files    []*reading
	skipped  []string // skeletons that were passed over by their path
	searched int      // files looked at for ones that were moved
	matches  int      // files compared with patterns of Locations so far
	led      int      // targets in other repositories so far
	filled   int      // bytes of placeholders so far
}

func (r *reader) isEntry(p string) bool {
	return slices.ContainsFunc(r.snap.Entries, func(g string) bool {
		return g == p || doublestar.MatchUnvalidated(g, p)
	})
}

// enqueue notes a catalog file, once. It reports false when there are too many.
func (r *reader) enqueue(v visit) bool {
	if r.seen[v.path] {
		return true
	}
	if len(r.seen) == MaxCatalogFiles {
		r.sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: r.snap.Repo, File: v.path, Line: 1, Col: 1}, Severity: diag.Error, Code: CodeTooManyFiles,
			Message: fmt.Sprintf("the repository has more than %d catalog files; the rest is left out", MaxCatalogFiles), Hint: "narrow catalog.entries, or the globs of Locations"})
	}
	r.seen[v.path] = len(r.seen) < MaxCatalogFiles
	if r.seen[v.path] {
		r.queue = append(r.queue, v)
	}
	return r.seen[v.path]
}

// file reads one catalog file and notes what its Locations lead to.
func (r *reader) file(v visit) {
	f := &reading{visit: v}
	r.files = append(r.files, f)
	r.parse(f, func(d *yamldoc.Doc, e *entity.Entity) {
		f.entities = append(f.entities, e)
		r.targets(e, d, f)
		r.met(d, e)
	})
}

// parse reads the documents of a file and calls each with those that are
// entities. A document is good until each returns.
func (r *reader) parse(f *reading, each func(*yamldoc.Doc, *entity.Entity)) {
	at := diag.Pos{Repo: r.snap.Repo, File: f.path}
	src, err := r.readFile(f.path)
	if err != nil {
		at.Line, at.Col = 1, 1
		f.findings.Report(diag.Diagnostic{Pos: at, Severity: diag.Error, Code: CodeFile, Message: "the catalog file cannot be read: " + reason(err), Hint: readable(err)})
		r.noteUnread(f)
		return
	}
	any := false
	for d := range yamldoc.Each(src, at, &f.findings) {
		any = true
		e := r.document(d, f)
		r.note(f, d, e)
		if e != nil {
			each(d, e)
		}
	}
	switch at.Line, at.Col = 1, 1; {
	case any:
	case len(f.findings.All()) > 0:
		r.noteUnread(f)
	default:
		f.findings.Report(diag.Diagnostic{Pos: at, Severity: diag.Info, Code: CodeEmpty, Message: "the catalog file holds no document", Hint: "describe an entity in it, or remove it"})
	}
}

// result gathers what the files gave, without the skeletons of templates.
func (r *reader) result() []*entity.Entity {
	slices.SortFunc(r.files, func(a, b *reading) int { return cmp.Compare(a.path, b.path) })
	skeletons := r.skeletonDirs()
	for _, p := range r.skipped {
		if !r.seen[p] { // no Location leads to it
			r.saySkeleton(p)
			r.judgeSkipped(p, LeftSkeleton)
		}
	}
	if r.beyond == nil || r.beyond.Visits == nil {
		r.judgeWanted()
	}
	var out []*entity.Entity
	for _, f := range r.files {
		if f.depth == 0 && within(f.path, skeletons) {
			r.saySkeleton(f.path)
			r.testify(f, LeftSkeleton)
			continue
		}
		r.testify(f, "")
		for _, d := range f.findings.All() {
			r.sink.Report(d)
		}
		out = append(out, f.entities...)
		r.tellBeyond(f)
	}
	return out
}

// readable is what makes a file readable that was not for err.
func readable(err error) string {
	if _, ok := errors.AsType[*repofs.TooLargeError](err); ok {
		return "divide it into files of a few entities each"
	}
	if errors.Is(err, fs.ErrPermission) {
		return "let the user who runs callboard read it"
	}
	return "see whether it is still there and can be opened"
}

// reason is an error without the path of this machine that it may hold.
func reason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "there is no such file"
	}
	if large, ok := errors.AsType[*repofs.TooLargeError](err); ok {
		return fmt.Sprintf("its %d bytes are more than the limit of %d", large.Size, int64(repofs.MaxRead))
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
