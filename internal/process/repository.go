package process

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/codeowners"
	"callboard/internal/diag"
	"callboard/internal/repofs"
)

// Limits on the files that a processor wants, for one document.
const (
	MaxWantedFiles = 100
	MaxWantedBytes = 4 << 20
)

// repository is what is known of the repository whose documents are processed.
type repository struct {
	run    *Run
	snap   *repofs.Snapshot
	read   repofs.ReadFunc
	wanted map[string]map[string]any // by directory and patterns
	facts  map[string]any            // see describe

	from, slugKey, slug string // see origin

	looked bool // for a CODEOWNERS file
	owners *codeowners.Rules
	at     diag.Pos // of the CODEOWNERS file
}

// describe is what expressions find in $repository and programs in their
// requests.
func (r *repository) describe() map[string]any {
	if r.facts == nil {
		topics := make([]any, len(r.snap.Topics))
		for i, t := range r.snap.Topics {
			topics[i] = t
		}
		host, slug := hostAndSlug(r.snap.WebURL)
		r.facts = map[string]any{"name": r.snap.Repo, "url": r.snap.WebURL, "branch": r.snap.Branch, "topics": topics, "host": host, "slug": slug}
	}
	return r.facts
}

// origin is the evidence for annotations. It sets the slug.
func (r *repository) origin() string {
	if r.from == "" {
		r.from = strings.TrimSpace(r.snap.WebURL + " " + r.snap.Branch)
		r.slugKey, r.slug = slugAnnotation(r.snap.WebURL)
	}
	return r.from
}

// hostAndSlug are the host of an address in lower case and the path at it, such
// as "acme/payments".
func hostAndSlug(webURL string) (host, slug string) {
	u, err := url.Parse(webURL)
	if err != nil {
		return "", ""
	}
	return strings.ToLower(u.Hostname()), strings.Trim(u.Path, "/")
}

// rules are those of the repository's CODEOWNERS file, or nil.
func (r *repository) rules(sink diag.Sink) *codeowners.Rules {
	if r.looked {
		return r.owners
	}
	r.looked = true
	file, dialect, ok := codeowners.Find(r.snap.WebURL, func(p string) bool { _, there := r.snap.Lookup(p); return there })
	if !ok {
		return nil
	}
	src, err := r.read(file)
	if err != nil {
		return nil // who reads the repository's files says so
	}
	r.at = diag.Pos{Repo: r.snap.Repo, File: file}
	r.owners = codeowners.Parse(src, dialect, r.at, sink)
	return r.owners
}

// files are those that match patterns: by their path, or by a path that begins
// with "./" for patterns that do.
func (r *repository) files(dir string, patterns []string, say func(msg string)) map[string]any {
	if len(patterns) == 0 {
		return map[string]any{}
	}
	key := dir + "\x00" + strings.Join(patterns, "\x00")
	if found, ok := r.wanted[key]; ok {
		return found
	}
	out, bytes := map[string]any{}, 0
	for _, glob := range patterns {
		prefix, below := "", ""
		if rest, ok := strings.CutPrefix(glob, "./"); ok {
			prefix, below, glob = "./", dir, path.Join(dir, rest)
		}
		for _, p := range r.matching(glob) {
			b, err := r.read(p)
			if err != nil {
				continue // too large, or gone: it is not there
			}
			if bytes += len(b); bytes > MaxWantedBytes || len(out) == MaxWantedFiles {
				say(fmt.Sprintf("its files are more than %d, or have more than %d bytes together; the rest is not given to it", MaxWantedFiles, MaxWantedBytes))
				r.wanted[key] = out
				return out
			}
			out[named(prefix, below, p)] = strings.ToValidUTF8(string(b), "\ufffd")
		}
	}
	r.wanted[key] = out
	return out
}

func named(prefix, below, p string) string {
	if prefix == "" || below == "." {
		return prefix + p
	}
	return prefix + strings.TrimPrefix(p, below+"/")
}

// matching are the files that a pattern names, in order.
func (r *repository) matching(glob string) []string {
	if _, ok := r.snap.Lookup(glob); ok {
		return []string{glob}
	}
	if !strings.ContainsAny(glob, "*?[{") {
		return nil
	}
	var out []string
	dir, _ := doublestar.SplitPattern(glob)
	for _, f := range r.snap.Under(dir) {
		if doublestar.MatchUnvalidated(glob, f.Path) {
			if out = append(out, f.Path); len(out) > MaxWantedFiles {
				break
			}
		}
	}
	return out
}
