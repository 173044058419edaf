package build

import (
	"fmt"
	"time"

	"callboard/internal/config"
	"callboard/internal/digest"
	"callboard/internal/sanitize"
	"callboard/internal/site"
	"callboard/internal/urlpath"
)

var noBody sanitize.HTML

// siteJSON is data/site.json: the one file of a fixed name through which
// scripts find the others, and the only one that tells the time of the build.
type siteJSON struct {
	Version    int    `json:"v"`
	Base       string `json:"base"`
	Title      string `json:"title"`
	Built      string `json:"built"`
	StaleAfter int    `json:"staleAfter"` // seconds
	Catalog    string `json:"catalog"`
	Desc       string `json:"desc"`
	Search     string `json:"search"`
	Code       string `json:"code,omitempty"` // the root of the search in code
	Entities   int    `json:"entities"`
	Documents  int    `json:"documents"`
	Sources    int    `json:"sources"`
}

func (b *builder) siteFile(names site.DataFiles, index string) error {
	text, err := digest.Encode(siteJSON{Version: 1, Base: b.base, Title: b.o.Config.Title, Built: b.o.Now.UTC().Format(time.RFC3339), StaleAfter: staleSeconds(b.o.Config),
		Catalog: names.Catalog, Desc: names.Desc, Search: index, Code: b.codeIndex, Entities: b.stats.Entities, Documents: b.stats.Docs, Sources: b.stats.Repositories})
	if err != nil {
		return err
	}
	return b.file("data/site.json", append(text, '\n'))
}

func staleSeconds(c *config.Config) int {
	d, err := time.ParseDuration(c.StaleAfter)
	if err != nil || d <= 0 {
		return 24 * 60 * 60
	}
	return int(d.Seconds())
}

// file writes a file that callboard makes.
func (b *builder) file(path string, data []byte) error {
	p, err := urlpath.New(path)
	if err != nil {
		return fmt.Errorf("file %q: %w", path, err)
	}
	return b.out.Put(p, digest.Sum{}, data)
}
