package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Change is what the history of a checkout tells of a file.
type Change struct {
	// Created and Revised are the times at which its first and its last change were
	// written, to the second, in UTC. Created is zero if a shallow clone does not
	// hold the first.
	Created, Revised time.Time
	// Authors are the names of those who wrote changes, the last one first, each
	// once, at most MaxAuthors.
	Authors []string
}

// Limits of a history.
const (
	MaxAuthors = 20     // of a file
	maxCommits = 50_000 // that are looked at, the last ones
	maxFiles   = 200_000
	maxLog     = 256 << 20 // bytes that git prints
	maxToken   = 1 << 16   // bytes of a name
)

// History tells of some files, and of those below directories ("." for all), by
// their paths from the top, what the commits up to one tell of them: one run of
// git log. A file that was moved without a change of its content is followed to
// where it was. Of a shallow clone, the commits at its edge tell nothing: they
// seem to add every file.
//
// What git prints is made for people's configuration of it; the flags are those
// that keep a configuration from changing it, or from having programs run.
func (c *Checkout) History(ctx context.Context, commit string, paths ...string) (map[string]Change, error) {
	if !sum.MatchString(commit) {
		return nil, fmt.Errorf("git log: %q is no commit", commit)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	shallow, err := c.shallow(ctx)
	if err != nil {
		return nil, err
	}
	cmd := c.command(ctx, slices.Concat(logFlags, []string{commit, "--"}, paths)...)
	var complaint limited
	complaint.left = 4 << 10
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("git log: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("git log: %w", err)
	}
	l := log{shallow: shallow, files: map[string]*track{}, now: map[string]string{}}
	err = l.read(out)
	if err != nil {
		cancel()
	}
	if werr := cmd.Wait(); err == nil && werr != nil {
		if ctx.Err() != nil {
			werr = ctx.Err()
		}
		err = fmt.Errorf("git log: %w: %s", werr, strings.TrimSpace(complaint.String()))
	}
	if err != nil {
		return nil, err
	}
	return l.changes(), nil
}

// shallow tells whether commits are missing.
func (c *Checkout) shallow(ctx context.Context) (bool, error) {
	out, err := c.output(ctx, "rev-parse", "--is-shallow-repository")
	return strings.TrimSpace(string(out)) == "true", err
}

// logFlags are those of git log.
var logFlags = []string{
	"-c", "log.follow=false", "-c", "log.showSignature=false", "-c", "log.mailmap=false", "-c", "diff.external=", "-c", "log.showRoot=true",
	"log", "-z", "--name-status", "-M100%", "-O/dev/null", "--no-relative", "--no-show-signature", "--no-mailmap", "--no-ext-diff", "--no-textconv", "--no-notes",
	"--no-color", "--encoding=UTF-8", "--max-count=" + strconv.Itoa(maxCommits), "--format=" + commitMark + "%at\x1f%P\x1f%an",
}

// commitMark begins what is told of a commit. No status begins with it.
const commitMark = "\x02"

// log is a history that is being read, from the last commit to the first.
type log struct {
	shallow bool
	files   map[string]*track // by their present names
	now     map[string]string // from names at the commit that is read to present ones; "" for files that are not the present ones
	edge    bool              // the commit that is read is at the edge of what is here
	at      time.Time
	author  string
}

var errOdd = errors.New("git log: its output is not understood")

func (l *log) read(r io.Reader) error {
	s := bufio.NewScanner(io.LimitReader(r, maxLog))
	s.Buffer(make([]byte, 0, 4096), maxToken)
	s.Split(untilNUL)
	for s.Scan() {
		if head, ok := strings.CutPrefix(s.Text(), commitMark); ok {
			if err := l.commit(head); err != nil {
				return err
			}
			continue
		}
		if err := l.file(s); err != nil {
			return err
		}
	}
	return s.Err()
}

// untilNUL is a bufio.SplitFunc for what ends with NUL.
func untilNUL(data []byte, atEOF bool) (int, []byte, error) {
	for i, b := range data {
		if b == 0 {
			return i + 1, data[:i], nil
		}
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

func (l *log) commit(head string) error {
	f := strings.SplitN(head, "\x1f", 3)
	if len(f) != 3 {
		return errOdd
	}
	at, err := strconv.ParseInt(f[0], 10, 64)
	if err != nil {
		return errOdd
	}
	l.at, l.author = time.Unix(at, 0).UTC(), strings.TrimSpace(f[2])
	l.edge = l.shallow && f[1] == ""
	return nil
}

// file reads what a commit did to a file: a status, its name, and for a move the
// new name.
func (l *log) file(s *bufio.Scanner) error {
	status := strings.TrimPrefix(s.Text(), "\n")
	if status == "" {
		return nil
	}
	if !s.Scan() {
		return errOdd
	}
	name := s.Text()
	if status[0] != 'R' && status[0] != 'C' {
		return l.touched(status[0], name, name)
	}
	if !s.Scan() {
		return errOdd
	}
	return l.touched(status[0], name, s.Text())
}

// track is a file that exists now, on the way to its beginning.
type track struct {
	Change
	begun bool // its first change has been read
}

// touched notes a change of the file that was called name afterwards, and before
// it before.
func (l *log) touched(status byte, before, name string) error {
	present, known := l.now[name]
	if !known {
		present = name
	}
	if l.edge || present == "" {
		return nil
	}
	if status == 'D' { // what was there before is another file than one that may be there now
		l.now[name] = ""
		return nil
	}
	f := l.files[present]
	if f == nil {
		if len(l.files) >= maxFiles {
			return fmt.Errorf("git log: it tells of more than %d files", maxFiles)
		}
		f = &track{Change: Change{Revised: l.at}}
		l.files[present] = f
	}
	f.Created = l.at
	if l.author != "" && len(f.Authors) < MaxAuthors && !slices.Contains(f.Authors, l.author) {
		f.Authors = append(f.Authors, l.author)
	}
	switch status {
	case 'A', 'C':
		l.now[name], f.begun = "", true
	case 'R':
		l.now[name], l.now[before] = "", present
	}
	return nil
}

// changes are what was read. A file whose beginning a shallow clone does not hold
// has no time of creation.
func (l *log) changes() map[string]Change {
	out := make(map[string]Change, len(l.files))
	for name, f := range l.files {
		if l.shallow && !f.begun {
			f.Created = time.Time{}
		}
		out[name] = f.Change
	}
	return out
}
