package catalog

import (
	"slices"

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
	// to be wrong: LeftEmpty, LeftSkeleton, LeftUnnamed or "".
	Left string
	// Codes are those of the findings on a document about which nothing is
	// reported, because its file is left out. Others have theirs in the sink.
	Codes []diag.Code
}

// Why documents are left out of a catalog.
const (
	LeftEmpty    = "empty"
	LeftSkeleton = "skeleton" // of a template
	LeftUnnamed  = "unnamed"  // no pattern and no Location names the file
)

// Witness is a Sink that is also told what became of every document. Read asks
// the sink whether it is one. Skeletons that are left out unread are read and
// judged for a Witness alone, and so are the files that it wants and that are no
// catalog files.
type Witness interface {
	diag.Sink
	Document(Verdict)
	Wants(path string) bool
}

// Refusals is a Sink that is also given the entities that are left out because
// something is wrong with them. Their values may be of any types.
type Refusals interface {
	diag.Sink
	Refused(*entity.Entity)
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

// testify tells the witness of the documents of a file, which is left out for
// the reason left unless that is "".
func (r *reader) testify(f *reading, left string) {
	if len(f.verdicts) == 0 {
		return
	}
	if left != "" {
		f.tellCodes()
	}
	for _, v := range f.verdicts {
		if v.Left == "" {
			v.Left = left
		}
		r.witness.Document(v)
	}
}

// tellCodes gives each verdict the codes of the findings on its document.
func (f *reading) tellCodes() {
	for _, d := range f.findings.All() {
		at := len(f.verdicts) - 1
		for at > 0 && f.verdicts[at].First > d.Pos.Line {
			at--
		}
		if v := &f.verdicts[at]; !slices.Contains(v.Codes, d.Code) {
			v.Codes = append(v.Codes, d.Code)
			slices.Sort(v.Codes)
		}
	}
}

// judgeSkipped judges the documents of a file that is left out. What is wrong
// with it is nobody's to repair.
func (r *reader) judgeSkipped(path, left string) {
	if r.witness == nil {
		return
	}
	f := &reading{visit: visit{path: path}}
	r.parse(f, func(*yamldoc.Doc, *entity.Entity) {})
	r.testify(f, left)
}

// judgeWanted judges the files that the witness wants to know of beside the
// catalog files.
func (r *reader) judgeWanted() {
	if r.witness == nil {
		return
	}
	for _, f := range r.snap.Files {
		if _, skipped := slices.BinarySearch(r.skipped, f.Path); !skipped && !r.seen[f.Path] && r.witness.Wants(f.Path) {
			r.judgeSkipped(f.Path, LeftUnnamed)
		}
	}
}
