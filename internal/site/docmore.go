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

// docTags are the tags of page i, and the list of tags if the page has one.
func (s *Site) docTags(set *docs.Set, i int) (own, all []DocTag) {
	page := &set.Pages[i]
	for n, tag := range set.Tags {
		listed := DocTag{Name: tag.Name, ID: tagID(n)}
		for _, at := range tag.Pages {
			if at == i {
				own = append(own, DocTag{Name: tag.Name, URL: s.tagURL(set, page, n)})
			}
			if page.Lists(tag.Name, &set.Pages[at]) {
				listed.Pages = append(listed.Pages, *s.docLink(set, at))
			}
		}
		if len(listed.Pages) > 0 {
			all = append(all, listed)
		}
	}
	return own, all
}

// tagURL is where a tag of a page is listed, "" for nowhere.
func (s *Site) tagURL(set *docs.Set, page *docs.Page, tag int) string {
	for _, at := range set.TagPages {
		if p := &set.Pages[at]; p.Lists(set.Tags[tag].Name, page) {
			return s.docsURL(set.Of, p.Path) + "#" + tagID(tag)
		}
	}
	return ""
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
