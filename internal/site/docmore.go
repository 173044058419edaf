package site

import (
	"net/url"
	"strconv"

	"callboard/internal/docs"
	"callboard/internal/entity"
)

// DocTag is a tag of a documentation set: on a page that has it, with the address
// of the list of all tags if there is one; on that list, with its pages.
type DocTag struct {
	Name, ID, URL string
	Pages         []Link
}

// tagID is the id of a tag in the list of tags; n is its place in the set's.
func tagID(n int) string { return "cb-tag-" + strconv.Itoa(n) }

// tags are those of page i, and the list of all if the page is to show it.
func (s *Site) docTags(set *docs.Set, i int) (own, all []DocTag) {
	for n, tag := range set.Tags {
		t := DocTag{Name: tag.Name, ID: tagID(n)}
		for _, at := range tag.Pages {
			if at == i {
				x := DocTag{Name: tag.Name}
				if set.TagsPage >= 0 {
					x.URL = s.docsURL(set.Of, set.Pages[set.TagsPage].Path) + "#" + t.ID
				}
				own = append(own, x)
			}
			if i == set.TagsPage {
				t.Pages = append(t.Pages, *s.docLink(set, at))
			}
		}
		if i == set.TagsPage {
			all = append(all, t)
		}
	}
	return own, all
}

// versions are the other versions of a set that stands alone, which lie beside it
// as mike puts them there.
func (s *Site) versions(set *docs.Set) []Link {
	if !s.alone {
		return nil
	}
	var out []Link
	for _, v := range set.Versions {
		out = append(out, Link{v.Title, s.base + "../" + url.PathEscape(v.Dir) + "/"})
	}
	return out
}

// Redirect is the page at an address that leads somewhere else; its path is zero
// if it cannot have one.
func (d *DocPages) Redirect(r docs.Redirect) Page {
	path, err := d.s.docPath(d.set.Of, r.Path)
	if err != nil {
		return Page{}
	}
	s := d.s.from(path)
	v := Redirect{Chrome: s.docChrome(d.set, "Moved", path), To: r.URL}
	if r.Page >= 0 {
		v.To = s.docsURL(d.set.Of, d.set.Pages[r.Page].Path)
		if r.Fragment != "" {
			v.To += "#" + url.PathEscape(r.Fragment)
		}
		v.Chrome.Canonical = ""
	}
	return Page{Path: path, View: v, From: []entity.Ref{d.set.Of}}
}
