package cache

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"slices"

	"callboard/internal/digest"
)

// layout names the layout of a pack: the results one after the other; for each,
// in the order of keys, its key, where it begins, its size and the first half of
// its digest; how many there are, where that list begins, and a digest of the
// layout's name, the list and these two numbers. What is at the end is written
// last, so that results need not be in memory together, and a reader looks at
// the list and at what it wants.
const layout = "callboard-pack-2\n"

const (
	keySize   = len(digest.Sum{})
	checkSize = 16
	lineSize  = keySize + 16 + checkSize // of the list
	tailSize  = 16 + keySize
)

// check tells whether a result is whole.
type check [checkSize]byte

func checkOf(b []byte) check {
	sum := digest.Of(b)
	return check(sum[:checkSize])
}

// span is where a result is in its file.
type span struct {
	from, size int64
	check      check
}

// tailRead is how much of the end of a pack is read at first: the list of most.
const tailRead = 4 << 10

// openPack opens a pack and reads its list. A file that is no pack of this
// layout is none.
func openPack(name string) (*os.File, map[digest.Sum]span) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil
	}
	list, ok := readList(f)
	if !ok {
		f.Close()
		return nil, nil
	}
	return f, list
}

func readList(f *os.File) (map[digest.Sum]span, bool) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() < int64(tailSize) {
		return nil, false
	}
	size := info.Size()
	end := make([]byte, min(size, tailRead))
	if _, err := f.ReadAt(end, size-int64(len(end))); err != nil {
		return nil, false
	}
	tail := end[len(end)-tailSize:]
	n, from := int64(binary.LittleEndian.Uint64(tail)), int64(binary.LittleEndian.Uint64(tail[8:]))
	if n < 0 || n > size/int64(lineSize) || from != size-int64(tailSize)-n*int64(lineSize) {
		return nil, false
	}
	want := int(n)*lineSize + tailSize
	if want > len(end) {
		end = make([]byte, want)
		if _, err := f.ReadAt(end, from); err != nil {
			return nil, false
		}
	}
	list := end[len(end)-want:]
	body := list[:len(list)-keySize]
	if listSum(body) != digest.Sum(list[len(body):]) {
		return nil, false
	}
	return parseList(body[:int(n)*lineSize], from)
}

func parseList(list []byte, limit int64) (map[digest.Sum]span, bool) {
	out := make(map[digest.Sum]span, len(list)/lineSize)
	for ; len(list) > 0; list = list[lineSize:] {
		s := span{int64(binary.LittleEndian.Uint64(list[keySize:])), int64(binary.LittleEndian.Uint64(list[keySize+8:])), check(list[keySize+16 : lineSize])}
		if s.from < 0 || s.size < 0 || s.from > limit || s.size > limit-s.from {
			return nil, false
		}
		out[digest.Sum(list[:keySize])] = s
	}
	return out, true
}

// listSum is the digest of a list and the numbers behind it. It covers the
// layout's name, too: the same list means something else in another layout.
func listSum(body []byte) digest.Sum { return digest.New(layout).Bytes(body).Sum() }

// bufferBytes is how much of a new pack is held before it is written.
const bufferBytes = 256 << 10

// packWriter writes a new pack beside the file it will replace. Small packs are
// written at once, in the end.
type packWriter struct {
	tmp     *os.File
	flushed int64
	buf     []byte
}

// append adds a result and returns where it begins.
func (w *packWriter) append(name string, b []byte) (int64, error) {
	from := w.flushed + int64(len(w.buf))
	if len(b) >= bufferBytes {
		return from, w.appendLarge(name, b)
	}
	w.buf = append(w.buf, b...)
	if len(w.buf) < bufferBytes {
		return from, nil
	}
	return from, w.open(name)
}

// appendLarge adds a result that is not held first.
func (w *packWriter) appendLarge(name string, b []byte) error {
	if err := w.open(name); err != nil {
		return err
	}
	n, err := w.tmp.Write(b)
	w.flushed += int64(n)
	return err
}

// open writes what is held, into a new file if there is none yet.
func (w *packWriter) open(name string) error {
	if w.tmp == nil {
		var err error
		if w.tmp, err = createBeside(name); err != nil {
			return err
		}
	}
	n, err := w.tmp.Write(w.buf)
	w.flushed += int64(n)
	w.buf = w.buf[:0]
	return err
}

// ReadAt reads what has been written so far.
func (w *packWriter) ReadAt(b []byte, from int64) (int, error) {
	if from >= w.flushed {
		return bytes.NewReader(w.buf).ReadAt(b, from-w.flushed)
	}
	n := min(int64(len(b)), w.flushed-from)
	got, err := w.tmp.ReadAt(b[:n], from)
	if err != nil || got == len(b) {
		return got, err
	}
	more, err := bytes.NewReader(w.buf).ReadAt(b[got:], 0)
	return got + more, err
}

// copyFrom copies results of another pack and changes their spans to where they
// are now. Those that lie side by side are copied together.
func (w *packWriter) copyFrom(src *os.File, spans map[digest.Sum]span) error {
	keys := make([]digest.Sum, 0, len(spans))
	for k := range spans {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b digest.Sum) int { return cmp.Compare(spans[a].from, spans[b].from) })
	for len(keys) > 0 {
		first, n := spans[keys[0]].from, int64(0)
		to := w.flushed
		for len(keys) > 0 && spans[keys[0]].from == first+n {
			s := spans[keys[0]]
			spans[keys[0]] = span{to + n, s.size, s.check}
			n += s.size
			keys = keys[1:]
		}
		if _, err := src.Seek(first, io.SeekStart); err != nil {
			return err
		}
		copied, err := io.CopyN(w.tmp, src, n)
		w.flushed += copied
		if err != nil {
			return err
		}
	}
	return nil
}

// finish writes the list of results.
func (w *packWriter) finish(spans map[digest.Sum]span) error {
	keys := make([]digest.Sum, 0, len(spans))
	for k := range spans {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b digest.Sum) int { return bytes.Compare(a[:], b[:]) })
	list := make([]byte, 0, len(keys)*lineSize+tailSize)
	for _, k := range keys {
		s := spans[k]
		list = append(list, k[:]...)
		list = binary.LittleEndian.AppendUint64(list, uint64(s.from))
		list = binary.LittleEndian.AppendUint64(list, uint64(s.size))
		list = append(list, s.check[:]...)
	}
	list = binary.LittleEndian.AppendUint64(list, uint64(len(keys)))
	list = binary.LittleEndian.AppendUint64(list, uint64(w.flushed))
	sum := listSum(list)
	_, err := w.tmp.Write(append(list, sum[:]...))
	return err
}

// install puts the new pack in the place of name.
func (w *packWriter) install(name string) error {
	tmp := w.tmp
	w.tmp = nil
	if err := tmp.Close(); err != nil {
		os.Remove(tmp.Name())
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// discard removes what has not been installed.
func (w *packWriter) discard() {
	if w.tmp != nil {
		w.tmp.Close()
		os.Remove(w.tmp.Name())
	}
	*w = packWriter{}
}

// createBeside makes a file in the directory of name, which is made if need be.
func createBeside(name string) (*os.File, error) {
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, ".tmp-*")
	if os.IsNotExist(err) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		f, err = os.CreateTemp(dir, ".tmp-*")
	}
	return f, err
}
