package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"callboard/internal/digest"
	"callboard/internal/urlpath"
)

// record is what is known of the directory on this machine.
type record struct {
	// Head is the digest of the head that the directory was like.
	Head digest.Sum `json:"head"`
	// Files are those that were as the head says, by path.
	Files map[string]noted `json:"files"`
	// Sent are parts that were sent since, which no head names yet.
	Sent map[digest.Sum]bool `json:"sent,omitempty"`
}

// noted is a file as it was.
type noted struct {
	stat
	Parts []digest.Sum `json:"parts,omitempty"`
	// Hole says that the file is empty because what the store has of it is damaged.
	Hole bool `json:"hole,omitempty"`
}

// stat is what tells that a file has been written to.
type stat struct {
	Size  int64 `json:"size"`
	Nanos int64 `json:"nanos"` // of the time of its last change
}

func statOf(info fs.FileInfo) stat { return stat{info.Size(), info.ModTime().UnixNano()} }

// readRecord reads the record; one that is damaged is none.
func (t *Tree) readRecord() record {
	var r record
	if b, err := os.ReadFile(t.Record); err == nil {
		if b, err = unzip(b, maxHead); err != nil || json.Unmarshal(b, &r) != nil {
			r = record{}
		}
	}
	if r.Files == nil {
		r.Files = map[string]noted{}
	}
	if r.Sent == nil {
		r.Sent = map[digest.Sum]bool{}
	}
	return r
}

func (t *Tree) writeRecord() error {
	b, err := digest.Encode(t.record)
	if err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	tmp := t.Record + ".new"
	if err := errors.Join(os.MkdirAll(filepath.Dir(t.Record), 0o755), os.WriteFile(tmp, zip(b), 0o644)); err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	if err := os.Rename(tmp, t.Record); err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	return nil
}

// temporary marks files that are being brought. Those that a killed run left are
// removed when they are old: there may be a second one that reads.
const temporary = ".remote-new-"

func (t *Tree) tidy(root *os.Root) error {
	names, err := fs.ReadDir(root.FS(), ".")
	for _, e := range names {
		info, ierr := e.Info()
		if ierr != nil || !strings.HasPrefix(e.Name(), temporary) || t.Now().Sub(info.ModTime()) < time.Hour {
			continue
		}
		err = errors.Join(err, root.Remove(e.Name()))
	}
	if err != nil {
		return fmt.Errorf("remote: %w", err)
	}
	return nil
}

// scan lists the files of the directory by path.
func (t *Tree) scan(root *os.Root) (map[string]stat, error) {
	out := map[string]stat{}
	err := fs.WalkDir(root.FS(), ".", func(p string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed this moment
		case err != nil:
			return err
		case strings.HasPrefix(e.Name(), temporary) || !e.Type().IsRegular() || !t.Has(p):
			return nil
		}
		if _, err := urlpath.New(p); err != nil {
			return nil // no head may name it
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			out[p] = statOf(info)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	return out, nil
}
