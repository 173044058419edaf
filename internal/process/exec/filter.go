package exec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	osexec "os/exec"
	"strings"
	"time"
)

// Filter runs a program once: it is given the input on its standard input, and
// what it writes to its standard output before it ends is returned, of which
// there may be so many bytes. It has the Command's Timeout and Memory, a process
// group and an environment as other programs do. The error says what the program
// did wrong, with the first line that it wrote to its standard error.
func Filter(ctx context.Context, c Command, e Environment, input []byte, most int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	out, said := &bounded{most: most, full: cancel}, &bounded{most: MaxLine * 4}
	cmd := &osexec.Cmd{Path: New(c, e).path(), Args: c.Argv, Dir: e.Dir, SysProcAttr: ownGroup(), Env: e.variables(),
		Stdin: bytes.NewReader(input), Stdout: out, Stderr: said, WaitDelay: grace}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("it cannot be started: %w", err)
	}
	done := make(chan struct{})
	tooMuch := make(chan int64, 1)
	go func() { // ends with the program, which this sees to
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				killGroup(cmd.Process)
				return
			case <-tick.C:
			}
			if used := residentOf(cmd.Process.Pid); c.Memory > 0 && used > c.Memory {
				tooMuch <- used
				killGroup(cmd.Process)
				return
			}
		}
	}()
	err := cmd.Wait()
	close(done)
	select {
	case used := <-tooMuch:
		return nil, fmt.Errorf("it takes %d MB of memory, more than the limit of %d", used>>20, c.Memory>>20)
	default:
	}
	switch {
	case out.over:
		return nil, fmt.Errorf("it writes more than %d bytes", most)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("it did not end within %v", c.Timeout)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w%s", err, said.firstLine())
	}
	return out.b.Bytes(), nil
}

// bounded keeps the beginning of what is written to it.
type bounded struct {
	b    bytes.Buffer
	most int
	over bool
	full func() // called when there is more
}

func (w *bounded) Write(b []byte) (int, error) {
	if room := w.most - w.b.Len(); len(b) <= room {
		w.b.Write(b)
	} else {
		w.b.Write(b[:max(0, room)])
		if !w.over && w.full != nil {
			w.full()
		}
		w.over = true
	}
	return len(b), nil
}

func (w *bounded) firstLine() string {
	line, _, _ := strings.Cut(strings.TrimSpace(strings.ToValidUTF8(w.b.String(), "\ufffd")), "\n")
	if line == "" {
		return ""
	}
	return ": " + cut(line, MaxLine)
}
