package exec_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"callboard/internal/process/exec"
)

// TestMain is the test, or, with a mode as its argument, a program that is
// asked.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "filter=") {
		filter(strings.TrimPrefix(os.Args[1], "filter="))
		return
	}
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "mode=") {
		program(strings.TrimPrefix(os.Args[1], "mode="))
		return
	}
	os.Exit(m.Run())
}

func program(mode string) {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var q struct{ ID int }
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			os.Exit(9)
		}
		reply(mode, q.ID)
	}
}

var held []byte

func reply(mode string, id int) {
	switch mode {
	case "good":
		dir, _ := os.Getwd()
		b, _ := json.Marshal(map[string]any{"id": id, "dir": dir, "env": os.Environ()})
		fmt.Println(string(b))
	case "hang":
		time.Sleep(time.Hour)
	case "fork": // a child that outlives what is asked
		c := osexec.Command(os.Args[0], "mode=hang")
		c.Stdin, c.Stdout = os.Stdin, os.Stdout
		if err := c.Start(); err != nil {
			os.Exit(8)
		}
		fmt.Fprintln(os.Stderr, c.Process.Pid)
		time.Sleep(time.Hour)
	case "end":
		os.Exit(3)
	case "garbage":
		fmt.Println("hello")
	case "number":
		fmt.Println(`{"id": 77}`)
	case "flood":
		for {
			fmt.Print(strings.Repeat("x", 1<<16))
		}
	case "repeat":
		for {
			fmt.Printf("{\"id\": %d}\n", id)
		}
	case "stderr":
		for i := range 100_000 {
			fmt.Fprintln(os.Stderr, "line", i, strings.Repeat("y", 500))
		}
		fmt.Printf("{\"id\": %d}\n", id)
	case "memory":
		for {
			b := make([]byte, 8<<20)
			for i := range b {
				b[i] = 1
			}
			held = append(held, b...)
			time.Sleep(time.Millisecond)
		}
	}
}

func start(t *testing.T, mode string, timeout time.Duration) *exec.Program {
	t.Helper()
	p := exec.New(exec.Command{Argv: []string{os.Args[0], "mode=" + mode}, Timeout: timeout, Memory: 64 << 20}, exec.Environment{Dir: t.TempDir(), Path: "/nowhere", Home: "/home"})
	t.Cleanup(func() { p.Close() })
	return p
}

func TestAsk(t *testing.T) {
	p := start(t, "good", time.Minute)
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			line, ok := p.Ask(t.Context(), map[string]any{"entity": strings.Repeat("e", 5000)})
			if !ok || !strings.Contains(string(line), `"id"`) {
				t.Errorf("%s %v", line, ok)
			}
		})
	}
	all.Wait()
	line, _ := p.Ask(t.Context(), map[string]any{})
	var got struct {
		ID  int
		Dir string
		Env []string
	}
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	if want := "CALLBOARD=1 HOME=/home LANG=C.UTF-8 PATH=/nowhere TZ=UTC"; got.ID != 201 || !sameWords(got.Env, want) {
		t.Errorf("%+v, want the environment %s", got, want)
	}
	if lines, err := p.Close(); len(lines) > 0 || err != nil {
		t.Error(lines, err)
	}
	if _, ok := p.Ask(t.Context(), map[string]any{}); ok {
		t.Error("a closed program answers")
	}
}

func sameWords(env []string, want string) bool {
	seen := map[string]bool{}
	for _, e := range env {
		if !strings.HasPrefix(e, "PWD=") && !strings.HasPrefix(e, "GOCOVERDIR=") {
			seen[e] = true
		}
	}
	for w := range strings.FieldsSeq(want) {
		if !seen[w] {
			return false
		}
		delete(seen, w)
	}
	return len(seen) == 0
}

// TestHostile runs programs that do what they must not. Each is given up, with
// the reason, and asked no more.
func TestHostile(t *testing.T) {
	for mode, want := range map[string]string{
		"hang": "no answer within", "end": "exit status 3", "garbage": "no JSON object", "number": "question 77", "flood": "more than 4194304 bytes",
		"memory": "limit of 64", "fork": "no answer within",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			timeout := time.Minute
			if want == "no answer within" {
				timeout = 300 * time.Millisecond
			}
			p := start(t, mode, timeout)
			if line, ok := p.Ask(t.Context(), map[string]any{}); ok {
				t.Errorf("it answers %s", line)
			}
			if _, ok := p.Ask(t.Context(), map[string]any{}); ok {
				t.Error("it is asked again")
			}
			lines, err := p.Close()
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
			if mode == "fork" && len(lines) > 0 && outlives(lines[0]) {
				t.Errorf("the child %s goes on", lines[0])
			}
		})
	}
}

// outlives tells whether a process is still there long after it was killed: a
// signal takes effect when the system comes to it.
func outlives(pid string) bool {
	for range 1000 {
		if !alive(pid) {
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

// alive tells whether a process is there and no zombie.
func alive(pid string) bool {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(b), ") Z ")
}

// TestHangsUnread fills the pipe of a program that reads nothing more.
func TestHangsUnread(t *testing.T) {
	p := start(t, "hang", 300*time.Millisecond)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { p.Ask(t.Context(), map[string]any{"entity": strings.Repeat("e", 100_000)}) })
	}
	all.Wait()
	if _, err := p.Close(); err == nil {
		t.Error("it was not given up")
	}
}

func TestAnswersNobodyWaitsFor(t *testing.T) {
	p := start(t, "repeat", time.Minute)
	if _, ok := p.Ask(t.Context(), map[string]any{}); !ok {
		t.Error("the first answer is lost")
	}
	p.Close() // ends it while it floods
}

func TestStandardError(t *testing.T) {
	p := start(t, "stderr", time.Minute)
	if _, ok := p.Ask(t.Context(), map[string]any{}); !ok {
		t.Error("no answer")
	}
	lines, err := p.Close()
	if len(lines) != exec.MaxLines || !strings.HasPrefix(lines[19], "line 19 yyy") || len(lines[0]) > exec.MaxLine+3 || err != nil {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

func TestCancelled(t *testing.T) {
	p := start(t, "hang", time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, ok := p.Ask(ctx, map[string]any{}); ok {
		t.Error("it answers")
	}
	if _, err := p.Close(); err == nil {
		t.Error("it goes on after the build was cancelled")
	}
}

func TestNotThere(t *testing.T) {
	p := exec.New(exec.Command{Argv: []string{"no-such-program"}, Timeout: time.Second}, exec.Environment{Dir: t.TempDir()})
	if _, ok := p.Ask(t.Context(), map[string]any{}); ok {
		t.Error("it answers")
	}
	if _, err := p.Close(); err == nil || !strings.Contains(err.Error(), "cannot be started") {
		t.Error(err)
	}
}

// TestSum changes what a program is made of.
func TestSum(t *testing.T) {
	dir := t.TempDir()
	write := func(s string) {
		if err := os.WriteFile(filepath.Join(dir, "ask.sh"), []byte(s), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	sum := func(argv ...string) string {
		return exec.New(exec.Command{Argv: argv}, exec.Environment{Dir: dir, Path: "/bin"}).Sum().String()
	}
	write("a")
	seen := map[string]bool{sum("./ask.sh"): true, sum("sh", "ask.sh"): true, sum("./ask.sh", "x"): true}
	if !seen[sum("./ask.sh")] || len(seen) != 3 {
		t.Error("the sum is not that of the command")
	}
	write("b")
	if seen[sum("./ask.sh")] || seen[sum("sh", "ask.sh")] {
		t.Error("the sum does not see the file")
	}
}
