package publish

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"callboard/internal/digest"
)

// Record keeps the digests of the files of a directory that no build's manifest
// vouches for, so that a run which publishes them again does not read them all: a
// tree that was copied, or that another program made. It is of use to the machine
// it was written on alone, and one that is damaged or gone costs that reading. The
// zero Record keeps nothing.
type Record struct {
	// File is where it is kept.
	File string
	// Now is when the directory is read.
	Now time.Time
}

// recordHead begins a record and tells its form.
const recordHead = "callboard publish record 1\n"

// restAge is how old a file must be when it is read for its digest to be kept: what
// is written to a file in the same moment may leave its time as it was.
const restAge = time.Second

// noted is a file as it was when it was read.
type noted struct {
	path  string
	size  int64
	nanos int64 // of its last change
	sum   digest.Sum
}

func (n noted) is(f file) bool { return n.size == f.size && n.nanos == f.changed.UnixNano() }

// readRecord reads a record; what cannot be made out is left out.
func readRecord(name string) map[string]noted {
	b, err := os.ReadFile(name)
	rest, ok := bytes.CutPrefix(b, []byte(recordHead))
	if err != nil || !ok {
		return nil
	}
	known := make(map[string]noted, bytes.Count(rest, []byte{'\n'}))
	for line := range strings.Lines(string(rest)) {
		if n, ok := parseNoted(line); ok {
			known[n.path] = n
		}
	}
	return known
}

// parseNoted reads a line: digest, size, time and path, which may have spaces.
func parseNoted(line string) (n noted, ok bool) {
	fields := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 4)
	if len(fields) < 4 || !strings.HasSuffix(line, "\n") {
		return n, false
	}
	err1 := n.sum.UnmarshalText([]byte(fields[0]))
	size, err2 := strconv.ParseInt(fields[1], 10, 64)
	nanos, err3 := strconv.ParseInt(fields[2], 10, 64)
	if errors.Join(err1, err2, err3) != nil {
		return n, false
	}
	return noted{fields[3], size, nanos, n.sum}, true
}

// keepRecords is how long a record stays that nothing was noted in: another run, of a
// directory that may be gone, is not to be paid for forever.
const keepRecords = 90 * 24 * time.Hour

// sweepRecords removes the records beside one that are older than that, and what
// runs left that were killed while they wrote one. One that cannot be removed is left.
func sweepRecords(name string, now time.Time) {
	dir := filepath.Dir(name)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && e.Name() != filepath.Base(name) && now.Sub(info.ModTime()) > keepRecords {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// writeRecord writes a record beside its place and moves it there, so that two runs
// at once leave that of one of them, and never parts of both.
func writeRecord(name string, files []noted) error {
	var b bytes.Buffer
	b.WriteString(recordHead)
	for _, n := range files {
		fmt.Fprintf(&b, "%s %d %d %s\n", n.sum, n.size, n.nanos, n.path)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".new-*")
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("publish: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
