package importer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"callboard/internal/diag"
	"callboard/internal/draft"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// MaxFiles is how many files of other catalogs are read of one repository.
const MaxFiles = 2_000

// Read reads a repository's files of the given formats and returns what they
// describe, in the order of the files. It reads through read only, so that a
// caller may note what was read. The error is that of a context that was
// cancelled.
func Read(ctx context.Context, s *repofs.Snapshot, formats []Format, read repofs.ReadFunc, sink diag.Sink) ([]*draft.Draft, error) {
	var out []*draft.Draft
	files := 0
	for _, f := range s.Files {
		format := FormatOf(f.Path)
		if format == "" || !slices.Contains(formats, format) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at := diag.Pos{Repo: s.Repo, File: f.Path}
		if files++; files > MaxFiles {
			sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Warning, Code: CodeLeftOut, Message: fmt.Sprintf("the repository has more than %d files of other catalogs; the rest is left out", MaxFiles), Hint: "name directories to pass over in catalog.ignore"})
			break
		}
		out = append(out, ReadFile(s.Repo, f.Path, format, read, sink)...)
	}
	return out, nil
}

// ReadFile reads one file of a repository, whatever its name, by the rules of a
// format.
func ReadFile(repo, file string, format Format, read repofs.ReadFunc, sink diag.Sink) []*draft.Draft {
	at := diag.Pos{Repo: repo, File: file}
	src, err := read(file)
	if err != nil {
		sink.Report(diag.Diagnostic{Pos: at, Severity: diag.Warning, Code: CodeUnreadable, Message: "the file cannot be read: " + reason(err)})
		return nil
	}
	ds := Import(src, format, at, sink)
	for _, d := range ds {
		fillTexts(d, read, sink)
	}
	return ds
}

// Entities are the entities of drafts.
func Entities(ds []*draft.Draft) []*entity.Entity {
	out := make([]*entity.Entity, 0, len(ds))
	for _, d := range ds {
		out = append(out, d.Entity)
	}
	return out
}

// fillTexts gives a draft the text of the files that it names.
func fillTexts(d *draft.Draft, read repofs.ReadFunc, sink diag.Sink) {
	dir, self := path.Split(d.Entity.Origin.File)
	for _, key := range slices.Sorted(maps.Keys(d.Files())) {
		rel := d.Files()[key]
		if rel == self {
			continue // the text of the document is there
		}
		b, err := read(path.Join(dir, rel))
		if err != nil {
			sink.Report(diag.Diagnostic{Pos: d.Entity.Origin.Pos(), Severity: diag.Warning, Code: CodeUnreadable, Entity: d.Entity.Ref.String(),
				Message: fmt.Sprintf("the %s %q cannot be read: %s", key, short(rel), reason(err))})
			continue
		}
		d.Entity.Spec[key] = string(b)
	}
}

// reason is an error without the path of this machine that it may hold.
func reason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "there is no such file"
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
