package build

import (
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/docs/prepare"
	"callboard/internal/markdown"
	"callboard/internal/repofs"
)

// A page may hold other files and variables. What it depends on beside its own
// file is known when it has been rendered; it is kept with the page, and looked
// at before the page is taken from the cache.

// pageRecord is what is kept of a page.
type pageRecord struct {
	markdown.Doc
	Deps dependencies `json:",omitzero"`
	// Drawings are the keys of its diagrams in the set's pack.
	Drawings []digest.Sum `json:",omitempty"`
}

// dependencies are what a page depends on beside its own file and the
// configuration.
type dependencies struct {
	// Reads are the files it read, or looked for.
	Reads []prepare.Read `json:"r,omitempty"`
	// Listing is that of the snapshot, if it asked which files there are.
	Listing digest.Sum `json:"l,omitzero"`
	// Revisioned tells that it asked for the snapshot's revision.
	Revisioned bool   `json:"w,omitempty"`
	Revision   string `json:"v,omitempty"`
}

func dependenciesOf(snap *repofs.Snapshot, text *prepare.Prepared, files *prepare.Files) dependencies {
	d := dependencies{Reads: files.Reads()}
	if files.Listed() {
		d.Listing = snap.Listing()
	}
	if text.Revisioned {
		d.Revisioned, d.Revision = true, snap.Revision
	}
	return d
}

func (d dependencies) isZero() bool {
	return d.Reads == nil && d.Listing.IsZero() && !d.Revisioned
}

// current tells whether all is as it was.
func (d dependencies) current(snap *repofs.Snapshot) bool {
	return prepare.Current(snap, d.Reads) && (d.Listing.IsZero() || d.Listing == snap.Listing()) && (!d.Revisioned || d.Revision == snap.Revision)
}

// key is a page's key together with what it depends on.
func (d dependencies) key(own digest.Sum) digest.Sum {
	if d.isZero() {
		return own
	}
	return digest.New("prepared/1").Add(own).JSON(d).Sum()
}

// prepared is a page's text for Markdown.
func prepared(plan *docs.Plan, src string, source []byte, files *prepare.Files) *prepare.Prepared {
	p := plan.Preparer()
	if p == nil {
		return &prepare.Prepared{Text: source}
	}
	text := p.Page(plan.PreparePage(src), source, files)
	return &text
}

// inPlace gives what was found in a page's text the lines of its file, and adds
// what was found before.
func inPlace(d *markdown.Doc, text *prepare.Prepared) *markdown.Doc {
	if text.Lines != nil {
		for n := range d.Links {
			d.Links[n].Line = text.Line(d.Links[n].Line)
		}
		for n := range d.Diagnostics {
			d.Diagnostics[n].Pos.Line = text.Line(d.Diagnostics[n].Pos.Line)
		}
	}
	d.Diagnostics = diag.Sort(append(d.Diagnostics, text.Diagnostics...))
	return d
}
