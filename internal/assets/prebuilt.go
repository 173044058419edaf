package assets

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"callboard/internal/digest"
)

// To bundle the default theme takes several times as long as the documentation of
// a small repository, and it comes to the same each time. What it came to is
// therefore part of the program, with a digest of what it was made of: it is used
// when the theme is that one to the byte, and a theme that somebody has changed is
// bundled as it is.

// prebuilt names the form of a bundle that is kept in a file, and Build's version:
// change it when Build gives something else for the same theme.
const prebuilt = "callboard-theme-bundle-1"

// madeOf is a digest of the files that a theme's bundle is made of. The favicon is
// not among them: it has the configuration's colour, and is made each time.
func madeOf(theme fs.FS) (digest.Sum, error) {
	h := digest.New(prebuilt)
	var src bytes.Buffer // of one file after the other: this is done at every start
	for _, dir := range []string{"css", "icons", "ts"} {
		err := fs.WalkDir(theme, dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && name == dir:
				return fs.SkipDir
			case err != nil || d.IsDir() || !used(name):
				return err
			}
			src.Reset()
			err = readInto(&src, theme, name)
			h.String(name).Bytes(src.Bytes())
			return err
		})
		if err != nil {
			return digest.Sum{}, fmt.Errorf("theme: %w", err)
		}
	}
	return h.Sum(), nil
}

func readInto(b *bytes.Buffer, theme fs.FS, name string) error {
	f, err := theme.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = b.ReadFrom(f)
	return err
}

func used(name string) bool {
	switch path.Ext(name) {
	case ".css", ".svg", ".ts":
		return true
	}
	return false
}

// Keep is the bundle of a theme in the form that Kept reads. A theme with mistakes
// has none.
func Keep(theme fs.FS) ([]byte, error) {
	sum, err := madeOf(theme)
	if err != nil {
		return nil, err
	}
	set, files, ds, err := Build(theme, Options{})
	if err != nil {
		return nil, err
	}
	if len(ds) > 0 {
		return nil, fmt.Errorf("%v: %s", ds[0].Pos, ds[0].Message)
	}
	files = slices.DeleteFunc(files, func(f File) bool { return f.Path == set.Favicon })
	set.Favicon = ""
	names, err := json.Marshal(set)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n%s\n", prebuilt, sum, names)
	for _, f := range files {
		fmt.Fprintf(&b, "%d %s\n%s\n", len(f.Data), f.Path, f.Data)
	}
	return b.Bytes(), nil
}

// Kept is what Build gives for a theme, if raw is what Keep made of the same files.
// The data of the files is part of raw.
func Kept(raw []byte, theme fs.FS, opt Options) (Set, []File, bool) {
	head, rest, ok := bytes.Cut(raw, []byte("\n"))
	if !ok {
		return Set{}, nil, false
	}
	sum, err := madeOf(theme)
	if err != nil || string(head) != prebuilt+" "+sum.String() {
		return Set{}, nil, false
	}
	names, rest, _ := bytes.Cut(rest, []byte("\n"))
	b := &builder{theme: theme}
	if json.Unmarshal(names, &b.set) != nil {
		return Set{}, nil, false
	}
	if b.files, ok = files(rest); !ok {
		return Set{}, nil, false
	}
	b.favicon(opt.Brand)
	slices.SortFunc(b.files, func(x, y File) int { return cmp.Compare(x.Path, y.Path) })
	return b.set, b.files, b.err == nil
}

// files reads the files of a bundle: the length and the path of each in a line
// before it, and a line's end after it.
func files(b []byte) (out []File, ok bool) {
	for len(b) > 0 {
		head, rest, _ := bytes.Cut(b, []byte("\n"))
		var f File
		var n int
		if _, err := fmt.Sscanf(string(head), "%d %s", &n, &f.Path); err != nil || n < 0 || n >= len(rest) || rest[n] != '\n' {
			return nil, false
		}
		f.Data, b = rest[:n:n], rest[n+1:]
		out = append(out, f)
	}
	return out, true
}

// Needed are the files of a bundle that pages load which have these modules, and
// no others: what they name, and all that is imported from there. A script that
// imports another names it.
func (s Set) Needed(files []File, modules ...string) []File {
	wanted := []string{s.CSS, s.Docs, s.Boot, s.App, s.Icons, s.Favicon}
	for _, m := range modules {
		wanted = append(wanted, s.Modules[m])
	}
	at := make(map[string]int, len(files))
	for i, f := range files {
		at[f.Path] = i
	}
	need := make([]bool, len(files))
	for len(wanted) > 0 {
		i, ok := at[wanted[0]]
		wanted = wanted[1:]
		if !ok || need[i] {
			continue
		}
		need[i] = true
		wanted = append(wanted, imports(files[i])...)
	}
	var out []File
	for i, f := range files {
		if need[i] {
			out = append(out, f)
		}
	}
	return out
}

// imports are the scripts that a script imports, at once or when it needs them.
func imports(f File) (out []string) {
	if path.Ext(f.Path) != ".js" {
		return nil
	}
	for text := f.Data; ; {
		_, rest, ok := bytes.Cut(text, []byte(`"./`))
		if !ok {
			return out
		}
		name, _, _ := bytes.Cut(rest, []byte(`"`))
		out, text = append(out, "assets/"+string(name)), rest
	}
}
