package catalog

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
	"callboard/internal/yamldoc"
)

// location is one target of a Location entity.
type location struct {
	target   string
	kind     string // spec.type, "" for that of its own file
	optional bool
	depth    int
	from     string // the Location's file
	root     string // the file that led to the first Location
	rootAt   string // where that is if it is in another repository, as entity.Origin has it
	pos      diag.Pos
	ref      entity.Ref
	of       *reading
	sink     diag.Sink
}

// targets follows spec.target and spec.targets of a Location.
func (r *reader) targets(e *entity.Entity, d *yamldoc.Doc, f *reading) {
	if e.Kind != entity.KindLocation {
		return
	}
	l := location{kind: e.SpecString("type"), optional: e.SpecString("presence") == "optional", depth: f.depth + 1, from: f.path, rootAt: f.rootAt, of: f, ref: e.Ref, sink: &f.findings}
	if l.rootAt == "" {
		l.root = cmp.Or(f.root, f.path)
	}
	if t := e.SpecString("target"); t != "" {
		l.target, l.pos = t, d.Pos("spec", "target")
		r.follow(l)
	}
	list, _ := e.Spec["targets"].([]any)
	for i, v := range list {
		if t := str(v); t != "" {
			l.target, l.pos = t, d.Pos("spec", "targets", i)
			if !r.follow(l) {
				return
			}
		}
	}
}

// follow notes the files a target leads to: a path or a glob relative to the
// Location's file, or from the repository's root if it begins with a slash. It
// reports false when no more targets need to be tried.
func (r *reader) follow(l location) bool {
	if l.kind != "" && l.kind != "file" && l.kind != "url" {
		l.say(diag.Info, CodeRemote, fmt.Sprintf("targets of the type %q are not read", l.kind), "add what it stands for as a source")
		return false
	}
	p, ok := r.localPath(l)
	if !ok {
		return true
	}
	if _, found := r.snap.Lookup(p); !found && isGlob(p) {
		return r.followGlob(l, p)
	} else if !found {
		l.missing(whyMissing(r.snap, p)+"the repository", r.nearFile(l.from, p))
		return true
	}
	return r.visit(l, p)
}

func (r *reader) visit(l location, p string) bool {
	if l.depth > MaxLocationDepth && !r.seen[p] {
		l.say(tooDeep(l.target))
		return true
	}
	return r.enqueue(visit{p, l.depth, l.root, l.rootAt})
}

func (r *reader) followGlob(l location, glob string) bool {
	if !validGlob(glob) {
		l.missing(badPattern, "")
		return true
	}
	candidates := candidates(r.snap, glob)
	if r.matches += len(candidates); r.matches > maxMatches {
		l.say(tooManyMatches())
		return false
	}
	hits := 0
	for _, f := range candidates {
		if matchGlob(glob, f.Path) {
			hits++
			if !r.visit(l, f.Path) {
				return false
			}
		}
	}
	if hits == 0 {
		l.missing("no file of the repository matches", "")
	}
	return true
}

// localPath is the path in the repository of a target, if it leads there.
func (r *reader) localPath(l location) (string, bool) {
	var p string
	switch {
	case isWeb(l.target):
		var ok bool
		if p, ok = FileOfURL(r.snap.WebURL, r.snap.Branch, l.target); !ok {
			r.leave(l)
			return "", false
		}
	case strings.HasPrefix(l.target, "/"):
		p = path.Clean(strings.TrimLeft(l.target, "/"))
	default:
		p = path.Join(path.Dir(l.from), strings.ReplaceAll(l.target, `\`, "/"))
	}
	if outside(p) {
		l.say(diag.Error, CodeOutside, fmt.Sprintf("the target %q leads out of the repository", l.target), "a repository may name its own files only")
		return "", false
	}
	return p, true
}

// outside tells whether a cleaned path leaves the directory it is relative to.
func outside(p string) bool {
	return p == ".." || strings.HasPrefix(p, "../") || path.IsAbs(p)
}

func (l location) missing(why, near string) {
	if l.optional {
		return
	}
	l.say(missing(l.target, why, near, "write the path relative to this file, or set presence: optional"))
}

func missing(target, why, near, hint string) (diag.Severity, diag.Code, string, string) {
	if near != "" {
		hint = "did you mean " + near + "?"
	}
	return diag.Error, CodeLocation, fmt.Sprintf("the target %q cannot be read: %s", target, why), hint
}

func tooDeep(target string) (diag.Severity, diag.Code, string, string) {
	return diag.Warning, CodeLocationDepth, fmt.Sprintf("Locations are more than %d deep; %q is not read", MaxLocationDepth, target), "name the file in a Location further up"
}

// whyMissing is why a file is not to be had from a repository, up to its name.
func whyMissing(s *repofs.Snapshot, p string) string {
	if len(s.Under(p)) > 0 {
		return "it is a directory of "
	}
	return "there is no such file in "
}

func (l location) say(sev diag.Severity, code diag.Code, msg, hint string) {
	l.sink.Report(diag.Diagnostic{Pos: l.pos, Severity: sev, Code: code, Message: msg, Hint: hint, Entity: l.ref.String()})
}
