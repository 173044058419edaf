package state

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"callboard/internal/digest"
)

// Writer gathers the files of a repository. Contents go to the disk as they
// come once they are more than a few, so that memory holds little of them. It is
// for one goroutine.
type Writer struct {
	d        *Dir
	source   string
	key      string
	few      []byte // what has come, until it is more than maxFew
	spool    *draft // nil until then
	at       int64
	files    map[string]File // At is that in the spool
	contents map[digest.Sum]int64
	bytes    int64
}

// maxFew is how many bytes of a repository are held in memory.
const maxFew = 32 << 10

// Begin begins to gather the files of a repository. It must be ended by Commit
// or Abort.
func (d *Dir) Begin(source, key string) *Writer {
	return &Writer{d: d, source: source, key: key, files: map[string]File{}, contents: map[digest.Sum]int64{}}
}

// add adds bytes to what has come.
func (w *Writer) add(b []byte) (err error) {
	if w.spool == nil && len(w.few)+len(b) <= maxFew {
		w.few = append(w.few, b...)
		return nil
	}
	if w.spool == nil {
		if w.spool, err = w.d.draft(); err != nil {
			return err
		}
		b, w.few = append(w.few, b...), nil
	}
	_, err = w.spool.w.Write(b)
	return err
}

// come is what has come, to be read.
func (w *Writer) come() (io.ReaderAt, error) {
	if w.spool == nil {
		return bytes.NewReader(w.few), nil
	}
	return w.spool.f, w.spool.w.Flush()
}

// Put adds a file, or replaces it.
func (w *Writer) Put(path string, content []byte) error {
	f := File{Path: path, Size: int64(len(content)), Sum: digest.Of(content), Blob: Blob(content)}
	at, known := w.contents[f.Sum]
	if !known {
		if err := w.add(content); err != nil {
			return fmt.Errorf("keep %s of %s: %w", path, w.key, err)
		}
		at = w.at
		w.contents[f.Sum] = at
		w.at += f.Size
	}
	f.At = at
	w.bytes += f.Size - w.files[path].Size
	w.files[path] = f
	return nil
}

// Blob is git's name for a content, in repositories whose objects have SHA-1
// names.
func Blob(content []byte) string {
	h := sha1.New()
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// Link makes a path another name of a file that has been added.
func (w *Writer) Link(path, file string) {
	if f, ok := w.files[file]; ok {
		w.bytes += f.Size - w.files[path].Size
		f.Path = path
		w.files[path] = f
	}
}

// Has tells whether a path has been added.
func (w *Writer) Has(path string) bool {
	_, ok := w.files[path]
	return ok
}

// Len is how many files have been added, Bytes the size of them all.
func (w *Writer) Len() int { return len(w.files) }

// Bytes is the size of all files that have been added.
func (w *Writer) Bytes() int64 { return w.bytes }

// Drop takes files back for which keep is false.
func (w *Writer) Drop(keep func(path string) bool) {
	for p, f := range w.files {
		if !keep(p) {
			w.bytes -= f.Size
			delete(w.files, p)
		}
	}
}

// Read reads a file that has been added.
func (w *Writer) Read(path string) ([]byte, error) {
	f, ok := w.files[path]
	if !ok {
		return nil, nil
	}
	come, err := w.come()
	if err != nil {
		return nil, fmt.Errorf("keep %s: %w", w.key, err)
	}
	return readPart(come, f)
}

// Commit makes the gathered files the repository's. What stands in r of source,
// key and files is overwritten. Lasting says that an earlier state of the
// repository is replaced, and that nobody may be able to fetch it once more.
func (w *Writer) Commit(r Repository, lasting bool) error {
	err := w.commit(r, lasting)
	if err = errors.Join(err, w.Abort()); err != nil {
		return fmt.Errorf("keep %s: %w", w.key, err)
	}
	return nil
}

func (w *Writer) commit(r Repository, lasting bool) error {
	come, err := w.come()
	if err != nil {
		return err
	}
	r.Source, r.Key, r.Files = w.source, w.key, w.sorted()
	return w.d.replace(w.d.place(w.source, w.key), lasting, func(out *bufio.Writer) error { return write(out, come, &r) })
}

func (w *Writer) sorted() []File {
	out := make([]File, 0, len(w.files))
	for _, f := range w.files {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// write writes contents in the order of their first paths, so that the bytes do
// not depend on the order in which they came.
func write(out *bufio.Writer, come io.ReaderAt, r *Repository) error {
	at := int64(len(head))
	placed := map[digest.Sum]int64{}
	if _, err := out.WriteString(head); err != nil {
		return err
	}
	for i := range r.Files {
		f := &r.Files[i]
		if p, ok := placed[f.Sum]; ok {
			f.At = p
			continue
		}
		if _, err := io.Copy(out, io.NewSectionReader(come, f.At, f.Size)); err != nil {
			return err // a full disk says so once, not for each file
		}
		placed[f.Sum], f.At = at, at
		at += f.Size
	}
	index, err := digest.Encode(r)
	if err != nil {
		return err
	}
	sum := digest.Of(index)
	foot := binary.LittleEndian.AppendUint64(sum[:], uint64(len(index)))
	if _, err = out.Write(index); err != nil {
		return err
	}
	_, err = out.Write(append(foot, tail...))
	return err
}

// Abort gives up what has been gathered. After Commit it does nothing.
func (w *Writer) Abort() error {
	if w.spool == nil {
		return nil
	}
	err := w.spool.discard()
	w.spool, w.few = nil, nil
	return err
}
