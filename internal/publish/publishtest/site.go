package publishtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/output"
	"callboard/internal/publish"
)

// Site is a portal in memory: texts by paths.
type Site map[string]string

// Manifest lists the files.
func (s Site) Manifest() *output.Manifest {
	m := &output.Manifest{Version: 1}
	for _, p := range slices.Sorted(maps.Keys(s)) {
		m.Files = append(m.Files, output.Entry{Path: p, Sum: digest.Of([]byte(s[p])), Size: int64(len(s[p]))})
	}
	return m
}

// Open reads a file.
func (s Site) Open(_ context.Context, e output.Entry) ([]byte, error) { return []byte(s[e.Path]), nil }

// NewSite makes a portal of so many pages, in a version. Every page names a script
// and the version that it is of; the script is named by its content. All pages link
// to the next one, and the entrance names a shard of the search.
func NewSite(pages, version int) Site {
	s := Site{}
	script := asset(s, "assets/app", ".js", fmt.Sprintf("script of version %d", version))
	shard := asset(s, "data/s/meta", ".json", fmt.Sprintf("shard of version %d", version))
	for i := range pages {
		// A third of the pages is only there in some versions.
		if i%3 == 2 && (i+version)%2 == 0 {
			continue
		}
		s[fmt.Sprintf("p%d/index.html", i)] = fmt.Sprintf("<script src=\"/%s\"></script>page %d of version %d\n<a href=\"/p%d/index.html\">\n%s", script, i, version, (i/3)*3, strings.Repeat("text ", 300))
	}
	s["index.html"] = fmt.Sprintf("<script src=\"/%s\"></script>home of version %d <a href=\"/p0/index.html\">", script, version)
	s["data/site.json"] = fmt.Sprintf(`{"search":"/%s"}`, shard)
	return s
}

func asset(s Site, stem, ext, text string) string {
	name := stem + "." + digest.Of([]byte(text)).Short() + ext
	s[name] = text
	return name
}

var referred = regexp.MustCompile(`(?:src="|href="|":")/([^"]+)"`)

// Read is a reader who opens the home page, and whatever it and the entrance refer
// to, two pages deep. It returns an error if something is missing, or not of the
// version of what refers to it.
func Read(ctx context.Context, s publish.Store) error {
	return errors.Join(read(ctx, s, "index.html", 2), read(ctx, s, "data/site.json", 1))
}

func read(ctx context.Context, s publish.Store, key string, deep int) error {
	b, _, err := s.Get(ctx, key)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	for _, m := range referred.FindAllStringSubmatch(string(b), -1) {
		if deep == 0 {
			break
		}
		if err := read(ctx, s, m[1], deep-1); err != nil {
			return fmt.Errorf("%s, which has %w", key, err)
		}
	}
	return nil
}

// Same tells how the portal in a store differs from a site, apart from files that
// wait for the end of the grace period.
func Same(ctx context.Context, s publish.Store, site Site) error {
	for p, want := range site {
		b, _, err := s.Get(ctx, p)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		if string(b) != want {
			return fmt.Errorf("%s is %.60q, want %.60q", p, b, want)
		}
	}
	return nil
}
