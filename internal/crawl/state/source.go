package state

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"callboard/internal/digest"
	"callboard/internal/facts"
)

// Source is what is known of a source.
type Source struct {
	Name string `json:"name"`
	// Shard is "i/n" if only a part of the source is here, as state.Of tells.
	Shard string `json:"shard,omitempty"`
	// Entries are the glob patterns of catalog files, if the source has its own.
	Entries []string `json:"entries,omitempty"`
	// Fault is why the last list of repositories is not to be had, or is not
	// believed; nil if it is.
	Fault *Fault `json:"fault,omitempty"`
	// Repos are in order of their keys.
	Repos []Repo `json:"-"`
	// Events are what has changed, oldest first.
	Events []Event `json:"-"`
	// Annexes are in order of their keys.
	Annexes []Annex `json:"-"`
}

// Annex is what is known of the files of a repository that only others name. They
// are kept apart from its own: who crawls a part of a source keeps what the
// repositories of that part name, wherever it is.
type Annex struct {
	// Of is the key of the repository, Repo its name.
	Of   string `json:"of"`
	Repo string `json:"repo"`
	// Revision is that of the files, "" as long as there are none.
	Revision string `json:"revision,omitempty"`
	// Unchanged is what Repo.Unchanged is.
	Unchanged string `json:"unchanged,omitempty"`
	// Fault is why the files are not those of the present; nil if they are.
	Fault *Fault `json:"fault,omitempty"`
}

// Key is what the annex is called beside repositories.
func (a Annex) Key() string { return AnnexKey(a.Of) }

// AnnexKey is the key of the annex of a repository.
func AnnexKey(of string) string { return "annex:" + of }

// Repo is what is known of a repository beside its files.
type Repo struct {
	// Key is unique within the source and survives renaming if the host has IDs.
	Key      string     `json:"key"`
	Name     string     `json:"name"`
	ID       string     `json:"id,omitempty"`
	Branch   string     `json:"branch,omitempty"`
	WebURL   string     `json:"webURL,omitempty"`
	CloneURL string     `json:"cloneURL,omitempty"`
	Topics   []string   `json:"topics,omitempty"`
	Facts    facts.Repo `json:"facts,omitzero"` // without Observed, which is in Times
	// Revision is that of the files, "" as long as there are none.
	Revision string `json:"revision,omitempty"`
	// Unchanged is what the list said when the files were fetched, for hosts that
	// list no revisions: while it says the same, they are as they were.
	Unchanged string `json:"unchanged,omitempty"`
	// Fault is why the files are not those of the present; nil if they are.
	Fault *Fault `json:"fault,omitempty"`
	// Misses is in how many crawls one after the other the repository was not
	// there, with access to others of the source.
	Misses int `json:"misses,omitempty"`
	// People is how many entities a generated repository holds.
	People int `json:"people,omitempty"`
}

// Fault is why something is not as it should be.
type Fault struct {
	// Kind is a source.FaultKind, or one of those of package crawl.
	Kind string `json:"kind"`
	// Cause is one clause for readers.
	Cause string    `json:"cause"`
	Since time.Time `json:"since"`
}

// Event is a change of a repository between two crawls.
type Event struct {
	Time   time.Time `json:"time"`
	Source string    `json:"source,omitempty"`
	Key    string    `json:"key"`
	Repo   string    `json:"repo"` // its name
	Kind   EventKind `json:"kind"`
	// From and To are revisions, or names if it was renamed.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Cause is why it vanished.
	Cause string `json:"cause,omitempty"`
}

// EventKind is what happened.
type EventKind string

// What happens to repositories.
const (
	Appeared EventKind = "appeared"
	Changed  EventKind = "changed"
	Renamed  EventKind = "renamed"
	Vanished EventKind = "vanished"
	Failed   EventKind = "failed"   // could not be had for the first time
	Restored EventKind = "restored" // can be had again
)

// MaxEvents is how many changes of a source are kept, the latest.
const MaxEvents = 5_000

// Compare orders by time, then name and what happened.
func (e Event) Compare(f Event) int {
	return cmp.Or(e.Time.Compare(f.Time), cmp.Compare(e.Source, f.Source), cmp.Compare(e.Repo, f.Repo), cmp.Compare(e.Key, f.Key), cmp.Compare(e.Kind, f.Kind))
}

// Of tells whether a repository belongs to the i-th (from 1) of n shards.
func Of(source, key string, i, n int) bool {
	if n <= 1 {
		return true
	}
	sum := digest.New("shard").String(source).String(key).Sum()
	v := uint(sum[0])<<24 | uint(sum[1])<<16 | uint(sum[2])<<8 | uint(sum[3])
	return v%uint(n) == uint(i-1)
}

// Shard is the i-th of n parts, as Source has it: "" for the whole.
func Shard(i, n int) string {
	if n <= 1 {
		return ""
	}
	return fmt.Sprintf("%d/%d", i, n)
}

// ParseShard reads what Shard writes. It is 1 of 1 for the whole, and for what
// Shard does not write.
func ParseShard(s string) (i, n int) {
	if k, err := fmt.Sscanf(s, "%d/%d", &i, &n); err != nil || k != 2 || i < 1 || i > n || n > MaxShards || Shard(i, n) != s {
		return 1, 1
	}
	return i, n
}

// MaxShards is of how many parts a crawl may be.
const MaxShards = 1000

// Find is the repository with a key.
func (s *Source) Find(key string) *Repo {
	i, ok := slices.BinarySearchFunc(s.Repos, key, func(r Repo, k string) int { return strings.Compare(r.Key, k) })
	if !ok {
		return nil
	}
	return &s.Repos[i]
}

// line is one line of a source's file.
type line struct {
	Source *Source `json:"source,omitempty"`
	Repo   *Repo   `json:"repo,omitempty"`
	Event  *Event  `json:"event,omitempty"`
	Annex  *Annex  `json:"annex,omitempty"`
	// End is how many lines came before, in the last line.
	End int `json:"end,omitempty"`
}

// ErrDamaged tells that a file of the state is not as it was written.
var ErrDamaged = errors.New("the file is damaged")

// Sources are the names of the sources, in order.
func (d *Dir) Sources() ([]string, error) {
	es, err := os.ReadDir(d.file(sourcesDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range es {
		s, err := readSource(d.file(sourcesDir, e.Name()), true)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		out = append(out, s.Name)
	}
	slices.Sort(out)
	return out, err
}

// Source reads what is known of a source: nil if nothing is. The error is
// ErrDamaged if it cannot be made out any more.
func (d *Dir) Source(name string) (*Source, error) {
	s, err := readSource(d.sourceFile(name), false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && s.Name != name {
		err = ErrDamaged
	}
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	return s, nil
}

func readSource(name string, head bool) (*Source, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReaderSize(io.LimitReader(f, maxSourceLen), 1<<16))
	var s *Source
	for n := 0; ; n++ {
		var l line
		switch err := dec.Decode(&l); {
		case err != nil, n == 0 && l.Source == nil, n > 0 && l.Source != nil:
			return nil, ErrDamaged
		case l.Source != nil:
			if s = l.Source; head {
				return s, nil
			}
		case l.Repo != nil:
			s.Repos = append(s.Repos, *l.Repo)
		case l.Event != nil:
			l.Event.Source = s.Name
			s.Events = append(s.Events, *l.Event)
		case l.Annex != nil:
			s.Annexes = append(s.Annexes, *l.Annex)
		case l.End != n:
			return nil, ErrDamaged
		default:
			return s, nil
		}
	}
}

// PutSource keeps what is known of a source. It sorts the repositories and lets
// go of the oldest events.
func (d *Dir) PutSource(s *Source) error {
	b, err := s.lines()
	if err != nil {
		return err
	}
	if d.says(s.Name, digest.Of(b)) {
		return nil
	}
	return d.putSource(s.Name, b)
}

// lines are the file of a source. It sorts the repositories and lets go of all but
// the newest events.
func (s *Source) lines() ([]byte, error) {
	slices.SortFunc(s.Repos, func(a, b Repo) int { return strings.Compare(a.Key, b.Key) })
	slices.SortFunc(s.Annexes, func(a, b Annex) int { return strings.Compare(a.Of, b.Of) })
	s.Events = s.Events[max(0, len(s.Events)-MaxEvents):]
	var b bytes.Buffer
	if err := s.encode(&b); err != nil {
		return nil, fmt.Errorf("keep source %s: %w", s.Name, err)
	}
	return b.Bytes(), nil
}

func (d *Dir) sourceFile(name string) string { return d.file(sourcesDir, named(name)+".jsonl") }

func (d *Dir) putSource(name string, b []byte) error {
	err := d.replace(d.sourceFile(name), true, func(w *bufio.Writer) error {
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep source %s: %w", name, err)
	}
	return nil
}

func (s *Source) encode(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	err := e.Encode(line{Source: s})
	for i := range s.Repos {
		r := s.Repos[i]
		r.Facts.Observed = time.Time{}
		err = errors.Join(err, e.Encode(line{Repo: &r}))
	}
	for i := range s.Events {
		ev := s.Events[i]
		ev.Source = ""
		err = errors.Join(err, e.Encode(line{Event: &ev}))
	}
	for i := range s.Annexes {
		err = errors.Join(err, e.Encode(line{Annex: &s.Annexes[i]}))
	}
	return errors.Join(err, e.Encode(line{End: 1 + len(s.Repos) + len(s.Events) + len(s.Annexes)}))
}

// Keep lets go of all sources but those named. Their repositories go with the
// next Sweep.
func (d *Dir) Keep(names []string) error {
	keep := map[string]bool{}
	for _, n := range names {
		keep[named(n)] = true
	}
	for _, dir := range []string{sourcesDir, timesDir} {
		es, err := os.ReadDir(d.file(dir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("keep sources: %w", err)
		}
		for _, e := range es {
			name, _, _ := strings.Cut(e.Name(), ".")
			if keep[name] {
				continue
			}
			if err := remove(d.file(dir, e.Name())); err != nil {
				return fmt.Errorf("keep sources: %w", err)
			}
		}
	}
	return nil
}

func remove(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
