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
// scripts find the others. It and status.json alone tell the time of the build.
type siteJSON struct {
	Version    int    `json:"v"`
	Base       string `json:"base"`
	Title      string `json:"title"`
	Built      string `json:"built"`
	StaleAfter int    `json:"staleAfter"`         // seconds
	Interval   int    `json:"interval,omitempty"` // seconds
	Catalog    string `json:"catalog"`
	Desc       string `json:"desc"`
	Search     string `json:"search"`
	Code       string `json:"code,omitempty"` // the root of the search in code
	// People is the file in which pages look up what Whoami, a path of the host, says
	// of the reader. Both are left out if pages do not ask.
	People    string `json:"people,omitempty"`
	Whoami    string `json:"whoami,omitempty"`
	Entities  int    `json:"entities"`
	Documents int    `json:"documents"`
	Sources   int    `json:"sources"`
}

func (b *builder) siteFile(names site.DataFiles, index string) error {
	late, interval := lateness(b.o.Config)
	text, err := digest.Encode(siteJSON{Version: 1, Base: b.base, Title: b.o.Config.Title, Built: b.o.Now.UTC().Format(time.RFC3339), StaleAfter: int(late.Seconds()), Interval: int(interval.Seconds()),
		Catalog: names.Catalog, Desc: names.Desc, Search: index, Code: b.codeIndex, People: names.People, Whoami: b.o.Config.Identity.Endpoint, Entities: b.stats.Entities, Documents: b.stats.Docs, Sources: b.stats.Repositories})
	if err != nil {
		return err
	}
	return b.file("data/site.json", append(text, '\n'))
}

// statusJSON is status.json: what monitoring asks for. It tells no names, so that
// a gate may let it through.
type statusJSON struct {
	Version int    `json:"v"`
	Built   string `json:"built"`
	// Due is when the next build is expected, "" if nothing is known of a schedule;
	// Overdue is from when on there should have been one.
	Due          string `json:"due,omitempty"`
	Overdue      string `json:"overdue"`
	Entities     int    `json:"entities"`
	Documents    int    `json:"documents"`
	Repositories int    `json:"repositories"`
	// Outdated is how many repositories are not shown in their present state, and
	// OutdatedSince since when, of that which could not be read for the longest.
	Outdated      int    `json:"outdated"`
	OutdatedSince string `json:"outdatedSince,omitempty"`
	// FailedSources is how many sources could not be read as a whole, and
	// FailedSince since when, of the first of them.
	FailedSources int    `json:"failedSources"`
	FailedSince   string `json:"failedSince,omitempty"`
}

// statusFile writes status.json. The portal may be built anew while what it is made
// of is old: both are told.
func (b *builder) statusFile() error {
	built := b.o.Now.UTC().Truncate(time.Second)
	late, interval := lateness(b.o.Config)
	s := statusJSON{Version: 1, Built: built.Format(time.RFC3339), Overdue: built.Add(late).Format(time.RFC3339), Entities: b.stats.Entities, Documents: b.stats.Docs}
	if interval > 0 {
		s.Due = built.Add(interval).Format(time.RFC3339)
	}
	var since time.Time
	for _, x := range b.sources() {
		s.Repositories++
		if x.Stale == nil {
			continue
		}
		s.Outdated++
		if t := x.Stale.Since; !t.IsZero() && (since.IsZero() || t.Before(since)) {
			since = t
		}
	}
	if !since.IsZero() {
		s.OutdatedSince = since.UTC().Format(time.RFC3339)
	}
	s.failed(b.troubles())
	text, err := digest.Encode(s)
	if err != nil {
		return err
	}
	return b.file("status.json", append(text, '\n'))
}

// failed tells of the sources that could not be read.
func (s *statusJSON) failed(ts []site.Trouble) {
	seen := map[string]bool{}
	var since time.Time
	for _, t := range ts {
		if t.Repo != "" {
			continue
		}
		seen[t.Source] = true
		if !t.Since.IsZero() && (since.IsZero() || t.Since.Before(since)) {
			since = t.Since
		}
	}
	if s.FailedSources = len(seen); !since.IsZero() {
		s.FailedSince = since.UTC().Format(time.RFC3339)
	}
}

// usualLateness is after how long a portal is old of which nothing is said.
const usualLateness = 24 * time.Hour

// leastDelay is how late a run may be. The schedules of CI systems are late by half
// an hour at busy times, and leave out a run now and then.
const leastDelay = time.Hour

// Lateness is the age from which on a portal is too old, and so is what it is made
// of.
func Lateness(c *config.Config) time.Duration {
	late, _ := lateness(c)
	return late
}

// lateness is the age from which on a portal is too old, and how often it is built,
// 0 if that is not known.
func lateness(c *config.Config) (late, interval time.Duration) {
	if d, err := time.ParseDuration(c.Interval); err == nil && d > 0 {
		return d + max(d, leastDelay), d
	}
	if d, err := time.ParseDuration(c.StaleAfter); err == nil && d > 0 {
		return d, 0
	}
	return usualLateness, 0
}

// file writes a file that callboard makes.
func (b *builder) file(path string, data []byte) error {
	p, err := urlpath.New(path)
	if err != nil {
		return fmt.Errorf("file %q: %w", path, err)
	}
	return b.out.Put(p, digest.Sum{}, data)
}
