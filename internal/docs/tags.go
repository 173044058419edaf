package docs

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"callboard/internal/markdown"
)

// Tag is a word that pages of a set have in their front matter.
type Tag struct {
	Name string
	// Pages are indices into the set's Pages, in reading order.
	Pages []int
}

// Limits of tags.
const (
	maxPageTags = 50
	maxTag      = 80 // code points
)

// tags lists the pages of every tag, by name, and finds the page that is to show
// them: that which tags_file names, or else the first that has the mark. Material's plugin tags shows them only if it is named.
func (p *Plan) tags(docs []*markdown.Doc, place []int) {
	p.set.TagsPage = -1
	plugin, ok := p.conf.plugin("tags")
	if !ok {
		for i := range p.set.Pages {
			p.set.Pages[i].Tags = nil
		}
		return
	}
	at := map[string]int{}
	for i, pg := range p.set.Pages {
		for _, name := range pg.Tags {
			n, known := at[name]
			if !known {
				n = len(p.set.Tags)
				at[name] = n
				p.set.Tags = append(p.set.Tags, Tag{Name: name})
			}
			p.set.Tags[n].Pages = append(p.set.Tags[n].Pages, i)
		}
	}
	slices.SortFunc(p.set.Tags, func(a, b Tag) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Name, b.Name))
	})
	if file := plugin.Options.String("tags_file", ""); file != "" {
		if i, ok := p.byRel[path.Clean(file)]; ok {
			p.set.TagsPage = place[i]
		}
	}
	if i := slices.IndexFunc(docs, func(d *markdown.Doc) bool { return d.ListsTags }); i >= 0 && p.set.TagsPage < 0 {
		p.set.TagsPage = place[i]
	}
}

// pageTags are the tags in a page's front matter, each once.
func pageTags(v any) []string {
	if s, ok := v.(string); ok {
		v = []any{s}
	}
	list, _ := v.([]any)
	var out []string
	for _, x := range list {
		s := oneLine(scalarText(x), maxTag)
		if s != "" && len(out) < maxPageTags && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
