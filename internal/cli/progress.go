package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"callboard/internal/build"
)

// How often progress is told: on a terminal often enough to look alive, in a
// log seldom enough to be read.
const (
	everyOnTerminal = 80 * time.Millisecond
	everyInLog      = 10 * time.Second
)

// progress tells what a build is at: one line that changes on a terminal, a
// line for each stage elsewhere. brief is for work that is done in a moment: in
// a log, nothing is said of it unless it takes long.
type progress struct {
	mu       sync.Mutex
	w        io.Writer
	now      func() time.Time
	terminal bool
	timings  bool // say what each stage took
	brief    bool
	stage    string
	began    time.Time       // of the stage
	last     time.Time       // when something was written
	begun    map[string]bool // the stages of a crawl
	shown    bool            // a line stands on the terminal that must be cleared
}

// newProgress returns nil for those who asked for silence.
func (a *app) newProgress(brief bool) *progress {
	if a.flags.quiet {
		return nil
	}
	return &progress{w: a.Stderr, now: a.Now, brief: brief && !a.flags.verbose, last: a.Now(), terminal: isTerminal(a.Stderr) && a.Getenv("TERM") != "dumb" && a.Getenv("CI") == "", timings: a.flags.verbose}
}

// told is called by a build, from several goroutines.
func (p *progress) told(b build.Progress) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	fresh := b.Stage != p.stage
	if fresh {
		p.finish(now)
		p.stage, p.began = b.Stage, now
	}
	every := everyInLog
	if p.terminal {
		every = everyOnTerminal
	}
	if now.Sub(p.last) < every && (p.brief || !fresh) {
		return
	}
	p.last = now
	p.write(b, fresh)
}

func (p *progress) write(b build.Progress, fresh bool) {
	switch {
	case p.terminal:
		fmt.Fprintf(p.w, "\r\x1b[K%s", describe(b))
		p.shown = true
	case fresh && b.Total > 0:
		fmt.Fprintf(p.w, "%s: %d\n", doing(b.Stage), b.Total)
	default:
		fmt.Fprintln(p.w, describe(b))
	}
}

// finish ends the stage that is on.
func (p *progress) finish(now time.Time) {
	p.clear()
	if p.timings && p.stage != "" {
		fmt.Fprintf(p.w, "  %s took %s\n", p.stage, now.Sub(p.began).Round(time.Millisecond))
	}
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

// end is called when the build has ended, before anything else is printed.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish(p.now())
	p.stage = ""
}

func describe(b build.Progress) string {
	switch {
	case b.Total > 0:
		return fmt.Sprintf("%s: %d of %d", doing(b.Stage), b.Done, b.Total)
	case b.Done > 0:
		return fmt.Sprintf("%s: %d", doing(b.Stage), b.Done)
	}
	return doing(b.Stage)
}

// doing is a stage for people.
func doing(stage string) string {
	switch stage {
	case "scan":
		return "looking for repositories"
	case "catalog":
		return "reading repositories"
	case "docs":
		return "rendering sets of documentation"
	case "entities":
		return "rendering pages of entities"
	case "pages":
		return "rendering pages"
	case "code":
		return "indexing code of repositories"
	case "search":
		return "indexing"
	}
	if phase, ok := strings.CutPrefix(stage, "publish "); ok {
		return "publishing " + phase
	}
	if rest, ok := strings.CutPrefix(stage, "crawl "); ok {
		step, source, _ := strings.Cut(rest, " ")
		return source + ": " + crawlStep(step)
	}
	return stage
}

// crawlStep is a step of a crawl for people.
func crawlStep(step string) string {
	switch step {
	case "list":
		return "listing repositories"
	case "fetch":
		return "fetching repositories"
	case "people":
		return "listing people"
	case "facts":
		return "asking for facts"
	case "named":
		return "fetching what others name"
	}
	return step
}
