package crawl

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/codesearch"
	"callboard/internal/digest"
	"callboard/internal/repofs"
)

// Limits bound what is wanted of a repository. What is beyond them is left out,
// with a diagnostic.
type Limits struct {
	Files    int   // how many
	Bytes    int64 // of all of them together
	FileSize int64 // bytes of one; never more than repofs.MaxRead
	// Definitions is how many files are taken for API definitions because of their
	// names. Those that catalog files name are wanted anyway.
	Definitions int
}

// UsualLimits are those of crawls that are told no others.
func UsualLimits() Limits {
	return Limits{Files: 20_000, Bytes: 256 << 20, FileSize: repofs.MaxRead, Definitions: 100}
}

// Want says which files of a repository are wanted. It is a pure function of
// the names in the tree and of the contents of wanted files, so that it does not
// matter how the files come here.
type Want struct {
	// Entries are the glob patterns of catalog files, Names the names of catalog
	// files of other catalogs, in any directory.
	Entries, Names []string
	// Ignore are the glob patterns of files and directories that are passed over.
	Ignore []string
	// Code says that every file is wanted that the search in code can have, see
	// codesearch.ByName, of the repositories whose names match CodeIn, or of all if
	// that is empty.
	Code   bool
	CodeIn []string
	// Limits are zero for the usual ones.
	Limits Limits
}

// limits are those that count.
func (w Want) limits() Limits {
	l := w.Limits
	if l == (Limits{}) {
		l = UsualLimits()
	}
	l.FileSize = min(l.FileSize, repofs.MaxRead)
	return l
}

// of is what is wanted of the repository of a name.
func (w Want) of(name string) Want {
	w.Code = w.Code && (len(w.CodeIn) == 0 || slices.ContainsFunc(w.CodeIn, func(g string) bool { return doublestar.MatchUnvalidated(g, name) }))
	return w
}

// wantVersion is part of Want.sum. It changes whenever other files are wanted of
// the same repository, or they are kept in another way.
const wantVersion = "want/3"

// sum is the digest of the rules: what was fetched by others is fetched again.
func (w Want) sum() digest.Sum {
	return digest.New(wantVersion).JSON([][]string{w.Entries, w.Names, w.Ignore}).JSON(w.Code).JSON(w.CodeIn).JSON(w.limits()).Sum()
}

// IsCatalog tells whether a path is that of a catalog file by its name.
func (w Want) IsCatalog(p string) bool {
	return w.isEntry(p) || slices.Contains(w.Names, path.Base(p))
}

func (w Want) isEntry(p string) bool {
	return slices.ContainsFunc(w.Entries, func(g string) bool {
		return doublestar.MatchUnvalidated(strings.TrimPrefix(g, "/"), p)
	})
}

// isMkdocs tells whether a path is that of a configuration of MkDocs, as
// Backstage's techdocs-node looks for it.
func isMkdocs(p string) bool {
	b := path.Base(p)
	return b == "mkdocs.yml" || b == "mkdocs.yaml"
}

// First are the files of a tree that are wanted because of their names, in order.
func (w Want) First(tree []repofs.Entry) (out []repofs.Entry) {
	about := w.describe(tree)
	for _, e := range tree {
		if about.wants(e.Path) || w.Code && codesearch.ByName(e.Path, e.Size) == "" {
			out = append(out, e)
		}
	}
	return out
}

// about is what the names in a tree tell.
type about struct {
	Want
	// described are the directories of catalog files and configurations of MkDocs.
	// A repository without any is asked for what tells who it is, and no more.
	described map[string]bool
	apis      map[string]bool
}

func (w Want) describe(tree []repofs.Entry) about {
	a := about{w, map[string]bool{}, map[string]bool{}}
	most := w.limits().Definitions
	for _, e := range tree {
		if w.IsCatalog(e.Path) || isMkdocs(e.Path) {
			a.described[path.Dir(e.Path)] = true
		}
		if len(a.apis) < most && isDefinition(e.Path) {
			a.apis[e.Path] = true
		}
	}
	return a
}

func (a about) wants(p string) bool {
	dir, name := path.Dir(p), path.Base(p)
	switch {
	case a.IsCatalog(p), isMkdocs(p), isCodeowners(p):
		return true
	case dir == "." && (isLicence(name) || isReadme(name) || isManifest(name)):
		return true
	case len(a.described) == 0:
		return false
	case a.described[dir] && (isReadme(name) || isManifest(name) || strings.EqualFold(name, "index.md")):
		return true
	}
	return a.apis[p] || inDocs(p)
}

// isCodeowners names the places that hosts look in (GitHub, "About code owners";
// GitLab, "Code Owners"; Bitbucket and Gitea have theirs among them).
func isCodeowners(p string) bool {
	switch p {
	case "CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS", ".bitbucket/CODEOWNERS":
		return true
	}
	return false
}

func isReadme(name string) bool { return hasStem(name, "readme") }

func isLicence(name string) bool {
	return hasStem(name, "license") || hasStem(name, "licence") || hasStem(name, "copying")
}

// hasStem tells whether a name is a word, alone or with something after a dot or
// hyphen, in either case.
func hasStem(name, word string) bool {
	if len(name) < len(word) || !strings.EqualFold(name[:len(word)], word) {
		return false
	}
	return len(name) == len(word) || strings.ContainsRune(".-", rune(name[len(word)]))
}

// isManifest tells whether a name is that of a file that says what code is built
// of.
func isManifest(name string) bool {
	switch name {
	case "go.mod", "package.json", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "pyproject.toml", "setup.cfg", "requirements.txt",
		"Cargo.toml", "Gemfile", "composer.json", "mix.exs", "Package.swift", "pubspec.yaml", "Chart.yaml", "Dockerfile":
		return true
	}
	switch path.Ext(name) {
	case ".csproj", ".fsproj", ".sln", ".gemspec":
		return true
	}
	return false
}

// isDefinition tells whether a path looks like that of an API definition.
func isDefinition(p string) bool {
	name := strings.ToLower(path.Base(p))
	switch path.Ext(name) {
	case ".graphql", ".graphqls", ".gql", ".proto":
		return true
	case ".yaml", ".yml", ".json":
		return strings.Contains(name, "openapi") || strings.Contains(name, "swagger") || strings.Contains(name, "asyncapi")
	}
	return false
}

// inDocs tells whether a path lies below a directory named docs.
func inDocs(p string) bool { return strings.HasPrefix(p, "docs/") || strings.Contains(p, "/docs/") }
