package catalog

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/yamldoc"
)

// Beyond is what the reading of a repository has to do with others that are read
// with it. Without one, what leads to other repositories is reported as not read.
type Beyond struct {
	// Visits, if there are any, are read in place of the repository's catalog
	// files: Locations of others lead to them.
	Visits []Visit
	// Taken are the files that have been read before, and are not read again.
	Taken []string
	// Met, if not nil, is called for every entity as it is read, and for those that
	// are left out because something is wrong with them, with the document it stands
	// in. The document is good until Met returns. A file that turns out later to be
	// the skeleton of a template gives entities to Met that Read does not return.
	Met func(d *yamldoc.Doc, e *entity.Entity)

	// Leads are the targets that may lie in other repositories.
	Leads []Lead
	// Read are the catalog files that were read, without the skeletons that were
	// left out.
	Read []string
}

// Visit is a file that a Location of another repository leads to.
type Visit struct {
	Path string
	// Depth is how many Locations are above it.
	Depth int
	// RootAt is where the file at the top of these is, as entity.Origin has it.
	RootAt string
}

// Lead is the target of a Location that is in no file of its repository.
type Lead struct {
	// Target is the address, as written.
	Target string `json:"target"`
	// Optional is set when it may be missing.
	Optional bool `json:"optional,omitempty"`
	// Depth is how many Locations are above what it leads to, RootAt where the file
	// at the top of these is.
	Depth  int    `json:"depth"`
	RootAt string `json:"rootAt"`
	// Pos is where the target is written, Location the reference of the entity.
	Pos      diag.Pos `json:"pos"`
	Location string   `json:"location"`
}

// leave notes a target that is not in the repository.
func (r *reader) leave(l location) {
	x := Lead{Target: l.target, Optional: l.optional, Depth: l.depth, RootAt: l.rootAt, Pos: l.pos, Location: l.ref.String()}
	if r.beyond == nil {
		l.say(x.remote())
		return
	}
	if r.led++; r.led > MaxCatalogFiles {
		if r.led == MaxCatalogFiles+1 {
			l.say(diag.Error, CodeTooManyFiles, fmt.Sprintf("the repository's Locations have more than %d targets in other repositories; this one and the next are not read", MaxCatalogFiles), "let each repository name its own files")
		}
		return
	}
	if x.RootAt == "" {
		x.RootAt = locationOf(r.snap.Repo, r.snap.WebURL, r.snap.Branch, l.root)
	}
	l.of.leads = append(l.of.leads, x)
}

func (x Lead) remote() (diag.Severity, diag.Code, string, string) {
	return diag.Info, CodeRemote, fmt.Sprintf("the target %q lies outside this repository and is not read", x.Target), "add its repository as a source"
}

func (r *reader) beginVisits() {
	for _, p := range r.beyond.Taken {
		r.seen[p] = true
	}
	for _, v := range r.beyond.Visits {
		r.enqueue(visit{path: v.Path, depth: v.Depth, rootAt: v.RootAt})
	}
}

// met passes on an entity as it is read.
func (r *reader) met(d *yamldoc.Doc, e *entity.Entity) {
	if r.beyond != nil && r.beyond.Met != nil {
		r.beyond.Met(d, e)
	}
}

// tellBeyond notes what others need to know of a file that was read.
func (r *reader) tellBeyond(f *reading) {
	if r.beyond != nil {
		r.beyond.Leads = append(r.beyond.Leads, f.leads...)
		r.beyond.Read = append(r.beyond.Read, f.path)
	}
}
