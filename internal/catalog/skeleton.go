package catalog

import (
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/lazyregexp"
	"callboard/internal/yamldoc"
)

// Skeletons are what software templates make new repositories of. They look like
// catalog files and describe entities that do not exist yet.

// templated finds the delimiters of software templates in names: ${{ }} of
// Backstage's scaffolder, {{ }} and {% %} of cookiecutter.
var templated = lazyregexp.New(`\{\{|\{%`)

// templatedText finds them in text that is not YAML because of them. A Template
// itself has them too, in values.
var (
	templatedText = lazyregexp.New(`\$\{\{|(?m:^\s*\{%)|\{\{-?\s*cookiecutter\b`)
	templateText  = lazyregexp.New(`(?m)^kind:\s*["']?Template\b`)
)

func isSkeletonText(text []byte) bool {
	return templatedText.Get().Match(text) && !templateText.Get().Match(text)
}

// isSkeleton tells whether an entity's name or kind is yet to be filled in.
func isSkeleton(v map[string]any) bool {
	m, _ := v["metadata"].(map[string]any)
	name, _ := m["name"].(string)
	kind, _ := v["kind"].(string)
	if templated.MatchString(name) || templated.MatchString(kind) {
		return true
	}
	braces, _ := m["name"].(map[string]any) // name: {{ x }} without quotes is a mapping in YAML
	for k := range braces {
		return len(braces) == 1 && strings.HasPrefix(k, "{")
	}
	return false
}

// leaveSkeleton passes over the skeleton of a template that can be told by its
// path: below a directory named with a template's delimiters, or below a
// skeleton or content directory beside a template.yaml.
func (r *reader) leaveSkeleton(p string) bool {
	if !templated.MatchString(p) && !r.besideTemplate(p) {
		return false
	}
	r.skipped = append(r.skipped, p)
	return true
}

func (r *reader) besideTemplate(p string) bool {
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if base := path.Base(dir); base != "skeleton" && base != "content" {
			continue
		}
		for _, name := range []string{"template.yaml", "template.yml"} {
			if _, ok := r.snap.Lookup(path.Join(path.Dir(dir), name)); ok {
				return true
			}
		}
	}
	return false
}

func (r *reader) saySkeleton(p string) {
	r.sink.Report(diag.Diagnostic{Pos: diag.Pos{Repo: r.snap.Repo, File: p, Line: 1, Col: 1}, Severity: diag.Info, Code: CodeSkeleton,
		Message: "the file is the skeleton of a template and is left out", Hint: "a Location that names it makes it a catalog file"})
}

// skipSkeleton leaves a document out, with what was found wrong with it.
func (f *reading) skipSkeleton(d *yamldoc.Doc) {
	first, last := d.Lines()
	kept := slices.DeleteFunc(f.findings.All(), func(x diag.Diagnostic) bool { return x.Pos.Line >= first && x.Pos.Line <= last })
	f.findings = diag.List{}
	for _, x := range kept {
		f.findings.Report(x)
	}
	f.findings.Report(diag.Diagnostic{Pos: d.Pos(), Severity: diag.Info, Code: CodeSkeleton, Message: "the document is the skeleton of a template and is left out"})
}

// skeletonDirs are the directories that the repository's Templates fetch from.
func (r *reader) skeletonDirs() []string {
	var dirs []string
	for _, f := range r.files {
		for _, e := range f.entities {
			if e.Kind == entity.KindTemplate {
				dirs = append(dirs, fetched(e)...)
			}
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

func fetched(e *entity.Entity) []string {
	var dirs []string
	own := path.Dir(e.Origin.File)
	steps, _ := e.Spec["steps"].([]any)
	for _, s := range steps {
		step, _ := s.(map[string]any)
		input, _ := step["input"].(map[string]any)
		from := str(input["url"])
		if !strings.HasPrefix(str(step["action"]), "fetch:") || from == "" || strings.Contains(from, ":") || templated.MatchString(from) {
			continue
		}
		// A template that fetches its own directory or one above fetches itself.
		if dir := path.Join(own, from); dir != own && !strings.HasPrefix(dir, "..") && !strings.HasPrefix(own+"/", dir+"/") && dir != "." {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// within tells whether a path is below one of the directories, which are sorted.
func within(p string, dirs []string) bool {
	for dir := path.Dir(p); dir != "." && len(dirs) > 0; dir = path.Dir(dir) {
		if _, ok := slices.BinarySearch(dirs, dir); ok {
			return true
		}
	}
	return false
}
