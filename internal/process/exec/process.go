package exec

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	osexec "os/exec"
	"sync"
	"time"
)

// process is a running program with its pipes.
type process struct {
	cmd                   *osexec.Cmd
	stdin, stdout, stderr *os.File // our ends

	sending sync.Mutex
	done    chan struct{}  // closed when the process has ended
	err     error          // of its end, once done
	work    sync.WaitGroup // the goroutines that serve it
	killed  sync.Once
}

// start starts the program with the goroutines that read what it says and watch
// what it takes: three, which end when the process does.
func (p *Program) start() (*process, error) {
	proc := &process{done: make(chan struct{})}
	cmd := &osexec.Cmd{Path: p.path(), Args: p.cmd.Argv, Dir: p.env.Dir, SysProcAttr: ownGroup(), Env: p.env.variables()}
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
	}()
	pipe := func() (r, w *os.File, err error) { return os.Pipe() }
	inR, inW, err1 := pipe()
	outR, outW, err2 := pipe()
	errR, errW, err3 := pipe()
	theirs = []*os.File{inR, outW, errW}
	proc.stdin, proc.stdout, proc.stderr = inW, outR, errR
	if err := errors.Join(err1, err2, err3); err != nil {
		proc.closePipes()
		return nil, err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = inR, outW, errW
	if err := cmd.Start(); err != nil {
		proc.closePipes()
		return nil, fmt.Errorf("it cannot be started: %w", err)
	}
	proc.cmd = cmd
	go func() { // ends with the process, which kill sees to
		proc.err = cmd.Wait()
		close(proc.done)
	}()
	proc.work.Go(func() { p.listen(proc) })
	proc.work.Go(func() { p.overhear(proc) })
	proc.work.Go(func() { p.watch(proc) })
	return proc, nil
}

func (x *process) closePipes() {
	for _, f := range []*os.File{x.stdin, x.stdout, x.stderr} {
		f.Close()
	}
}

// send writes a question.
func (x *process) send(id int, question map[string]any) error {
	question["id"], question["protocol"] = id, 1
	b, err := json.Marshal(question)
	if err != nil {
		return err
	}
	x.sending.Lock()
	defer x.sending.Unlock()
	_, err = x.stdin.Write(append(b, '\n'))
	return err
}

// status says how the process ended. It may still be on its way out.
func (x *process) status() string {
	select {
	case <-x.done:
	case <-time.After(grace):
		return "it closed its standard output"
	}
	if x.err == nil {
		return "exit status 0"
	}
	return x.err.Error()
}

// kill ends the process and those that it has started.
func (x *process) kill() {
	x.killed.Do(func() {
		killGroup(x.cmd.Process)
		x.closePipes()
	})
}

// end lets the process end by itself, kills it if it does not, and waits for
// everything that serves it.
func (x *process) end() {
	x.stdin.Close()
	select {
	case <-x.done:
	case <-time.After(grace):
	}
	x.kill()
	<-x.done
	x.work.Wait()
}

// interval is the time between two looks at the memory of a program.
const interval = 100 * time.Millisecond

// watch gives the program up when its group takes too much memory.
func (p *Program) watch(proc *process) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-proc.done:
			return
		case <-tick.C:
		}
		if used := residentOf(proc.cmd.Process.Pid); p.cmd.Memory > 0 && used > p.cmd.Memory {
			p.fail(fmt.Errorf("it takes %d MB of memory, more than the limit of %d", used>>20, p.cmd.Memory>>20))
			return
		}
	}
}
