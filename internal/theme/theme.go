// Package theme is the look of a portal: the default theme with a user's files
// laid over it, file by file, and its templates, parsed once.
package theme

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"

	"callboard/internal/digest"
)

// Theme is a default theme under an overlay.
type Theme struct {
	fsys fs.FS
	tmpl *template.Template
	sum  digest.Sum
}

// New lays overlay, which may be nil, over the default theme and parses the
// templates with the functions they may call.
func New(base, overlay fs.FS, funcs template.FuncMap) (*Theme, error) {
	t := &Theme{fsys: layered{overlay, base}, tmpl: template.New("").Funcs(funcs).Option("missingkey=error")}
	h := digest.New("theme/1")
	names, err := t.names()
	if err != nil {
		return nil, fmt.Errorf("theme: %w", err)
	}
	for _, n := range names {
		src, err := fs.ReadFile(t.fsys, n)
		if err != nil {
			return nil, fmt.Errorf("theme: %w", err)
		}
		h.String(n).Bytes(src)
		name := strings.TrimSuffix(strings.TrimPrefix(n, "templates/"), ".html")
		if _, err := t.tmpl.New(name).Parse(squeeze(string(src))); err != nil {
			return nil, fmt.Errorf("theme: %s: %w", n, err)
		}
	}
	t.sum = h.Sum()
	return t, nil
}

// squeeze drops the indentation of a template's lines: it would be a tenth of
// every page.
func squeeze(src string) string {
	var b strings.Builder
	for line := range strings.Lines(src) {
		b.WriteString(strings.TrimLeft(line, " \t"))
	}
	return b.String()
}

func (t *Theme) names() ([]string, error) {
	var out []string
	for _, dir := range []string{"templates", "templates/parts"} {
		des, err := fs.ReadDir(t.fsys, dir)
		if err != nil {
			return nil, err
		}
		for _, de := range des {
			if strings.HasSuffix(de.Name(), ".html") {
				out = append(out, path.Join(dir, de.Name()))
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// FS is the theme's files.
func (t *Theme) FS() fs.FS { return t.fsys }

// Templates are the parsed templates by path below templates/, without the
// extension.
func (t *Theme) Templates() *template.Template { return t.tmpl }

// Sum is a digest of the templates.
func (t *Theme) Sum() digest.Sum { return t.sum }

// layered shows the files of two file systems; over hides those of under.
type layered struct{ over, under fs.FS }

func (l layered) Open(name string) (fs.File, error) {
	if l.over != nil {
		f, err := l.over.Open(name)
		if err == nil {
			if info, serr := f.Stat(); serr == nil && !info.IsDir() {
				return f, nil
			}
			f.Close()
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return l.under.Open(name)
}

// ReadDir lists the files of both.
func (l layered) ReadDir(name string) ([]fs.DirEntry, error) {
	des, err := fs.ReadDir(l.under, name)
	if l.over == nil {
		return des, err
	}
	more, overErr := fs.ReadDir(l.over, name)
	if err != nil && overErr != nil {
		return nil, err
	}
	des = append(more, des...)
	slices.SortStableFunc(des, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return slices.CompactFunc(des, func(a, b fs.DirEntry) bool { return a.Name() == b.Name() }), nil
}
