package output

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// PutFrom is Put of a file that is too large to be in memory: write writes it,
// a piece at a time.
func (d *Dir) PutFrom(p urlpath.Path, key digest.Sum, write func(io.Writer) error) error {
	f, err := os.CreateTemp(d.stage, ".part-*")
	if err != nil {
		return fmt.Errorf("output: %w", err)
	}
	name := f.Name()
	sum, size, err := pour(f, write)
	if err != nil {
		return errors.Join(err, os.Remove(name))
	}
	id, wanted, err := d.enter(p, Entry{p.String(), sum, size, key})
	if err != nil || !wanted {
		return errors.Join(err, os.Remove(name))
	}
	to := filepath.Join(d.stage, filepath.FromSlash(p.String()))
	if err := d.mkdir(id, filepath.Dir(to)); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	if err := os.Rename(name, to); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	return nil
}

// pour writes into a file, which it closes, and tells what came of it.
func pour(f *os.File, write func(io.Writer) error) (sum digest.Sum, size int64, err error) {
	h := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, h), 64<<10)
	err = write(w)
	if err = errors.Join(err, w.Flush(), f.Chmod(0o644)); err == nil {
		size, err = f.Seek(0, io.SeekCurrent)
	}
	h.Sum(sum[:0])
	return sum, size, errors.Join(err, f.Close())
}
