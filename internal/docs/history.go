package docs

import (
	"slices"
	"time"

	"callboard/internal/markdown"
)

// Change is what a repository's history tells of a file.
type Change struct {
	// Created and Revised are the times of its first and its last commit.
	Created, Revised time.Time
	// Authors are the names of those who committed to it, the last one first.
	Authors []string `json:",omitempty"`
}

// maxAuthors is how many authors a page names.
const maxAuthors = 20

// changeOf is what is known of a page's file. Nothing is made up: a source without
// a history tells nothing.
func (p *Plan) changeOf(s source) *Change {
	if p.History == nil {
		return nil
	}
	c, ok := p.History(s.repo)
	if !ok || c.Revised.IsZero() {
		return nil
	}
	c.Authors = slices.Clone(c.Authors[:min(len(c.Authors), maxAuthors)])
	for i, a := range c.Authors {
		c.Authors[i] = oneLine(a, maxTitle)
	}
	return &c
}

// more fills in what front matter and history say of a page.
func (p *Plan) more(pg *Page, i int, d *markdown.Doc) {
	pg.Tags = pageTags(d.Meta["tags"])
	pg.Status = oneLine(scalarText(d.Meta["status"]), maxTag)
	pg.Change = p.changeOf(p.sources[i])
}
