package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"callboard/internal/diag"
)

// baselineVersion is that of the form of the file.
const baselineVersion = 1

// maxBaseline is the size in bytes above which a baseline is not read.
const maxBaseline = 64 << 20

// baseline is the file of findings that are known and not reported.
type baseline struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

// baselineEntry is a finding that is known, as often as Count says. Code and
// Entity are there for people who read the file; the fingerprint decides.
type baselineEntry struct {
	Fingerprint string    `json:"fingerprint"`
	Code        diag.Code `json:"code"`
	File        string    `json:"file"`
	Entity      string    `json:"entity,omitempty"`
	// Anywhere is the fingerprint without the file, of a finding on an entity: by
	// it the finding is known where the entity has moved to once File is gone.
	Anywhere string `json:"anywhere,omitempty"`
	Count    int    `json:"count"`
}

// take tells whether a finding is known, and counts it.
func (e *baselineEntry) take() bool {
	if e == nil || e.Count == 0 {
		return false
	}
	e.Count--
	return true
}

// readBaseline reads a baseline, by fingerprint.
func readBaseline(file, given string) (map[string]*baselineEntry, error) {
	st, err := os.Stat(file)
	if err != nil {
		return nil, &usageError{"cannot read the baseline " + quote(given) + ": " + reason(err), "make it with --write-baseline"}
	}
	if st.Size() > maxBaseline {
		return nil, &usageError{fmt.Sprintf("the baseline %q has %d bytes, more than the limit of %d", given, st.Size(), maxBaseline), ""}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the baseline: %w", err)
	}
	var x baseline
	if err := json.Unmarshal(b, &x); err != nil {
		return nil, &usageError{fmt.Sprintf("%q is not a baseline: %v", given, err), "make it with --write-baseline"}
	}
	if x.Version != baselineVersion {
		return nil, &usageError{fmt.Sprintf("the baseline %q is of version %d; this callboard reads %d", given, x.Version, baselineVersion), "make it with --write-baseline"}
	}
	out := make(map[string]*baselineEntry, len(x.Findings))
	for _, e := range x.Findings {
		if known := out[e.Fingerprint]; known != nil {
			known.Count += max(e.Count, 1)
			continue
		}
		e.Count = max(e.Count, 1)
		out[e.Fingerprint] = &e
	}
	return out, nil
}

// fingerprints names findings for a baseline. Files are named by their way from
// the baseline's directory, so that it does not matter where lint is run.
func (a *app) fingerprints(p *project, file string) func(diag.Diagnostic) string {
	return func(d diag.Diagnostic) string {
		d.Pos = diag.Pos{File: a.fromBaseline(p, file, d.Pos)}
		return d.Fingerprint()
	}
}

// anywhere names a finding on an entity for a baseline wherever the entity stands.
// It is "" for others.
func anywhere(d diag.Diagnostic) string {
	if d.Entity == "" {
		return ""
	}
	d.Pos = diag.Pos{}
	return d.Fingerprint()
}

// moved are the entries that are left of a baseline whose files are gone, by
// anywhere.
func moved(known map[string]*baselineEntry, file string) map[string][]*baselineEntry {
	out := map[string][]*baselineEntry{}
	for _, print := range slices.Sorted(maps.Keys(known)) {
		e := known[print]
		if e.Count == 0 || e.Anywhere == "" {
			continue
		}
		if _, err := os.Lstat(filepath.Join(filepath.Dir(file), filepath.FromSlash(e.File))); errors.Is(err, fs.ErrNotExist) {
			out[e.Anywhere] = append(out[e.Anywhere], e)
		}
	}
	return out
}

func (a *app) fromBaseline(p *project, file string, at diag.Pos) string {
	abs := p.abs(at)
	if abs == "" {
		return at.Path()
	}
	rel, err := filepath.Rel(filepath.Dir(file), abs)
	if err != nil {
		return at.Path()
	}
	return filepath.ToSlash(rel)
}

// storeBaseline writes all findings as known.
func (a *app) storeBaseline(l *linted, given string) error {
	file := a.path(given)
	print := a.fingerprints(l.project, file)
	entries := map[string]*baselineEntry{}
	x := baseline{Version: baselineVersion, Findings: []baselineEntry{}}
	for _, d := range l.findings {
		id := print(d)
		if e := entries[id]; e != nil {
			e.Count++
			continue
		}
		entries[id] = &baselineEntry{id, d.Code, a.fromBaseline(l.project, file, d.Pos), d.Entity, anywhere(d), 1}
	}
	for _, e := range entries {
		x.Findings = append(x.Findings, *e)
	}
	slices.SortFunc(x.Findings, func(a, b baselineEntry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(x); err != nil {
		return fmt.Errorf("write the baseline: %w", err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		return fmt.Errorf("write the baseline: %w", err)
	}
	a.talk("%s written to %s", count(len(l.findings), "finding", "findings"), given)
	return nil
}
