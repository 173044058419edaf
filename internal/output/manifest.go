package output

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// Entry is one file of a portal.
type Entry struct {
	Path string     `json:"path"`
	Sum  digest.Sum `json:"sum"`
	Size int64      `json:"size"`
	// Key is the digest of what the file was made of. Half of it is kept in the
	// state; it is not part of the published manifest.
	Key digest.Sum `json:"-"`
}

// Manifest lists all files of a portal by path. Two builds are the same build
// if their manifests are.
type Manifest struct {
	Version int     `json:"version"`
	Files   []Entry `json:"files"`
}

const version = 1

// writeManifest writes the canonical JSON of a Manifest, file by file, and
// returns its digest.
func writeManifest(name string, files iter.Seq2[[]byte, *record]) (digest.Sum, error) {
	return replace(name, 0o644, func(w *bufio.Writer, _ func() digest.Sum) error { return manifestTo(w, files) })
}

func manifestTo(to io.Writer, files iter.Seq2[[]byte, *record]) error {
	w := bufio.NewWriter(to) // one that is large enough already is taken
	line := append(strconv.AppendInt([]byte(`{"version":`), version, 10), `,"files":[`...)
	before := len(line)
	for path, r := range files {
		var err error
		if line, err = appendEntry(line, path, r); err != nil {
			return err
		}
		w.Write(line)
		line, before = append(line[:0], ','), 1
	}
	if before == 1 {
		line = line[:0] // no comma after the last
	}
	w.Write(line)
	w.WriteString("]}")
	return w.Flush()
}

// appendEntry appends the canonical JSON of an Entry.
func appendEntry(b, path []byte, r *record) ([]byte, error) {
	b = append(b, `{"path":`...)
	if plain(path) {
		b = append(append(append(b, '"'), path...), '"')
	} else {
		quoted, err := digest.Encode(string(path))
		if err != nil {
			return nil, err
		}
		b = append(b, quoted...)
	}
	b = append(b, `,"sum":"`...)
	b = hex.AppendEncode(b, r.sum[:])
	b = append(b, `","size":`...)
	return append(strconv.AppendInt(b, r.size(), 10), '}'), nil
}

// plain tells whether a path stands in JSON as it is.
func plain(path []byte) bool {
	return !slices.ContainsFunc(path, func(c byte) bool { return c < ' ' || c == '"' || c == '\\' || c >= 0x7f })
}

// loadState takes over the last build's entries if the manifest in the
// directory is the one the state speaks of and the files are of the sizes it
// tells. Whatever differs is written again.
func (d *Dir) loadState() {
	name := filepath.Join(d.out, Marker)
	info, err := os.Stat(name)
	if err != nil {
		return
	}
	sum, err := sumOf(name)
	if err != nil {
		return
	}
	if state, err := os.Stat(d.state); err == nil {
		d.tree = newTree(int(state.Size() / bytesPerFile))
	}
	if readState(d.state, sum, d.remember) {
		d.manifest, d.manifestInfo = sum, info
	} else {
		d.forget()
		d.readManifest(name)
	}
	d.old = d.tree.files
	d.findLost()
}

// readManifest takes over what a manifest without its state tells: no file is
// kept by it, but one that comes out the same is not written again.
func (d *Dir) readManifest(name string) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return
	}
	var m Manifest
	if json.Unmarshal(raw, &m) != nil {
		return
	}
	slices.SortStableFunc(m.Files, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	for _, e := range m.Files {
		if _, err := urlpath.New(e.Path); err == nil {
			d.remember(e)
		}
	}
}

// remember adds a file of the last build.
func (d *Dir) remember(e Entry) {
	t := d.tree
	fold := strings.ToLower(e.Path)
	s := t.spot(fold)
	if s.was != 0 {
		// No build makes two files whose paths collide. If somebody else did, the
		// second is removed when it is no longer of the portal, and never kept.
		if !t.spelled(s.was-1, fold, e.Path) {
			d.strays = append(d.strays, e.Path)
		}
		return
	}
	r := t.file(t.add(s, fold, e.Path))
	r.sum, r.key = e.Sum, halve(e.Key)
	r.mark(was)
	if e.Size < 0 || e.Size > maxSize {
		r.mark(lost)
		return
	}
	r.setSize(e.Size)
}

func (d *Dir) forget() { d.tree, d.strays = newTree(0), nil }

// findLost marks the files that are not there as the last build made them.
func (d *Dir) findLost() {
	on, err := openSizes(d.out)
	if err == nil {
		defer on.close()
	}
	var path []byte
	for id := range d.tree.files {
		path = d.tree.appendPath(path[:0], id)
		r := d.tree.file(id)
		if err != nil {
			r.mark(lost)
		} else if size, ok := on.of(string(path)); !ok || size != r.size() {
			r.mark(lost)
		}
	}
}

// untouched tells whether a file is the one that info was taken of.
func untouched(name string, info fs.FileInfo) bool {
	if info == nil {
		return false
	}
	now, err := os.Stat(name)
	return err == nil && os.SameFile(now, info) && now.Size() == info.Size() && now.ModTime().Equal(info.ModTime())
}

// Paths are the paths of all files that were put or kept so far, in order. The
// manifest is not among them.
func (d *Dir) Paths() iter.Seq[string] {
	d.mu.Lock()
	defer d.mu.Unlock()
	order := d.order()
	return func(yield func(string) bool) {
		for p := range d.files(order) {
			if !yield(string(p)) {
				return
			}
		}
	}
}

// Wrote tells whether a directory is one that callboard has written: it begins its
// list of files in one way.
func Wrote(dir string) bool {
	name := filepath.Join(dir, Marker)
	if st, err := os.Lstat(name); err != nil || !st.Mode().IsRegular() {
		return false // a link or a pipe may be anybody's
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close() // it was only read
	want := fmt.Sprintf(`{"version":%d,"files":[`, version)
	got := make([]byte, len(want))
	_, err = io.ReadFull(f, got)
	return err == nil && string(got) == want
}
