package catalog

import (
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// Verdict is what became of one YAML document of a catalog file, as the real
// validator would have it.
type Verdict struct {
	Repo, File string
	// Doc is the document's number in the file, from zero. A file that could not
	// be read as YAML at all has one verdict, of document 0.
	Doc int
	// First and Last are the lines of the document in its file, from 1; both are
	// zero for a file that could not be read.
	First, Last int
	// Ref is the entity's full reference, as far as it can be told.
	Ref string
	// Accepted tells whether Backstage takes the document: it is an entity
	// without fault, or empty and passed over.
	Accepted bool
	// Left is why the document is not in the catalog although nothing in it needs
	// to be wrong: LeftEmpty, LeftSkeleton, or "".
	Left string
}

// Why documents are left out of a catalog.
const (
	LeftEmpty    = "empty"
	LeftSkeleton = "skeleton" // of a template
)

// Witness is a Sink that is also told what became of every document. Read asks
// the sink whether it is one. Skeletons that are left out unread are read and
// judged for a Witness alone.
type Witness interface {
	diag.Sink
	Document(Verdict)
}

// note remembers what became of a document.
func (r *reader) note(f *reading, d *yamldoc.Doc, e *entity.Entity) {
	if r.witness == nil {
		return
	}
	v := Verdict{Repo: r.snap.Repo, File: f.path, Doc: d.Index, Accepted: e != nil}
	v.First, v.Last = d.Lines()
	switch value, _ := d.Value.(map[string]any); {
	case e != nil:
		v.Ref = e.Ref.String()
	case d.Value == nil && !d.Invalid:
		v.Accepted, v.Left = true, LeftEmpty
	default:
		v.Ref = (&document{value: value}).name()
		if d.Invalid && isSkeletonText(d.Text) || !d.Invalid && isSkeleton(value) {
			v.Left = LeftSkeleton
		}
	}
	f.verdicts = append(f.verdicts, v)
}

// noteUnread remembers that nothing of a file could be read.
func (r *reader) noteUnread(f *reading) {
	if r.witness != nil {
		f.verdicts = append(f.verdicts, Verdict{Repo: r.snap.Repo, File: f.path})
	}
}

// testify tells the witness of the documents of a file.
func (r *reader) testify(f *reading, left string) {
	for _, v := range f.verdicts {
		if left != "" {
			v.Left = left
		}
		r.witness.Document(v)
	}
}

// judgeSkipped judges the documents of a file that is not read otherwise. What
// is wrong with it is nobody's to repair.
func (r *reader) judgeSkipped(path string) {
	if r.witness == nil {
		return
	}
	f := &reading{visit: visit{path: path}}
	r.parse(f, func(*yamldoc.Doc, *entity.Entity) {})
	r.testify(f, LeftSkeleton)
}
