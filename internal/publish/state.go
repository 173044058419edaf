package publish

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"callboard/internal/digest"
	"callboard/internal/output"
	"callboard/internal/urlpath"
)

const (
	stateKey     = Prefix + "state.json.gz"
	leaseKey     = Prefix + "lease.json"
	manifestsDir = Prefix + "manifests/"
	filesDir     = Prefix + "files/"
	stateVersion = 1
)

// State is what the runs know of each other. It lies in the store.
type State struct {
	Version int `json:"version"`
	// Form is how the files were sent.
	Form Form `json:"form"`
	// Current is the digest of the manifest that was published last, the zero Sum
	// before the first run has ended, and At when that was.
	Current digest.Sum `json:"current"`
	At      time.Time  `json:"at,omitzero"`
	// Past are the manifests that can be gone back to, newest first.
	Past []Past `json:"past,omitempty"`
	// Gone are objects that are no longer of the portal and are to be deleted.
	Gone []Gone `json:"gone,omitempty"`
	// Kept are the bytes of files that have been replaced.
	Kept []Kept `json:"kept,omitempty"`
	// Pending is a run that has not ended, nil if all have.
	Pending *Pending `json:"pending,omitempty"`
}

// Past is a manifest that was published once.
type Past struct {
	Manifest digest.Sum `json:"manifest"`
	At       time.Time  `json:"at"`       // when it was published
	Replaced time.Time  `json:"replaced"` // when the next one was
	Files    int        `json:"files"`
}

// Gone is an object that left the portal.
type Gone struct {
	Key   string     `json:"key"`
	Sum   digest.Sum `json:"sum"` // of the file that it was made of
	Since time.Time  `json:"since"`
}

// Kept is a file that has been replaced.
type Kept struct {
	Sum   digest.Sum `json:"sum"`
	Since time.Time  `json:"since"`
}

// Pending is a run that began.
type Pending struct {
	Manifest digest.Sum `json:"manifest"`
	Began    time.Time  `json:"began"`
}

// loadState reads the state and its version, which is "" if there is none. A state
// that cannot be understood is an error: to go on without would forget what must
// be deleted.
func loadState(ctx context.Context, s Store) (*State, string, error) {
	b, o, err := s.Get(ctx, stateKey)
	if errors.Is(err, ErrNotFound) {
		return &State{Version: stateVersion}, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	var st State
	if b, err = unzip(b); err == nil {
		err = json.Unmarshal(b, &st)
	}
	if err != nil {
		return nil, "", fmt.Errorf("the state of what was published, %s in %s, is damaged: %w; delete it to publish everything again", stateKey, s, err)
	}
	if st.Version != stateVersion {
		return nil, "", fmt.Errorf("%s was published by another version of callboard (its state is of version %d, not %d)", s, st.Version, stateVersion)
	}
	return &st, o.Version, nil
}

// saveState writes the state if nobody did since it was read, and returns its new
// version.
func saveState(ctx context.Context, s Store, st *State, version string) (string, error) {
	b, err := digest.Encode(st)
	if err != nil {
		return "", err
	}
	cond := Condition{Version: version, Absent: version == ""}
	v, err := putOn(ctx, s, stateKey, zip(b), cond)
	if errors.Is(err, ErrConflict) {
		return "", fmt.Errorf("%s: %w", s, ErrLeaseLost)
	}
	return v, err
}

// putOn writes something of callboard's own on a condition, if the store knows
// conditions.
func putOn(ctx context.Context, s Store, key string, data []byte, cond Condition) (string, error) {
	a := Attributes{ContentType: "application/octet-stream", CacheControl: "no-store"}
	v, err := s.Put(ctx, key, data, a, cond)
	if errors.Is(err, ErrUnsupported) {
		return s.Put(ctx, key, data, a, Condition{})
	}
	return v, err
}

func manifestKey(sum digest.Sum) string { return manifestsDir + sum.String() + ".json.gz" }

// loadManifest reads a manifest that was published. One that is missing or not
// what its name says is an empty one: then everything is sent again.
func loadManifest(ctx context.Context, s Store, sum digest.Sum) (*output.Manifest, error) {
	m, err := wantManifest(ctx, s, sum)
	if errors.Is(err, ErrNotFound) {
		return &output.Manifest{}, nil
	}
	return m, err
}

// wantManifest is loadManifest for one that must be there.
func wantManifest(ctx context.Context, s Store, sum digest.Sum) (*output.Manifest, error) {
	if sum.IsZero() {
		return nil, ErrNotFound
	}
	b, _, err := s.Get(ctx, manifestKey(sum))
	if err != nil {
		return nil, err
	}
	if b, err = unzip(b); err != nil || digest.Of(b) != sum {
		return nil, ErrNotFound
	}
	return decodeManifest(b), nil
}

// decodeManifest reads a manifest and leaves out what no portal has.
func decodeManifest(b []byte) *output.Manifest {
	var m output.Manifest
	if json.Unmarshal(b, &m) != nil {
		return &output.Manifest{}
	}
	keep := m.Files[:0]
	for _, e := range m.Files {
		if _, err := urlpath.New(e.Path); err == nil && !own(e.Path) {
			keep = append(keep, e)
		}
	}
	m.Files = keep
	return &m
}

// zip compresses; the same bytes always give the same.
func zip(b []byte) []byte { return zipLevel(b, gzip.DefaultCompression) }

func zipLevel(b []byte, level int) []byte {
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, level)
	if err != nil {
		panic(err) // the levels are ours
	}
	w.Write(b) // a bytes.Buffer does not fail
	w.Close()
	return z.Bytes()
}

func unzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return readAll(r)
}

// readAll reads no more than an object may have.
func readAll(r io.Reader) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(r, MaxObject+1))
	if err == nil && len(out) > MaxObject {
		err = errors.New("it is too large")
	}
	return out, err
}
