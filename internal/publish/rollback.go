package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"callboard/internal/digest"
	"callboard/internal/output"
)

// Published is a manifest that was published, and whether it is the current one.
type Published struct {
	Manifest digest.Sum `json:"manifest"`
	At       time.Time  `json:"at"`
	Files    int        `json:"files"`
	Current  bool       `json:"current"`
}

// History lists what was published and can be gone back to, newest first.
func History(ctx context.Context, s Store) ([]Published, error) {
	st, _, err := loadState(ctx, s)
	if err != nil {
		return nil, err
	}
	if st.Current.IsZero() {
		return nil, nil
	}
	m, err := loadManifest(ctx, s, st.Current)
	if err != nil {
		return nil, err
	}
	out := []Published{{st.Current, st.At, len(m.Files), true}}
	for _, p := range st.Past {
		out = append(out, Published{p.Manifest, p.At, p.Files, false})
	}
	return out, nil
}

// Back finds the manifest to go back to: the one whose digest begins with which,
// or, if that is "", the one that stood before the current one. If a run has not
// ended, the one before it is the current one.
func Back(ctx context.Context, s Store, which string) (digest.Sum, error) {
	st, _, err := loadState(ctx, s)
	if err != nil {
		return digest.Sum{}, err
	}
	var all []digest.Sum
	if !st.Current.IsZero() && (st.Pending != nil || which != "") {
		all = append(all, st.Current)
	}
	for _, p := range st.Past {
		all = append(all, p.Manifest)
	}
	for _, sum := range all {
		if strings.HasPrefix(sum.String(), which) {
			return sum, nil
		}
	}
	if which != "" {
		return digest.Sum{}, fmt.Errorf("%s keeps no manifest %s", s, which)
	}
	return digest.Sum{}, fmt.Errorf("%s keeps nothing to go back to", s)
}

// Earlier is a portal that was published before, to be published again. What it
// consists of is read from the store.
func Earlier(ctx context.Context, s Store, sum digest.Sum) (Source, error) {
	m, err := wantManifest(ctx, s, sum)
	if errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("%s keeps no manifest %s", s, sum)
	}
	if err != nil {
		return nil, err
	}
	e := &earlier{store: s, m: m}
	return e, e.complete(ctx)
}

type earlier struct {
	store Store
	m     *output.Manifest
}

// Manifest is that of the earlier portal.
func (e *earlier) Manifest() *output.Manifest { return e.m }

// Open reads a file from where it stands, or from where it was put aside.
func (e *earlier) Open(ctx context.Context, f output.Entry) ([]byte, error) {
	for _, key := range []string{fileKey(f.Sum), f.Path} {
		b, o, err := e.store.Get(ctx, key)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if b, err = decode(b, o.ContentEncoding); err == nil && check(b, f) {
			return b, nil
		}
	}
	return nil, fmt.Errorf("%s is no longer as it was, and %s does not keep what it was", f.Path, e.store)
}

// complete finds out whether all files are kept, before anything is changed.
func (e *earlier) complete(ctx context.Context) error {
	st, _, err := loadState(ctx, e.store)
	if err != nil {
		return err
	}
	stands, err := loadManifest(ctx, e.store, st.Current)
	if err != nil {
		return err
	}
	there := map[string]digest.Sum{}
	for _, f := range stands.Files {
		there[f.Path] = f.Sum
	}
	for _, g := range st.Gone {
		there[g.Key] = g.Sum
	}
	kept := map[string]bool{}
	for o, err := range e.store.List(ctx, filesDir) {
		if err != nil {
			return err
		}
		kept[o.Key] = true
	}
	lost := slices.DeleteFunc(slices.Clone(e.m.Files), func(f output.Entry) bool {
		return there[f.Path] == f.Sum || kept[fileKey(f.Sum)]
	})
	if len(lost) > 0 {
		return fmt.Errorf("%d of %d files are no longer kept in %s, the first of them %s", len(lost), len(e.m.Files), e.store, lost[0].Path)
	}
	return nil
}
