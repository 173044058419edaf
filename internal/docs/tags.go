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

// tags lists the pages of every tag, by name, and finds the pages that show them.
// Material shows tags only if its plugin is named.
func (p *Plan) tags(docs []*markdown.Doc, place []int) {
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
	p.tagPages(plugin.Options.String("tags_file", ""), docs, place)
}

// tagPages finds the pages that list tags: that of tags_file, and those with a mark.
func (p *Plan) tagPages(file string, docs []*markdown.Doc, place []int) {
	for i, d := range docs {
		p.set.Pages[place[i]].TagList = d.TagList
	}
	if i, ok := p.byRel[path.Clean(file)]; ok && file != "" {
		p.set.Pages[place[i]].TagList = new(markdown.TagList)
	}
	for i := range p.set.Pages {
		if p.set.Pages[i].TagList != nil {
			p.set.TagPages = append(p.set.TagPages, i)
		}
	}
	slices.SortStableFunc(p.set.TagPages, func(a, b int) int {
		return cmp.Compare(partial(p.set.Pages[a].TagList), partial(p.set.Pages[b].TagList))
	})
}

// partial is 1 for a list that is not of all tags.
func partial(l *markdown.TagList) int {
	if l.Whole() {
		return 0
	}
	return 1
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
