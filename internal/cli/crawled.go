package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/source/stored"
)

// statePath is the directory of what was crawled: the one that was named, or the
// copy of what lies in a store.
func (a *app) statePath(p *project, f projectFlags) string {
	address := f.stateAddress(p.config.Config)
	switch {
	case f.copied != "":
		return f.copied
	case isStore(address):
		return a.copyOf(address, crawlTree)
	case f.state != "":
		return a.path(strings.TrimPrefix(f.state, "file://"))
	}
	return p.join(address)
}

// addCrawled adds what crawls have left: in the directories that were named, or
// in that of the configuration if it has sources that are crawled.
func (a *app) addCrawled(p *project, f projectFlags) error {
	names := crawledNames(p.config.Sources)
	switch {
	case len(f.from) > 0:
		dirs := make([]string, len(f.from))
		for i, d := range f.from {
			dirs[i] = a.path(d)
		}
		if err := p.addStored(dirs, nil); err != nil {
			return err
		}
		return a.tellCrawled(p, names, "crawl it, and name its directory with --from")
	case len(names) == 0 || f.uncrawled:
		return nil
	}
	p.state = a.statePath(p, f)
	err := p.addStored([]string{p.state}, slices.Collect(maps.Values(names)))
	if errors.Is(err, fs.ErrNotExist) {
		p.notCrawled(slices.Min(indexes(names)), diag.Error, "nothing has been crawled yet", "run callboard crawl first; it fills "+a.shownState(p, f))
		return nil
	}
	if err != nil {
		return err
	}
	return a.tellCrawled(p, names, "run callboard crawl")
}

// tellCrawled tells what is wrong with what was crawled: what is not as it is at
// its host, what is old, and what is not there at all.
func (a *app) tellCrawled(p *project, names map[int]string, hint string) error {
	p.tellFaults(names)
	if err := a.tellOld(p, names); err != nil {
		return err
	}
	p.tellUncrawled(names, hint)
	return nil
}

// tellUncrawled tells which sources of the configuration no crawl has left
// anything of, here and to the readers of the portal.
func (p *project) tellUncrawled(names map[int]string, hint string) {
	for _, i := range indexes(names) {
		name := names[i]
		if slices.ContainsFunc(p.places, func(x place) bool { return x.name == name }) {
			continue
		}
		p.notCrawled(i, diag.Warning, name+" has not been crawled yet", hint)
		p.places = append(p.places, place{name: name})
		p.sources = append(p.sources, stored.Unread(name))
	}
}

// shownState is where what was crawled is kept, for people.
func (a *app) shownState(p *project, f projectFlags) string {
	if address := f.stateAddress(p.config.Config); isStore(address) {
		return address
	}
	return filepath.ToSlash(a.shown(p.state))
}

// tellFaults tells which sources are not as they are at their hosts.
func (p *project) tellFaults(names map[int]string) {
	for _, x := range p.sources {
		s, ok := x.(*stored.Source)
		if !ok {
			continue
		}
		for _, f := range s.Troubles() {
			if f.Repo != "" {
				continue // one line for each would be too many; the health page has them
			}
			d := diag.Diagnostic{Pos: p.posOf(s.Name(), names), Severity: diag.Warning, Code: stored.CodeStale,
				Message: fmt.Sprintf("%s is shown as it was known on %s: %s", s.Name(), day(f.Since), f.Cause), Hint: "callboard crawl tries again"}
			if f.Kind == stored.PartMissing {
				d.Message, d.Hint = fmt.Sprintf("%s is not all there: %s", s.Name(), f.Cause), "name the directory of each part with --from"
			}
			p.findings.Report(d)
		}
	}
}

// tellOld tells which sources have not been crawled for longer than a portal may be
// old: builds go on, and nothing else would say that crawls do not.
func (a *app) tellOld(p *project, names map[int]string) error {
	now, err := a.buildTime()
	if err != nil {
		return err
	}
	late := build.Lateness(p.config.Config)
	for _, x := range p.sources {
		s, ok := x.(*stored.Source)
		if !ok {
			continue
		}
		listed := s.Listed()
		if listed.IsZero() || now.Sub(listed) <= late {
			continue
		}
		p.findings.Report(diag.Diagnostic{Pos: p.posOf(s.Name(), names), Severity: diag.Warning, Code: stored.CodeStale,
			Message: fmt.Sprintf("%s was crawled last on %s", s.Name(), day(listed)), Hint: "is callboard crawl run, and does it end? interval in callboard.yaml says how often the portal is made"})
	}
	return nil
}

// posOf is where the configuration has a source.
func (p *project) posOf(name string, names map[int]string) diag.Pos {
	for i, n := range names {
		if n == name {
			return p.config.Pos("sources", i)
		}
	}
	return p.config.Pos("sources")
}

func indexes(names map[int]string) (out []int) {
	for i := range names {
		out = append(out, i)
	}
	return slices.Sorted(slices.Values(out))
}

func (p *project) notCrawled(i int, s diag.Severity, msg, hint string) {
	p.findings.Report(diag.Diagnostic{Pos: p.config.Pos("sources", i), Severity: s, Code: config.CodeValue, Message: msg, Hint: hint})
}

// crawledNames are the names of the sources that are crawled, by their index.
func crawledNames(sources []config.Source) map[int]string {
	o := &opener{}
	out := map[int]string{}
	for i, s := range sources {
		if k, ok := kindOf(s); ok {
			out[i] = o.uniqueName(k.name(s))
		}
	}
	return out
}

// addStored adds the sources that directories of state hold, or those of them
// that are wanted.
func (p *project) addStored(dirs, wanted []string) error {
	sources, err := stored.Open(dirs, stored.Options{Entries: p.config.Catalog.Files})
	if err != nil {
		return fmt.Errorf("what was crawled cannot be read: %w", err)
	}
	for _, s := range sources {
		if wanted == nil || slices.Contains(wanted, s.Name()) {
			p.places = append(p.places, place{name: s.Name()})
			p.sources = append(p.sources, s)
		}
	}
	for _, d := range dirs {
		p.states = append(p.states, filepath.Join(d, "sources"))
	}
	return nil
}
