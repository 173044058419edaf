// Package sbom writes what a program of Go is made of as a bill of materials, in
// CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). All of it comes out of what
// the Go toolchain wrote into the program, so that it is true of that program, and
// the same program always gives the same bytes: there is no serial number and no
// time in it.
package sbom

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"runtime/debug"
	"slices"
	"strings"
)

// Subject is what the bill is of.
type Subject struct{ Name, Version string }

type document struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component  component  `json:"component"`
	Properties []property `json:"properties,omitempty"`
}

type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl"`
	Hashes  []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// CycloneDX writes the bill of the program that info is of: the modules that are
// linked into it and the standard library, and the settings it was built with. The
// toolchain tells which modules are there and not which needs which: all are
// dependencies of the program.
func CycloneDX(w io.Writer, s Subject, info *debug.BuildInfo) error {
	main := component{Type: "application", Name: s.Name, Version: s.Version, PURL: purl(info.Main.Path, s.Version)}
	main.Ref = main.PURL
	doc := document{Format: "CycloneDX", SpecVersion: "1.6", Version: 1, Metadata: metadata{main, settings(info)}}
	doc.Components = []component{library("std", strings.TrimPrefix(info.GoVersion, "go"), "")}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		doc.Components = append(doc.Components, library(m.Path, m.Version, m.Sum))
	}
	slices.SortFunc(doc.Components, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	all := dependency{Ref: main.Ref}
	for _, c := range doc.Components {
		all.DependsOn = append(all.DependsOn, c.Ref)
	}
	doc.Dependencies = append(doc.Dependencies, all)
	for _, ref := range all.DependsOn {
		doc.Dependencies = append(doc.Dependencies, dependency{Ref: ref})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// settings are those of the build, sorted.
func settings(info *debug.BuildInfo) []property {
	var out []property
	for _, s := range info.Settings {
		out = append(out, property{"build:" + s.Key, s.Value})
	}
	slices.SortFunc(out, func(a, b property) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func library(path, version, sum string) component {
	p := purl(path, version)
	return component{Type: "library", Ref: p, Name: path, Version: version, PURL: p, Hashes: hashes(sum)}
}

// purl is a package URL of type golang
// (https://github.com/package-url/purl-spec/blob/main/types-doc/golang-definition.md).
func purl(path, version string) string {
	return "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
}

// hashes are those of a module: go.sum's first form is the SHA-256 of the names and
// digests of its files, in base 64 (https://go.dev/ref/mod#go-sum-files).
func hashes(sum string) []hash {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:"))
	if err != nil || len(b) != 32 {
		return nil
	}
	return []hash{{"SHA-256", hex.EncodeToString(b)}}
}
