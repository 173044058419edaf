package catalog

import (
	"net/url"
	"slices"
	"strings"

	"callboard/internal/repofs"
)

// Places finds the repositories of a build by addresses at their hosts.
type Places struct {
	at map[string]*repofs.Snapshot // by host and path, in lower case
}

// Place is a file of a repository, which need not be there. It may be a pattern.
type Place struct {
	Snap *repofs.Snapshot
	// Path is clean, and may lead out of the repository, beginning with "..".
	Path string
	// Ref is the branch, tag or commit of the address, or "".
	Ref string
}

// NewPlaces makes an index of repositories that have an address. Where several
// have the same, the first is found.
func NewPlaces(snaps []*repofs.Snapshot) *Places {
	p := &Places{at: make(map[string]*repofs.Snapshot, len(snaps))}
	for _, s := range snaps {
		for _, b := range basesOf(s.WebURL) {
			if key := placeKey(b.url.Host, b.url.Path); p.at[key] == nil {
				p.at[key] = s
			}
		}
	}
	return p
}

func placeKey(host, path string) string {
	if strings.EqualFold(host, rawGitHub) {
		host = "github.com"
	}
	return strings.ToLower(host + "/" + strings.Trim(path, "/"))
}

// maxAddress bounds the addresses that are looked at, in bytes.
const maxAddress = 2048

// Find is the place of an address, if it is in one of the repositories.
func (p *Places) Find(fileURL string) (Place, bool) {
	u, err := url.Parse(fileURL)
	if err != nil || len(fileURL) > maxAddress {
		return Place{}, false
	}
	path := strings.Trim(u.Path, "/")
	for {
		if s := p.at[placeKey(u.Host, path)]; s != nil {
			if a, ok := addressIn(s, u); ok {
				return Place{s, a.path, a.ref}, true
			}
		}
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			return Place{}, false
		}
		path = path[:i]
	}
}

func addressIn(s *repofs.Snapshot, u *url.URL) (address, bool) {
	for _, b := range basesOf(s.WebURL) {
		if rest, ok := below(b.url, u); ok {
			return b.host.address(rest, s.Branch, u)
		}
	}
	return address{}, false
}

// IsRead tells whether the place is of the branch that was read, as far as that
// is known.
func (p Place) IsRead() bool {
	return p.Snap.Branch == "" || slices.Contains([]string{"", "HEAD", p.Snap.Branch, p.Snap.Revision}, p.Ref)
}

// Files are the files at the place, several if it is a pattern. What is compared
// for it counts against budget; below zero nothing more is.
func (p Place) Files(budget *int) []string {
	if _, there := p.Snap.Lookup(p.Path); there {
		return []string{p.Path}
	}
	if !isGlob(p.Path) || !validGlob(p.Path) {
		return nil
	}
	list := candidates(p.Snap, p.Path)
	if *budget -= len(list); *budget < 0 {
		return nil
	}
	var out []string
	for _, f := range list {
		if matchGlob(p.Path, f.Path) {
			out = append(out, f.Path)
		}
	}
	return out
}
