package output

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// The state of a build lies beside the cache and not in the portal: the
// manifest's entries with the keys of what they were made of. Its layout is
// stateMagic, the digest of the manifest that it goes with, then for each file
// in the order of the paths how many bytes its path shares with the one before,
// the rest of the path with the length before it, its size, its digest and
// half of its key, and at the end a digest of all that.
const stateMagic = "callboard-state-4\n"

const bytesPerFile = 80 // of the state, about

const sumSize = len(digest.Sum{})

func writeState(name string, manifest digest.Sum, files iter.Seq2[[]byte, *record]) error {
	_, err := replace(name, 0o600, func(w *bufio.Writer, sum func() digest.Sum) error {
		w.WriteString(stateMagic)
		w.Write(manifest[:])
		var before, line []byte
		for path, r := range files {
			line = appendState(line[:0], before, path, r)
			before = append(before[:0], path...)
			w.Write(line)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		end := sum()
		_, err := w.Write(end[:])
		return err
	})
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return nil
}

func appendState(b, before, path []byte, r *record) []byte {
	n := shared(before, path)
	b = binary.AppendUvarint(b, uint64(n))
	b = binary.AppendUvarint(b, uint64(len(path)-n))
	b = append(b, path[n:]...)
	b = binary.AppendUvarint(b, uint64(r.size()))
	return append(append(b, r.sum[:]...), r.key[:]...)
}

// shared is how many bytes two paths have in common at their beginning.
func shared(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// readState calls add with the entries that go with a manifest. A state that is
// missing, damaged or goes with another manifest is none: what was added must be
// forgotten then, since only the end of the file tells.
func readState(name string, manifest digest.Sum, add func(Entry)) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < int64(sumSize) {
		return false
	}
	h := sha256.New()
	r := bufio.NewReaderSize(io.TeeReader(io.LimitReader(f, info.Size()-int64(sumSize)), h), 1<<16)
	if !readHead(r, manifest) || !readEntries(r, add) {
		return false
	}
	var end digest.Sum
	_, err = io.ReadFull(f, end[:])
	return err == nil && end == digest.Sum(h.Sum(nil))
}

func readHead(r *bufio.Reader, manifest digest.Sum) bool {
	head := make([]byte, len(stateMagic)+sumSize)
	_, err := io.ReadFull(r, head)
	return err == nil && string(head) == stateMagic+string(manifest[:])
}

func readEntries(r *bufio.Reader, add func(Entry)) bool {
	var path []byte
	var e Entry // one for all: reading into it puts it on the heap
	for {
		n, err := binary.ReadUvarint(r)
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil || n > uint64(len(path)) {
			return false
		}
		var ok bool
		if path, ok = readPath(r, path[:n]); !ok {
			return false
		}
		if e.Path = string(path); !safe(e.Path) || !readRest(r, &e) {
			return false
		}
		add(e)
	}
}

// readPath reads what a path has after the bytes it shares with the one before.
func readPath(r *bufio.Reader, path []byte) ([]byte, bool) {
	n, err := binary.ReadUvarint(r)
	from := len(path)
	if err != nil || n > uint64(urlpath.MaxPath-min(from, urlpath.MaxPath)) {
		return nil, false
	}
	path = slices.Grow(path, int(n))[:from+int(n)]
	if _, err := io.ReadFull(r, path[from:]); err != nil {
		return nil, false
	}
	return path, true
}

// safe tells whether a path leads to something below a portal's directory.
func safe(path string) bool {
	return path != "." && fs.ValidPath(path) && filepath.IsLocal(filepath.FromSlash(path))
}

func readRest(r *bufio.Reader, e *Entry) bool {
	size, err := binary.ReadUvarint(r)
	if err != nil || size > maxSize {
		return false
	}
	e.Size = int64(size)
	_, errSum := io.ReadFull(r, e.Sum[:])
	_, errKey := io.ReadFull(r, e.Key[:sumSize/2])
	return errSum == nil && errKey == nil
}
