// Package proposal proposes the catalog file of a repository that has none, of
// what is in it: CODEOWNERS, manifests, the README, documentation, definitions
// of APIs, languages. Everything it says carries its evidence as a comment, so
// that the reader sees at once what to believe; what it cannot tell it says it
// cannot tell. The same files give the same proposal.
//
// Files are read through the snapshot, within limits, and nothing is executed.
package proposal

import (
	"fmt"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// Limits of what is read.
const (
	MaxManifest = 1 << 20  // bytes of a manifest
	MaxReadme   = 64 << 10 // bytes of a README that are looked at
	MaxAPIs     = 20       // definitions that are proposed
	MaxHead     = 16 << 10 // bytes of a file that are looked at to tell what it is
)

// Unknown stands where Backstage wants a value and there is no evidence.
const Unknown = "unknown"

// Propose makes the entities of a repository: a Component, and an API for each
// definition. name is what the repository is called if nothing in it tells.
// What is wrong with its CODEOWNERS goes to the sink.
func Propose(s *repofs.Snapshot, name string, sink diag.Sink) []*draft.Draft {
	r := &repository{snap: s, sink: sink}
	r.manifests = r.readManifests()
	r.languages = countLanguages(s)
	called, why := r.name(name)
	d := draft.New(entity.KindComponent, draft.Name(called), entity.Origin{Repo: s.Repo, File: "catalog-info.yaml", Line: 1, Col: 1})
	d.Comment(why, "metadata", "name")
	r.describe(d)
	r.annotate(d)
	r.tags(d)
	kind, reason := r.kind()
	d.Set("type", kind, diag.Pos{}, reason)
	life, reason := r.lifecycle()
	d.Set("lifecycle", life, diag.Pos{}, reason)
	owner, reason := r.owner()
	d.Set("owner", owner, diag.Pos{}, reason)
	out := append([]*draft.Draft{d}, r.apis(d)...)
	for _, x := range out {
		x.Seal()
	}
	return out
}

// repository is what is known of one so far.
type repository struct {
	snap      *repofs.Snapshot
	sink      diag.Sink
	manifests []manifest
	languages []language
}

func (r *repository) has(name string) bool {
	_, ok := r.snap.Lookup(name)
	return ok
}

// oneOf is the first of the names that is there, "" if none is.
func (r *repository) oneOf(names ...string) string {
	for _, n := range names {
		if r.has(n) {
			return n
		}
	}
	return ""
}

// read is the content of a file of at most max bytes, nil for one that is
// larger or not there: a proposal does without it.
func (r *repository) read(name string, max int64) []byte {
	f, ok := r.snap.Lookup(name)
	if !ok || f.Size > max {
		return nil
	}
	b, err := r.snap.Read(name)
	if err != nil {
		return nil
	}
	return b
}

// head is the beginning of a file.
func (r *repository) head(name string, max int) []byte {
	b := r.read(name, MaxManifest)
	return b[:min(len(b), max)]
}

// name is what the repository is called, and how that is known.
func (r *repository) name(fallback string) (name, why string) {
	if _, _, repo := draft.RepositoryOf(r.snap.WebURL); repo != "" {
		return repo, "the repository's name at " + draft.HostOf(r.snap.WebURL)
	}
	for _, m := range r.manifests {
		if m.name != "" {
			return path.Base(m.name), m.file
		}
	}
	return fallback, "the directory's name"
}

// describe sets title and description, of the README or else of a manifest.
func (r *repository) describe(d *draft.Draft) {
	title, text, file := r.readme()
	if title != "" && !strings.EqualFold(draft.Kebab(title), draft.Kebab(d.Entity.Name)) {
		d.Title(title)
		d.Comment("the heading of "+file, "metadata", "title")
	}
	if text != "" {
		d.Describe(text)
		d.Comment("the first paragraph of "+file, "metadata", "description")
		return
	}
	if s := r.settings(); s.description != "" {
		d.Describe(s.description)
		d.Comment(settingsFile, "metadata", "description")
		return
	}
	for _, m := range r.manifests {
		if m.description != "" {
			d.Describe(m.description)
			d.Comment(m.file, "metadata", "description")
			return
		}
	}
}

// annotate sets the annotations that files tell.
func (r *repository) annotate(d *draft.Draft) {
	d.Repository(r.snap.WebURL, "", "the git remote")
	if f := r.oneOf("mkdocs.yml", "mkdocs.yaml"); f != "" {
		d.Annotate("backstage.io/techdocs-ref", "dir:.", f)
	} else if f := r.nearest("mkdocs.yml"); f != "" {
		d.Annotate("backstage.io/techdocs-ref", "dir:./"+path.Dir(f), f)
	}
	if key := property(r.head("sonar-project.properties", MaxHead), "sonar.projectKey"); key != "" {
		d.Annotate("sonarqube.org/project-key", key, "sonar-project.properties")
	}
	if f := r.oneOf(".circleci/config.yml"); f != "" {
		host := draft.HostOf(r.snap.WebURL)
		if _, owner, name := draft.RepositoryOf(r.snap.WebURL); strings.Contains(host, "github") || strings.Contains(host, "bitbucket") {
			vcs := "github"
			if strings.Contains(host, "bitbucket") {
				vcs = "bitbucket"
			}
			d.Annotate("circleci.com/project-slug", vcs+"/"+owner+"/"+name, f)
		}
	}
	r.workflows(d)
	if id, f := r.license(); id != "" {
		d.Annotate("callboard.dev/license", id, f)
	}
}

// workflows notes GitHub's workflows, and links to their runs.
func (r *repository) workflows(d *draft.Draft) {
	var names []string
	for _, f := range r.snap.Under(".github/workflows") {
		if ext := path.Ext(f.Path); (ext == ".yml" || ext == ".yaml") && path.Dir(f.Path) == ".github/workflows" && len(names) < 20 {
			names = append(names, path.Base(f.Path))
		}
	}
	if len(names) == 0 {
		return
	}
	d.Annotate("callboard.dev/workflows", strings.Join(names, ", "), ".github/workflows")
	if web, _, _ := draft.RepositoryOf(r.snap.WebURL); strings.Contains(draft.HostOf(web), "github") {
		d.Link(entity.Link{URL: web + "/actions", Title: "Workflows", Icon: "github", Type: "ci"})
		d.Comment(".github/workflows", "metadata", "links", 0)
	}
}

// nearest is the file of a name that lies least deep, where that is not at the
// root and not in what is only tested with.
func (r *repository) nearest(name string) string {
	best := ""
	for _, f := range r.snap.Files {
		if path.Base(f.Path) == name && !isAside(f.Path) && (best == "" || strings.Count(f.Path, "/") < strings.Count(best, "/")) {
			best = f.Path
		}
	}
	return best
}

// isAside tells whether a file lies where examples, tests and the work of
// others do. Below src/main directories are packages, whatever they are called.
func isAside(p string) bool {
	if i := strings.Index("/"+p, "/src/main/"); i >= 0 {
		p = p[:i] + "/x"
	}
	for part := range strings.SplitSeq(path.Dir(p), "/") {
		switch strings.ToLower(part) {
		case "test", "tests", "testdata", "__tests__", "fixtures", "example", "examples", "samples", "vendor", "third_party", "node_modules", "dist", "build", "target":
			return true
		}
	}
	return false
}

// tags are the languages and what the repository is shipped as.
func (r *repository) tags(d *draft.Draft) {
	add := func(tag, why string) {
		n := len(d.Entity.Metadata.Tags)
		d.Tag(tag)
		if len(d.Entity.Metadata.Tags) > n {
			d.Comment(why, "metadata", "tags", n)
		}
	}
	for i, l := range r.languages {
		if i < 3 && (i == 0 || l.percent >= 10) {
			add(l.tag, fmt.Sprintf("%d %% of the source", l.percent))
		}
	}
	if f := r.oneOf("Dockerfile", "Containerfile"); f != "" {
		add("docker", f)
	}
	if f := r.nearest("Chart.yaml"); f != "" {
		add("helm", f)
	}
	for _, t := range r.settings().topics {
		add(t, "a topic in "+settingsFile)
	}
}

// lifecycle goes by what the README says of the repository's end, and by the
// version of its manifest.
func (r *repository) lifecycle() (life, why string) {
	if file := r.readmeFile(); file != "" {
		name, _ := r.name("")
		if end := endOf(string(r.head(file, 2_000)), name); end != "" {
			return "deprecated", file + ": " + short(end)
		}
	}
	for _, m := range r.manifests {
		switch {
		case strings.HasPrefix(m.version, "0.") && m.version != "0.0.0":
			return "experimental", fmt.Sprintf("guessed: the version in %s is %s", m.file, short(m.version))
		case m.version != "" && m.version[0] >= '1' && m.version[0] <= '9':
			return "production", fmt.Sprintf("guessed: the version in %s is %s", m.file, short(m.version))
		}
	}
	return Unknown, "write production, experimental or deprecated: nothing here tells"
}

// short is a text cut to what fits into a comment.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// property is the value of a key in a file of lines "key=value".
func property(text []byte, key string) string {
	for line := range strings.Lines(string(text)) {
		if k, v, ok := strings.Cut(line, "="); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
