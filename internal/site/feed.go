package site

import (
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/news"
	"callboard/internal/urlpath"
)

// News are what is new in the catalog, the latest build first.
type News struct{ Editions []news.Edition }

const (
	newsPath = "changes"
	newsFeed = newsPath + "/all.atom"
	newsData = "changes.json"
	maxNews  = 300 // changes on the page; changes.json has all that are remembered
)

// newsPages are the page of what is new, if that is remembered.
func (s *Site) newsPages() iter.Seq[Page] {
	return func(yield func(Page) bool) {
		if s.in.News != nil {
			yield(s.newsPage())
		}
	}
}

func (s *Site) newsPage() Page {
	follow := Block{Title: "Follow", Links: []Link{{"Atom feed of all changes", s.url(newsFeed)}, {"changes.json, for programs", s.url(newsData)}},
		Intro: "Each team and person has a feed of its own, to which their page leads."}
	var blocks []Block
	left := maxNews
	for _, e := range s.in.News.Editions {
		if left <= 0 {
			break
		}
		blocks = append(blocks, s.edition(e, left))
		left -= len(e.Changes)
	}
	if len(blocks) == 0 {
		blocks = []Block{{Title: "Nothing yet", Intro: "What appears, changes and vanishes from one build to the next stands here, where builds keep their cache."}}
	}
	p := s.plain(newsPath, "Changes", "", nil, append(blocks, follow)...)
	if v, ok := p.View.(Plain); ok {
		v.Chrome.Feed = s.url(newsFeed)
		p.View = v
	}
	return p
}

// edition is what was new in one build.
func (s *Site) edition(e news.Edition, most int) Block {
	t := &Table{Caption: "What was new", Columns: []Column{{"What", "what"}, {"Entity", ""}, {"Owner", "opt"}, {"Details", "opt c1"}}}
	for _, c := range first(e.Changes, min(most, maxNews)) {
		row := []Cell{{Text: c.What, Tone: newsTone(c.What)}, {Text: short(c.Title, 60)}, {Class: "opt"}, {Text: short(details(c), 300), Class: "opt wrap"}}
		if r, err := entity.ParseRef(c.Ref, "", ""); err == nil && s.face(r) != nil {
			row[1] = Cell{Entities: []EntityLink{s.link(r, entity.Ref{})}}
		}
		row[1].Meta, row[1].Class = row[3].Text, "wrap"
		if r, err := entity.ParseRef(c.Owner, "", ""); err == nil && s.face(r) != nil {
			row[2].Entities = []EntityLink{s.link(r, entity.Ref{})}
		}
		t.Rows = append(t.Rows, row)
	}
	b := Block{Title: stampText(e.At), Intro: tally(e), Table: t}
	if n := e.Appeared + e.Changed + e.Vanished - len(t.Rows); n > 0 {
		b.Intro += fmt.Sprintf(" Here are the first %d.", len(t.Rows))
	}
	return b
}

func stampText(t time.Time) string {
	if x := stamp(t); x != nil {
		return x.Text
	}
	return "Some time ago"
}

// tally is how much was new, in words.
func tally(e news.Edition) string {
	var parts []string
	for _, x := range []struct {
		n    int
		what string
	}{{e.Appeared, news.Appeared}, {e.Changed, news.Changed}, {e.Vanished, news.Vanished}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	return strings.Join(parts, ", ") + "."
}

func newsTone(what string) string {
	switch what {
	case news.Appeared:
		return "ok"
	case news.Vanished:
		return "warn"
	}
	return "plain"
}

func details(c news.Change) string {
	if c.Why != "" {
		return c.Why
	}
	if c.What == news.Appeared && c.Repo != "" {
		return "declared in " + c.Repo
	}
	var fields []string
	for _, f := range c.Fields {
		fields = append(fields, f.String())
	}
	return strings.Join(fields, "; ")
}

// follows tells that an entity is one whose feed can be followed.
func (s *Site) follows(r entity.Ref) bool {
	f := s.face(r)
	return s.in.News != nil && f != nil && !f.NoPage && (r.Kind == "group" || r.Kind == "user" && len(s.targets(r, entity.OwnerOf)) > 0)
}

// feedOf is the path of the feed of what an entity owns.
func feedOf(r entity.Ref) string {
	return newsPath + "/" + strings.TrimPrefix(teamHealthPath(r), "health/team/") + ".atom"
}

// follow is the way to the feed of what the entity owns.
func (p *planned) follow() []Action {
	if !p.s.follows(p.e.Ref) {
		return nil
	}
	return []Action{{Text: "Changes (Atom)", URL: p.s.url(feedOf(p.e.Ref)), Icon: "history"}}
}

// NewsFiles are the machine files of what is new: all of it as JSON and as a
// feed, and a feed for each owner.
func (s *Site) NewsFiles() ([]File, error) {
	if s.in.News == nil {
		return nil, nil
	}
	all, byOwner := s.entries()
	data, err := digest.Encode(struct {
		V        int            `json:"v"`
		Editions []news.Edition `json:"editions"`
	}{1, append([]news.Edition{}, s.in.News.Editions...)})
	if err != nil {
		return nil, err
	}
	feed, err := s.atom(newsFeed, s.in.Config.Title+": changes", s.url(newsPath+"/"), all)
	if err != nil {
		return nil, err
	}
	out := []File{{newsData, append(data, '\n')}, {newsFeed, feed}}
	for _, e := range s.in.Catalog.Entities() {
		path := feedOf(e.Ref)
		if _, err := urlpath.New(path); err != nil || !s.follows(e.Ref) {
			continue
		}
		feed, err := s.atom(path, s.in.Config.Title+": changes of "+e.Title(), s.entityURL(e.Ref, ""), byOwner[e.Ref.String()])
		if err != nil {
			return nil, err
		}
		out = append(out, File{path, feed})
	}
	return out, nil
}

// entries are all changes, and those of each owner: of what it owns or owned,
// and of itself.
func (s *Site) entries() (all []news.Entry, byOwner map[string][]news.Entry) {
	byOwner = map[string][]news.Entry{}
	for _, e := range s.in.News.Editions {
		for _, c := range e.Changes {
			x := news.Entry{Change: c, At: e.At}
			if r, err := entity.ParseRef(c.Ref, "", ""); err == nil {
				if f := s.face(r); f != nil && !f.NoPage {
					x.URL = s.absolute(s.entityURL(r, ""))
				}
			}
			all = append(all, x)
			for i, o := range []string{c.Owner, c.Was, c.Ref} {
				if o != "" && (i == 0 || o != c.Owner) {
					byOwner[o] = append(byOwner[o], x)
				}
			}
		}
	}
	return all, byOwner
}

func (s *Site) atom(path, title, page string, entries []news.Entry) ([]byte, error) {
	self := s.absolute(s.url(path))
	return news.Atom{Title: short(title, 200), Author: s.in.Config.Title, Self: self, Page: s.absolute(page), ID: self, Entries: entries}.XML()
}

// absolute is an address of the portal with the host, if the configuration tells
// where it is.
func (s *Site) absolute(at string) string {
	u, err := url.Parse(s.in.Config.BaseURL)
	if err != nil || u.Host == "" {
		return at
	}
	return u.Scheme + "://" + u.Host + at
}
