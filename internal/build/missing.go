package build

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/repofs"
)

// CodeMissing marks sources in which no catalog file was found.
const CodeMissing = diag.Code("catalog-files-missing")

// maxGuessed is how many files of a build without a catalog are looked into.
const maxGuessed = 500

var describesEntity = regexp.MustCompile(`(?m)^apiVersion:[ \t]+["']?backstage\.io/v`)

// sayMissing tells that no repository has a catalog file. An empty portal without
// a word would leave whoever sets it up to guess what is looked for. If another
// file describes an entity, that is where the finding stands.
func sayMissing(snaps []*repofs.Snapshot, to diag.Sink) {
	if len(snaps) == 0 || slices.ContainsFunc(snaps, hasCatalog) {
		return
	}
	d := diag.Diagnostic{Pos: diag.Pos{Repo: snaps[0].Repo}, Severity: diag.Warning, Code: CodeMissing,
		Message: "no catalog file was found" + inAny(len(snaps)) + ": " + looksFor(snaps[0]),
		Hint:    "describe a service in a catalog-info.yaml, which callboard init proposes, or give the names of your catalog files as catalog.files"}
	if at, ok := guess(snaps); ok {
		d.Pos, d.Hint = at, "this file describes an entity; name it under locations, or its name under catalog.files"
	}
	to.Report(d)
}

// inAny says of how many repositories a finding speaks that can stand in one only.
func inAny(repositories int) string {
	if repositories == 1 {
		return ""
	}
	return fmt.Sprintf(" in any of %d repositories", repositories)
}

// hasCatalog tells whether a repository has a file that should give entities.
func hasCatalog(s *repofs.Snapshot) bool {
	return slices.ContainsFunc(s.Files, func(f repofs.File) bool { return s.IsEntry(f.Path) })
}

// looksFor names some of the files that are looked for.
func looksFor(s *repofs.Snapshot) string {
	names := s.Entries
	if len(names) > 3 {
		names = append(slices.Clone(names[:3]), "…")
	}
	return "looked for " + strings.Join(names, ", ")
}

// guess finds a file that describes an entity though nothing names it.
func guess(snaps []*repofs.Snapshot) (diag.Pos, bool) {
	read := 0
	for _, s := range snaps {
		for _, f := range s.Files {
			if ext := path.Ext(f.Path); ext != ".yaml" && ext != ".yml" {
				continue
			}
			if read++; read > maxGuessed {
				return diag.Pos{}, false
			}
			b, err := s.Read(f.Path)
			if err != nil {
				continue
			}
			if at := describesEntity.FindIndex(b); at != nil {
				return diag.Pos{Repo: s.Repo, File: f.Path, Line: 1 + strings.Count(string(b[:at[0]]), "\n"), Col: 1}, true
			}
		}
	}
	return diag.Pos{}, false
}
