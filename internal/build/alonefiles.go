package build

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/urlpath"
)

// siteJSON is data/site.json of a set that stands alone. It tells no time of the
// build: two builds of the same files are the same to the byte.
func (a alone) siteJSON(set *docs.Set, index string) error {
	text, err := digest.Encode(struct {
		Version   int    `json:"v"`
		Title     string `json:"title"`
		Search    string `json:"search"`
		Documents int    `json:"documents"`
	}{1, set.Title, index, len(set.Pages)})
	if err != nil {
		return err
	}
	return a.fileBeside("data/site.json", append(text, '\n'))
}

// techdocsMetadata is what Backstage reads of a published site (plugins/
// techdocs-node, src/stages/generate/helpers.ts).
type techdocsMetadata struct {
	SiteName        string   `json:"site_name"`
	SiteDescription string   `json:"site_description"`
	ETag            string   `json:"etag,omitempty"`
	BuildTimestamp  int64    `json:"build_timestamp,omitempty"` // milliseconds since 1970
	Files           []string `json:"files"`
}

// metadata writes techdocs_metadata.json, whose list of files is that of all
// others.
func (a alone) metadata(set *docs.Set) error {
	m := techdocsMetadata{SiteName: set.Title, SiteDescription: set.Description, ETag: a.wanted.ETag, Files: slices.Collect(a.out.Paths())}
	if !a.wanted.Built.IsZero() {
		m.BuildTimestamp = a.wanted.Built.UnixMilli()
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("techdocs_metadata.json: %w", err)
	}
	return a.fileBeside("techdocs_metadata.json", append(text, '\n'))
}

// sitemap writes sitemap.xml (sitemaps.org) if the site knows its address.
func (a alone) sitemap(set *docs.Set) error {
	if set.SiteURL == "" {
		return nil
	}
	p, err := urlpath.New("sitemap.xml")
	if err != nil {
		return err
	}
	h := digest.New("sitemap/1").String(set.SiteURL)
	for i := range set.Pages {
		h.String(set.Pages[i].Path)
	}
	if key := h.Sum(); !a.out.Keep(p, key) {
		return a.beside(a.out.PutFrom(p, key, func(w io.Writer) error { return writeSitemap(w, set) }))
	}
	return nil
}

func writeSitemap(w io.Writer, set *docs.Set) error {
	if _, err := io.WriteString(w, xml.Header+`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`+"\n"); err != nil {
		return err
	}
	base := strings.TrimSuffix(set.SiteURL, "/") + "/"
	for i := range set.Pages {
		at, err := urlpath.New(docs.File(set.Pages[i].Path))
		if err != nil {
			continue // it has no page
		}
		if _, err := io.WriteString(w, "<url><loc>"); err != nil {
			return err
		}
		if err := xml.EscapeText(w, []byte(at.URL(base))); err != nil {
			return err
		}
		if _, err := io.WriteString(w, "</loc></url>\n"); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "</urlset>\n")
	return err
}
