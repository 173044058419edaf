package catalog

import (
	"cmp"
	"maps"
	"path"

	"callboard/internal/entity"
	"callboard/internal/lazyregexp"
)

// The annotations that the catalog makes.
const (
	ManagedBy       = "backstage.io/managed-by-location"
	ManagedByOrigin = "backstage.io/managed-by-origin-location"
	ViewURL         = "backstage.io/view-url"
	EditURL         = "backstage.io/edit-url"
	SourceLocation  = "backstage.io/source-location"
)

// commitHash finds what Backstage takes for a commit in an address, which then
// cannot be edited.
var commitHash = lazyregexp.New(`\b[0-9a-f]{40,}\b`)

// Derived are the annotations that Backstage adds to an entity of a repository
// (ProcessorOutputCollector and AnnotateLocationEntityProcessor). webURL and
// branch are those of the repository's snapshot; without them the entity counts
// as read from a file, which has no addresses. Of these, what the author wrote
// stands; where the entity is managed is never the author's to say. Nothing is
// ever an orphan here: a catalog is made of the files that there are.
func Derived(e *entity.Entity, webURL, branch string) map[string]string {
	at := func(file string) string { return locationOf(e.Origin.Repo, webURL, branch, file) }
	out := map[string]string{ManagedBy: at(e.Origin.File), ManagedByOrigin: cmp.Or(e.Origin.RootAt, at(cmp.Or(e.Origin.Root, e.Origin.File)))}
	l := LinksOf(webURL, branch, e.Origin.File)
	if l.View == "" {
		return out
	}
	if commitHash.MatchString(l.View) {
		l.Edit = ""
	}
	for k, v := range map[string]string{ViewURL: l.View, EditURL: l.Edit, SourceLocation: "url:" + l.Source} {
		if _, own := e.Metadata.Annotations[k]; !own && v != "" {
			out[k] = v
		}
	}
	return out
}

// locationOf is a file as Backstage writes it in managed-by-location.
func locationOf(repo, webURL, branch, file string) string {
	if l := LinksOf(webURL, branch, file); l.View != "" {
		return "url:" + l.View
	}
	return "file:" + path.Join(repo, file)
}

// ExportAt is Export with the annotations that Derived gives.
func (c *Catalog) ExportAt(e *entity.Entity, webURL, branch string) Exported {
	x := c.Export(e)
	annotations := anyMap(e.Metadata.Annotations)
	maps.Copy(annotations, anyMap(Derived(e, webURL, branch)))
	x.Metadata["annotations"] = annotations
	return x
}
