package proposal

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// manifest is what a file at the root says of the repository.
type manifest struct {
	file                       string
	name, version, description string
	// library is set if the manifest is that of something others build upon,
	// program if of something that runs; both are false where it does not say.
	library, program bool
	// frontend is the framework that makes a website of it.
	frontend string
	// server is what makes a service of it.
	server string
}

// readManifests reads those at the root, in the order in which they are
// believed.
func (r *repository) readManifests() []manifest {
	var out []manifest
	for _, x := range []struct {
		file string
		read func(*manifest, []byte)
	}{
		{"package.json", readPackage}, {"go.mod", r.readGoMod}, {"Cargo.toml", r.readCargo}, {"pyproject.toml", r.readPyproject},
		{"pom.xml", readPOM}, {"Chart.yaml", readChart},
	} {
		if b := r.read(x.file, MaxManifest); b != nil {
			m := manifest{file: x.file}
			x.read(&m, b)
			out = append(out, m)
		}
	}
	return append(out, r.readProjects()...)
}

// maxProjects is how many projects of .NET are looked at.
const maxProjects = 50

// readProjects is the project of .NET that tells most of a repository: the first
// that answers, or else runs, or else is there.
func (r *repository) readProjects() []manifest {
	var all []manifest
	for _, f := range r.snap.Files {
		if !strings.HasSuffix(f.Path, ".csproj") || isAside(f.Path) || strings.Count(f.Path, "/") > 2 || len(all) == maxProjects {
			continue
		}
		m := manifest{file: f.Path, name: strings.TrimSuffix(path.Base(f.Path), ".csproj")}
		readProject(&m, r.read(f.Path, MaxManifest))
		all = append(all, m)
	}
	for _, tells := range []func(manifest) bool{func(m manifest) bool { return m.server != "" }, func(m manifest) bool { return m.program }} {
		if i := slices.IndexFunc(all, tells); i >= 0 {
			return all[i : i+1]
		}
	}
	return all[:min(len(all), 1)]
}

// frontends are packages that a website is made with; servers those that make
// one that answers.
var (
	frontends = []string{"next", "nuxt", "gatsby", "@angular/core", "svelte", "vue", "react-dom", "react-scripts", "astro", "@docusaurus/core", "vite"}
	servers   = []string{"express", "fastify", "koa", "@nestjs/core", "@hapi/hapi", "@apollo/server", "apollo-server"}
)

func readPackage(m *manifest, b []byte) {
	var p struct {
		Name, Version, Description    string
		Main, Module, Types           any
		Exports, Bin, Private, Files  any
		Scripts                       map[string]any
		Dependencies, DevDependencies map[string]any
	}
	// A field of a wrong type leaves the others as they are.
	if err := json.Unmarshal(b, &p); err != nil && !errors.As(err, new(*json.UnmarshalTypeError)) {
		return
	}
	m.name, m.version, m.description = p.Name, p.Version, p.Description
	published := p.Exports != nil || p.Module != nil || p.Types != nil || (p.Main != nil || p.Files != nil) && p.Private != true
	for _, f := range frontends {
		if p.Dependencies[f] != nil || p.DevDependencies[f] != nil && (!published || f != "vite") {
			m.frontend = f
			break
		}
	}
	for _, s := range servers {
		if p.Dependencies[s] != nil {
			m.server = s
			break
		}
	}
	_, starts := p.Scripts["start"]
	m.library = published && !starts && m.server == ""
	m.program = starts || p.Bin != nil
	if m.library {
		m.frontend = "" // a library of components
	}
}

// readGoMod knows a program by its main package, at the root or below cmd.
func (r *repository) readGoMod(m *manifest, b []byte) {
	for line := range strings.Lines(string(b)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			m.name = strings.Trim(strings.TrimSpace(name), `"`)
			break
		}
	}
	if last := path.Base(m.name); len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		m.name = path.Dir(m.name) // a major version
	}
	m.program = r.has("main.go") || slices.ContainsFunc(r.snap.Under("cmd"), func(f file) bool { return path.Base(f.Path) == "main.go" })
	m.library = !m.program
}

func (r *repository) readCargo(m *manifest, b []byte) {
	t := tables(b)
	m.name, m.version, m.description = t["package.name"], t["package.version"], t["package.description"]
	m.program = r.has("src/main.rs")
	m.library = !m.program && r.has("src/lib.rs")
}

func (r *repository) readPyproject(m *manifest, b []byte) {
	t := tables(b)
	for _, section := range []string{"project.", "tool.poetry."} {
		if m.name == "" {
			m.name, m.version, m.description = t[section+"name"], t[section+"version"], t[section+"description"]
		}
	}
	text := string(b)
	for _, s := range []string{"fastapi", "flask", "django", "aiohttp", "uvicorn", "gunicorn"} {
		if strings.Contains(strings.ToLower(text), `"`+s) || strings.Contains(strings.ToLower(text), "\n"+s+" ") {
			m.server = s
			break
		}
	}
	m.program = m.server != "" || r.oneOf("main.py", "app.py", "manage.py") != ""
	m.library = !m.program && m.name != ""
}

// tables reads the texts of a TOML file, by table and key. It knows of TOML what
// manifests need: tables, and one line a key.
func tables(b []byte) map[string]string {
	out := map[string]string{}
	section := ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.Trim(name, "[] ") + "."
			continue
		}
		k, v, ok := strings.Cut(line, "=")
		v = strings.TrimSpace(v)
		if !ok || len(v) < 2 || v[0] != '"' && v[0] != '\'' {
			continue
		}
		if end := strings.IndexByte(v[1:], v[0]); end >= 0 {
			if key := section + strings.TrimSpace(k); out[key] == "" {
				out[key] = v[1 : end+1]
			}
		}
	}
	return out
}

// readPOM reads the elements of the project itself, not those of its parent.
func readPOM(m *manifest, b []byte) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var stack []string
	for {
		t, err := d.Token()
		if err != nil || len(stack) > 100 {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			stack = append(stack, t.Name.Local)
		case xml.EndElement:
			stack = stack[:max(len(stack)-1, 0)]
		case xml.CharData:
			if len(stack) != 2 {
				continue
			}
			text := strings.TrimSpace(string(t))
			switch stack[1] {
			case "artifactId":
				m.name = text
			case "version":
				m.version = text
			case "description":
				m.description = text
			}
		}
	}
	if strings.Contains(string(b), "spring-boot-maven-plugin") || strings.Contains(string(b), "quarkus-maven-plugin") {
		m.server, m.program = "Spring Boot or Quarkus", true
	}
	m.library = !m.program
}

func readChart(m *manifest, b []byte) {
	doc := yamldoc.One(b, diag.Pos{}, diag.Discard)
	if doc == nil {
		return
	}
	v, _ := doc.Value.(map[string]any)
	m.name, m.description = text(v["name"]), text(v["description"])
	m.version = text(v["version"])
	m.library = text(v["type"]) == "library"
}

func text(v any) string { s, _ := v.(string); return s }

func readProject(m *manifest, b []byte) {
	s := string(b)
	if strings.Contains(s, "Microsoft.NET.Sdk.Web") || strings.Contains(s, "Microsoft.NET.Sdk.Worker") {
		m.server = "ASP.NET"
	}
	m.program = m.server != "" || strings.Contains(s, "<OutputType>Exe")
	m.library = !m.program
}

// settingsFile is the file of the probot app "settings".
const settingsFile = ".github/settings.yml"

// settings are what that file says of the repository.
type settings struct {
	description string
	topics      []string
	team        string // one that maintains it
}

func (r *repository) settings() (out settings) {
	doc := yamldoc.One(r.read(settingsFile, MaxManifest), diag.Pos{}, diag.Discard)
	if doc == nil {
		return out
	}
	v, _ := doc.Value.(map[string]any)
	repo, _ := v["repository"].(map[string]any)
	out.description = text(repo["description"])
	switch t := repo["topics"].(type) {
	case string:
		out.topics = strings.FieldsFunc(t, func(r rune) bool { return r == ',' || r == ' ' })
	case []any:
		for _, x := range t {
			out.topics = append(out.topics, text(x))
		}
	}
	out.topics = out.topics[:min(len(out.topics), 20)]
	teams, _ := v["teams"].([]any)
	for _, want := range []string{"maintain", "admin"} {
		for _, x := range teams {
			m, _ := x.(map[string]any)
			if out.team == "" && text(m["permission"]) == want {
				out.team = text(m["name"])
			}
		}
	}
	return out
}

// sortedKeys are the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
