package site

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"callboard/internal/docs"
	"callboard/internal/entity"
)

// llmsFile is the first file that an agent reads (llmstxt.org): what the portal
// has, and where.
const llmsFile = "llms.txt"

// openSearchFile tells browsers how to search the portal.
const openSearchFile = "opensearch.xml"

// maxListed is how many systems and documentation sets llms.txt names: it is read
// whole, into a memory that is not large.
const maxListed = 300

// AgentFiles are files that programs look for at the root of a site.
func (s *Site) AgentFiles() ([]File, error) {
	var out []File
	if s.twins {
		out = append(out, File{llmsFile, s.llms()})
	}
	if s.openSearchURL() != "" {
		text, err := openSearch(s.in.Config.Title, s.public(""), s.public("search/")+"?q={searchTerms}")
		if err != nil {
			return nil, err
		}
		out = append(out, File{openSearchFile, text})
	}
	return out, nil
}

// openSearchURL is "" where the portal's public address is not known: a search
// engine must be named in full.
func (s *Site) openSearchURL() string {
	if s.origin == "" {
		return ""
	}
	return s.base + openSearchFile
}

// maxShortName is how long the name of a search engine may be, in characters
// (OpenSearch 1.1, "ShortName").
const maxShortName = 16

// openSearch describes a search (OpenSearch 1.1 draft 6).
func openSearch(title, home, template string) ([]byte, error) {
	type address struct {
		Type     string `xml:"type,attr"`
		Template string `xml:"template,attr"`
	}
	d := struct {
		XMLName     xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName   string
		Description string
		Encoding    string  `xml:"InputEncoding"`
		URL         address `xml:"Url"`
		Home        string  `xml:"http://www.mozilla.org/2006/browser/search/ SearchForm"`
	}{ShortName: shortName(title), Description: "Search " + title, Encoding: "UTF-8", URL: address{"text/html", template}, Home: home}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(d); err != nil {
		return nil, fmt.Errorf("opensearch.xml: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func shortName(title string) string {
	r := []rune(strings.Join(strings.Fields(title), " "))
	return strings.TrimSpace(string(r[:min(len(r), maxShortName)]))
}

// llms is llms.txt.
func (s *Site) llms() []byte {
	var t twin
	t.line("# " + escape(s.in.Config.Title))
	t.line("")
	if d := s.in.Config.Description; d != "" {
		t.line("> " + escape(d))
		t.line("")
	}
	t.line("A software catalog with its documentation. Every page is there as Markdown, too: `index.md` at the address of an entity or a list, and what `<link rel=\"alternate\" type=\"text/markdown\">` names on a page of documentation.")
	t.heading(2, "Catalog", s.in.Catalog.Len())
	for _, k := range s.kindTabs("", false)[1:] {
		t.line(fmt.Sprintf("- [%s](<%s>): %d", escape(k.Word), address4md.Replace(s.origin+twinLink(k.URL)), k.Count))
	}
	s.llmsSystems(&t)
	s.llmsDocs(&t)
	t.heading(2, "Data", 0)
	for _, l := range []struct{ path, text string }{
		{"catalog.json", "every entity with its relations, one to a line"}, {"manifest.json", "every file with its digest"}, {"status.json", "when this portal was built, and when it is built next"}, {"health.json", "what could not be read, and since when"},
	} {
		t.line(fmt.Sprintf("- [%s](<%s>): %s", l.path, s.public(l.path), l.text))
	}
	return []byte(t.String())
}

func (s *Site) llmsSystems(t *twin) {
	all := s.in.Catalog.ByKind(entity.KindSystem)
	if len(all) == 0 {
		return
	}
	t.heading(2, "Systems", len(all))
	for _, e := range first(all, maxListed) {
		if s.face(e.Ref).NoPage {
			continue
		}
		t.line("- " + linked(e.Title(), s.origin+s.entityURL(e.Ref, "")+twinFile) + colon(short(e.Metadata.Description, 120)))
	}
	s.llmsRest(t, len(all), "systems/")
}

func (s *Site) llmsDocs(t *twin) {
	if len(s.in.Docs) == 0 {
		return
	}
	t.heading(2, "Documentation", len(s.in.Docs))
	for _, d := range first(s.in.Docs, maxListed) {
		t.line("- " + linked(d.Title, s.origin+s.docsURL(d.Of, "")) + ": " + plural(d.Pages, "page") + " of " + d.Of.String())
	}
	s.llmsRest(t, len(s.in.Docs), "docs/")
}

func (s *Site) llmsRest(t *twin, n int, list string) {
	if n > maxListed {
		t.line("- " + linked(strconv.Itoa(n-maxListed)+" more", s.public(list+twinFile)))
	}
}

func colon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + escape(text)
}

// LLMs is llms.txt of a set that stands alone: its pages in reading order. Without
// an address of its own they are named from where the file lies.
func (s *Site) LLMs(set *docs.Set) File {
	base := ""
	if set.SiteURL != "" {
		base = strings.TrimSuffix(set.SiteURL, "/") + "/"
	}
	var t twin
	t.line("# " + escape(set.Title))
	if set.Description != "" {
		t.line("")
		t.line("> " + escape(set.Description))
	}
	section := "\x00"
	for i := range set.Pages {
		pg := &set.Pages[i]
		p, err := s.docPath(set.Of, pg.Markdown)
		if err != nil {
			continue
		}
		at := strings.Join(pg.Trail, " / ")
		if !pg.InNav {
			at = "Optional" // what may be left out, by llmstxt.org
		}
		if at != section {
			section = at
			if at == "" {
				at = "Pages"
			}
			t.heading(2, at, 0)
		}
		t.line("- " + linked(pg.Title, p.URL(base)) + colon(pg.Description))
	}
	return File{llmsFile, []byte(t.String())}
}
