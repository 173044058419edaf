package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/content"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/output"
	"callboard/internal/source/dir"
)

// place is the directory of a source: where the files of its repositories are.
type place struct {
	name, root string
	opt        dir.Options
}

func dirOptions(c *config.Config, s config.Source) dir.Options {
	return dir.Options{Repositories: s.Repositories, Entries: c.Catalog.Files, Ignore: c.Catalog.Ignore, WebURL: s.WebURL, Branch: s.Branch}
}

// addSources opens the sources, locations and theme that the configuration of p
// names.
func (a *app) addSources(p *project, f projectFlags) error {
	sources := p.config.Sources
	if len(sources) == 0 && len(f.from) == 0 {
		sources = []config.Source{{Dir: ".", Repositories: dir.Auto}}
	}
	for i, s := range sources {
		if s.Dir == "" {
			continue // read from what was crawled
		}
		root := p.join(s.Dir)
		if !p.checkDir(root, s.Dir, "sources", i, "dir") {
			continue
		}
		opt := dirOptions(p.config.Config, s)
		opt.Search = a.Getenv("PATH")
		p.add(p.uniqueName(s.Dir), root, opt)
	}
	p.addLocations()
	return errors.Join(a.addCrawled(p, f), p.openOverlay())
}

func (p *project) add(name, root string, opt dir.Options) {
	opt.Made = p.made(root)
	opt.Wrote = func(rel string) bool {
		at := filepath.Join(root, filepath.FromSlash(rel))
		return output.Wrote(at) || output.Writes(at)
	}
	opt.Mark = output.Marker
	p.places = append(p.places, place{name, root, opt})
	p.sources = append(p.sources, dir.New(name, root, opt))
}

// made are patterns of what callboard has written into the directory of a source: the
// portal there is none of its repositories, or the second build would not be that of
// the same input.
func (p *project) made(root string) (patterns []string) {
	names := []string{defaultOut, defaultPreview, defaultDocsOut}
	if rel, err := filepath.Rel(root, p.out); err == nil && p.out != "" && rel != "." && filepath.IsLocal(rel) {
		names = append(names, filepath.ToSlash(rel))
	}
	for _, n := range names {
		if output.Wrote(filepath.Join(root, filepath.FromSlash(n))) {
			patterns = append(patterns, escapeGlob(n))
		}
	}
	return patterns
}

// join resolves a path of the configuration.
func (p *project) join(rel string) string {
	if filepath.IsAbs(rel) {
		return filepath.Clean(rel)
	}
	return filepath.Join(p.dir, filepath.FromSlash(rel))
}

// given is a path of the configuration as somebody may have written it: those of
// app-config.yaml have been resolved.
func (p *project) given(path string) string {
	if rel, err := filepath.Rel(p.dir, path); err == nil && filepath.IsAbs(path) {
		return filepath.ToSlash(rel)
	}
	return path
}

// checkDir reports a directory that the configuration names and that is none.
func (p *project) checkDir(root, given string, at ...any) bool {
	err := isDir(root, given)
	if err != nil {
		p.report(err.Error(), at...)
	}
	return err == nil
}

func (p *project) report(msg string, at ...any) {
	p.findings.Report(diag.Diagnostic{Pos: p.config.Pos(at...), Severity: diag.Error, Code: config.CodeValue,
		Message: msg, Hint: "paths are relative to " + configName})
}

// uniqueName names a source by its directory.
func (p *project) uniqueName(given string) string {
	base := path.Clean(filepath.ToSlash(given))
	if path.IsAbs(base) || strings.HasPrefix(base, "..") {
		base = filepath.Base(p.join(given))
	}
	name := base
	for n := 2; slices.ContainsFunc(p.places, func(x place) bool { return x.name == name }); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return name
}

// addLocations makes a source of each directory that holds targets of
// locations. What these name are catalog files of that directory alone.
func (p *project) addLocations() {
	entries := map[string][]string{}
	var roots []string
	for i, l := range p.config.Locations {
		if l.Type == "url" {
			continue // a source has been made of it
		}
		root, globs := p.target(l.Target)
		if globs == nil {
			p.report(fmt.Sprintf("there is no file %q", p.given(l.Target)), "locations", i, "target")
			continue
		}
		if entries[root] == nil {
			roots = append(roots, root)
		}
		entries[root] = append(entries[root], globs...)
	}
	for _, root := range roots {
		rel, err := filepath.Rel(p.dir, root)
		if err != nil {
			rel = root
		}
		ignore := append(slices.Clone(p.config.Catalog.Ignore), p.sourcesBelow(root)...)
		p.add(p.uniqueName(filepath.ToSlash(rel)), root, dir.Options{Repositories: dir.One, Entries: entries[root], Ignore: ignore})
	}
}

// target is the directory of a location's target, and the patterns of the
// catalog files in it; no patterns for a file that is not there.
func (p *project) target(given string) (root string, globs []string) {
	base, pattern := doublestar.SplitPattern(filepath.ToSlash(given))
	if strings.ContainsAny(pattern, "*?[{") {
		return p.join(base), []string{pattern}
	}
	abs := p.join(given)
	st, err := os.Stat(abs)
	switch {
	case err != nil:
		return "", nil
	case st.IsDir():
		return abs, p.config.Catalog.Files
	}
	return filepath.Dir(abs), []string{escapeGlob(filepath.Base(abs))}
}

// escapeGlob makes a pattern that matches a name and nothing else.
func escapeGlob(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "{", `\{`).Replace(name)
}

// sourcesBelow are patterns of the sources that lie in a directory, whose files
// are read by them.
func (p *project) sourcesBelow(root string) []string {
	var out []string
	for _, x := range p.places {
		if rel, err := filepath.Rel(root, x.root); err == nil && rel != "." && filepath.IsLocal(rel) {
			out = append(out, escapeGlob(filepath.ToSlash(rel)))
		}
	}
	return out
}

// openOverlay opens the theme directory, which nothing in it can lead out of.
func (p *project) openOverlay() error {
	given := p.config.Theme.Dir
	if given == "" {
		return nil
	}
	if !p.checkDir(p.join(given), given, "theme", "dir") {
		return nil
	}
	root, err := os.OpenRoot(p.join(given))
	if err != nil {
		return fmt.Errorf("theme: %w", err)
	}
	p.overlay, p.closers = root.FS(), append(p.closers, root.Close)
	return nil
}

// embeddedSources are those of the demo.
func (a *app) embeddedSources(p *project) error {
	for _, s := range p.config.Sources {
		sub, err := fs.Sub(content.FS, path.Clean(s.Dir))
		if err != nil {
			return errors.Join(errors.New("demo"), err)
		}
		p.sources = append(p.sources, dir.FS(p.uniqueName(s.Dir), sub, dirOptions(p.config.Config, s)))
		p.places = append(p.places, place{name: p.uniqueName(s.Dir)})
	}
	return nil
}
