package cli

import (
	"path/filepath"
	"slices"

	"callboard/internal/catalog"
	"callboard/internal/diag"
)

// documents are the records of every YAML document of the files that were asked
// for, in the order of their files, with the codes of the findings on each.
func (a *app) documents(l *linted) []diag.Document {
	out := []diag.Document{}
	vs := slices.DeleteFunc(slices.Clone(l.loaded.Verdicts), func(v catalog.Verdict) bool { return !l.keeps(diag.Pos{Repo: v.Repo, File: v.File}) })
	codes := codesOf(vs, l.findings)
	for i, v := range vs {
		name, asked := a.fromArgument(l, v)
		if !asked {
			continue
		}
		out = append(out, diag.Document{File: name, Doc: v.Doc, Ref: v.Ref, Accepted: v.Accepted, Left: v.Left, Codes: codes[i]})
	}
	slices.SortStableFunc(out, func(x, y diag.Document) int {
		return diag.Pos{File: x.File, Line: x.Doc}.Compare(diag.Pos{File: y.File, Line: y.Doc})
	})
	return out
}

// codesOf are the codes of the findings on each document: those from its first
// line up to the next document's, and for the last of a file all that follow.
func codesOf(vs []catalog.Verdict, ds []diag.Diagnostic) [][]diag.Code {
	type file struct{ repo, name string }
	of := map[file][]int{} // in the order of the documents, as verdicts are
	out := make([][]diag.Code, len(vs))
	for i, v := range vs {
		of[file{v.Repo, v.File}] = append(of[file{v.Repo, v.File}], i)
		out[i] = append([]diag.Code{}, v.Codes...)
	}
	for _, d := range ds {
		docs := of[file{d.Pos.Repo, d.Pos.File}]
		if len(docs) == 0 {
			continue
		}
		at := len(docs) - 1
		for at > 0 && vs[docs[at]].First > d.Pos.Line {
			at--
		}
		if i := docs[at]; !slices.Contains(out[i], d.Code) {
			out[i] = append(out[i], d.Code)
			slices.Sort(out[i])
		}
	}
	return out
}

// fromArgument names the file of a verdict relative to the directory that was
// given, or as it was given itself. It is false for a file that was only looked
// at because it lies beside one that was given.
func (a *app) fromArgument(l *linted, v catalog.Verdict) (string, bool) {
	at := diag.Pos{Repo: v.Repo, File: v.File}
	abs := l.project.abs(at)
	if abs == "" {
		return at.Path(), true
	}
	args := l.paths
	if len(args) == 0 {
		args = []string{a.Dir}
	}
	for _, given := range args {
		rel, err := filepath.Rel(a.path(given), abs)
		switch {
		case err != nil:
		case rel == ".":
			return filepath.ToSlash(given), true
		case filepath.IsLocal(rel):
			return filepath.ToSlash(rel), true
		}
	}
	return filepath.ToSlash(a.shown(abs)), v.Left != catalog.LeftUnnamed
}
