package output

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"callboard/internal/digest"
)

// replace writes a file in one piece: whoever reads it sees the old one or the
// new one. write gets a function besides that is the digest of what has been
// flushed; replace returns that of the whole.
func replace(name string, mode fs.FileMode, write func(w *bufio.Writer, sum func() digest.Sum) error) (sum digest.Sum, err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return sum, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(tmp, h), 1<<16)
	flushed := func() digest.Sum { return digest.Sum(h.Sum(nil)) }
	err = errors.Join(write(w, flushed), w.Flush(), tmp.Chmod(mode), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return sum, errors.Join(err, os.Remove(tmp.Name()))
	}
	return flushed(), nil
}

// sumOf is the digest of a file.
func sumOf(name string) (sum digest.Sum, err error) {
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	return digest.Sum(h.Sum(nil)), nil
}
