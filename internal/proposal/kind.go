package proposal

import (
	"fmt"
	"path"
	"strings"
)

// kind is spec.type, by the first rule that holds:
//
//  1. a framework for websites in package.json, and no server: website
//  2. a framework for servers, or a container file: service
//  3. a manifest of something others build upon: library
//  4. a program by its manifest: service
//  5. a Helm chart: helm-chart; mostly Terraform: infrastructure
//  6. no source and documentation: documentation; a page at the root: website
//
// and otherwise "other".
func (r *repository) kind() (kind, why string) {
	for _, m := range r.manifests {
		if m.frontend != "" && m.server == "" {
			return "website", fmt.Sprintf("%s has %s", m.file, m.frontend)
		}
	}
	for _, m := range r.manifests {
		if m.server != "" {
			return "service", fmt.Sprintf("%s has %s", m.file, m.server)
		}
	}
	if f := r.oneOf("Dockerfile", "Containerfile", "Procfile", "serverless.yml"); f != "" {
		return "service", f
	}
	if chart := r.nearest("Chart.yaml"); chart != "" && !r.has("Chart.yaml") {
		return "service", chart
	}
	for _, m := range r.manifests {
		switch {
		case m.library && m.file != "Chart.yaml":
			return "library", m.file + " is that of something to build upon"
		case m.program:
			return "service", m.file + " is that of a program"
		}
	}
	return r.kindOfFiles()
}

// kindOfFiles goes by what most of the files are.
func (r *repository) kindOfFiles() (kind, why string) {
	switch {
	case r.has("Chart.yaml"):
		return "helm-chart", "Chart.yaml"
	case len(r.languages) > 0 && r.languages[0].tag == "terraform":
		return "infrastructure", "most of the source is Terraform"
	case r.has("index.html"):
		return "website", "index.html"
	case len(r.languages) > 0:
		return "other", "write service, website or library: nothing here tells"
	case r.oneOf("mkdocs.yml", "mkdocs.yaml") != "" || r.mostlyText():
		return "documentation", "there is text and no source"
	}
	return "other", "write service, website or library: nothing here tells"
}

func (r *repository) mostlyText() bool {
	text := 0
	for _, f := range r.snap.Files {
		switch strings.ToLower(path.Ext(f.Path)) {
		case ".md", ".adoc", ".rst", ".txt":
			text++
		}
	}
	return text > 1 && text*2 > len(r.snap.Files)
}
