// Package exec runs the programs that a configuration names as processors. It
// is the only package that starts programs. A program is one process for a whole
// build: it is asked by lines of JSON on its standard input and answers by lines
// of JSON on its standard output, in any order, each with the number of its
// question. It runs in a process group of its own, in the configuration's
// directory, with an environment of five variables.
//
// A program that takes too long for an answer, or too much memory, that ends,
// or that answers what cannot be understood is killed with its group and asked
// no more: what it said before stands, and the rest is as if it had said
// nothing.
package exec

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"callboard/internal/digest"
)

// Limits of a program, beside those that its Command sets.
const (
	MaxAsked  = 64      // questions without an answer at one time
	MaxAnswer = 4 << 20 // bytes of a line of the program
	MaxLines  = 20      // of its standard error that are kept
	MaxLine   = 300     // characters of each
	grace     = time.Second
)

// Command is a program to run.
type Command struct {
	// Argv is the program and its arguments. A program with a slash in its name
	// is a path relative to the directory; others are looked for in PATH.
	Argv []string
	// Timeout is how long an answer may take.
	Timeout time.Duration
	// Memory is how many bytes the processes of the group may have resident
	// together. It is watched where /proc tells, on Linux.
	Memory int64
}

// Environment is what a program finds around it.
type Environment struct {
	Dir, Path, Home string
}

// variables is the environment as a program sees it.
func (e *Environment) variables() []string {
	return []string{"PATH=" + e.Path, "HOME=" + e.Home, "LANG=C.UTF-8", "TZ=UTC", "CALLBOARD=1"}
}

// Program is a program that is started when it is first asked. Its methods may
// be called from several goroutines.
type Program struct {
	cmd   Command
	env   Environment
	asked chan struct{} // has a place for each question without an answer

	mu      sync.Mutex
	p       *process
	failure error
	closed  bool
	last    int
	waiting map[int]chan json.RawMessage
	lines   []string // of standard error
}

// New makes a program that has not been started.
func New(c Command, e Environment) *Program {
	return &Program{cmd: c, env: e, asked: make(chan struct{}, MaxAsked), waiting: map[int]chan json.RawMessage{}}
}

// Sum is a digest of the command and of the files that it names.
func (p *Program) Sum() digest.Sum {
	h := digest.New("exec/1").JSON(p.cmd.Argv).String(p.env.Dir)
	for i, arg := range p.cmd.Argv {
		file := filepath.Join(p.env.Dir, arg)
		if i == 0 {
			file = p.path()
		} else if filepath.IsAbs(arg) {
			file = arg
		}
		if st, err := os.Stat(file); err == nil && st.Mode().IsRegular() && st.Size() < 64<<20 {
			if b, err := os.ReadFile(file); err == nil {
				h.Add(digest.Of(b))
			}
		}
	}
	return h.Sum()
}

// path is where the program is.
func (p *Program) path() string {
	name := p.cmd.Argv[0]
	switch {
	case filepath.IsAbs(name):
		return name
	case strings.ContainsAny(name, `/\`):
		return filepath.Join(p.env.Dir, name)
	}
	for _, dir := range filepath.SplitList(p.env.Path) {
		file := filepath.Join(dir, name)
		if st, err := os.Stat(file); err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0 {
			return file
		}
	}
	return name
}

// Ask asks a question and returns the line that answers it. It reports false
// when there is none, because the program has failed, now or before, or because
// the context has ended.
func (p *Program) Ask(ctx context.Context, question map[string]any) (json.RawMessage, bool) {
	select {
	case p.asked <- struct{}{}:
		defer func() { <-p.asked }()
	case <-ctx.Done():
		return nil, false
	}
	id, reply, proc := p.begin()
	if proc == nil {
		return nil, false
	}
	defer p.forget(id)
	// Failing closes the pipes and the channel, and so ends what waits for them.
	late := time.AfterFunc(p.cmd.Timeout, func() { p.fail(fmt.Errorf("no answer within %v", p.cmd.Timeout)) })
	defer late.Stop()
	defer context.AfterFunc(ctx, func() { p.fail(ctx.Err()) })()
	if err := proc.send(id, question); err != nil {
		// A program that has ended takes none either, and listen is about to tell so.
		sulks := time.AfterFunc(grace, func() { p.fail(fmt.Errorf("it does not take its questions: %w", err)) })
		defer sulks.Stop()
	}
	line, ok := <-reply
	return line, ok
}

// begin gives a question its number, and starts the program if it has not been.
func (p *Program) begin() (int, chan json.RawMessage, *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil || p.closed {
		return 0, nil, nil
	}
	if p.p == nil {
		var err error
		if p.p, err = p.start(); err != nil {
			p.failure = err
			return 0, nil, nil
		}
	}
	p.last++
	reply := make(chan json.RawMessage, 1)
	p.waiting[p.last] = reply
	return p.last, reply, p.p
}

func (p *Program) forget(id int) {
	p.mu.Lock()
	delete(p.waiting, id)
	p.mu.Unlock()
}

// fail gives the program up, once.
func (p *Program) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil || p.closed {
		return
	}
	p.failure = err
	p.p.kill()
	for _, reply := range p.waiting {
		close(reply)
	}
	p.waiting = map[int]chan json.RawMessage{}
}

// Close ends the program and returns the beginning of what it wrote to its
// standard error, and why it was given up, if it was.
func (p *Program) Close() (lines []string, failure error) {
	p.mu.Lock()
	p.closed = true
	proc := p.p
	p.mu.Unlock()
	if proc != nil {
		proc.end()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines, p.failure
}

// answered hands an answer to who asked.
func (p *Program) answered(line []byte) error {
	var head struct {
		ID *int `json:"id"`
	}
	if err := json.Unmarshal(line, &head); err != nil || head.ID == nil {
		return fmt.Errorf("what it answers is no JSON object with an id: %q", cut(string(line), 60))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	reply, ok := p.waiting[*head.ID]
	if !ok {
		if *head.ID > 0 && *head.ID <= p.last {
			return nil // nobody waits any more
		}
		return fmt.Errorf("it answers the question %d, which was not asked", *head.ID)
	}
	delete(p.waiting, *head.ID)
	reply <- line
	return nil
}

// listen reads the answers until there are no more.
func (p *Program) listen(proc *process) {
	in := bufio.NewScanner(proc.stdout)
	in.Buffer(make([]byte, 64<<10), MaxAnswer)
	for in.Scan() {
		if err := p.answered(append([]byte(nil), in.Bytes()...)); err != nil {
			p.fail(err)
			return
		}
	}
	if errors.Is(in.Err(), bufio.ErrTooLong) {
		p.fail(fmt.Errorf("a line of its answers has more than %d bytes", MaxAnswer))
		return
	}
	p.fail(fmt.Errorf("it ended: %s", proc.status()))
}

// overhear keeps the beginning of the standard error, and reads the rest.
func (p *Program) overhear(proc *process) {
	in := bufio.NewReaderSize(proc.stderr, 4096)
	n := 0
	for {
		line, more, err := in.ReadLine()
		if err != nil {
			return
		}
		if n < MaxLines {
			p.mu.Lock()
			p.lines = append(p.lines, cut(strings.ToValidUTF8(string(line), "\ufffd"), MaxLine))
			p.mu.Unlock()
			n++
		}
		for more && err == nil {
			_, more, err = in.ReadLine()
		}
	}
}

func cut(s string, max int) string {
	if r := []rune(s); len(r) > max {
		return string(r[:max]) + "…"
	}
	return s
}
