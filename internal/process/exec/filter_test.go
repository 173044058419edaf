package exec_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"callboard/internal/process/exec"
)

// filter is a program that is run once.
func filter(mode string) {
	switch mode {
	case "good":
		b, _ := io.ReadAll(os.Stdin)
		fmt.Print(strings.ToUpper(string(b)))
	case "bad":
		fmt.Fprintln(os.Stderr, "line 3: what is this")
		os.Exit(2)
	case "hang":
		time.Sleep(time.Hour)
	case "flood":
		for {
			if _, err := fmt.Print(strings.Repeat("x", 1<<16)); err != nil {
				return
			}
		}
	case "hungry":
		for i := 0; ; i++ {
			held = append(held, make([]byte, 1<<20)...)
			for j := len(held) - 1<<20; j < len(held); j += 512 {
				held[j] = 1
			}
		}
	}
}

func TestFilter(t *testing.T) {
	for mode, want := range map[string]string{
		"good":  "HELLO",
		"bad":   "exit status 2: line 3: what is this",
		"hang":  "it did not end within",
		"flood": "it writes more than 1000 bytes",
	} {
		c := exec.Command{Argv: []string{os.Args[0], "filter=" + mode}, Timeout: 20 * time.Second}
		if mode == "hang" {
			c.Timeout = 50 * time.Millisecond
		}
		out, err := exec.Filter(context.Background(), c, exec.Environment{}, []byte("hello"), 1000)
		got := string(out)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", mode, got, want)
		}
	}
	if _, err := exec.Filter(context.Background(), exec.Command{Argv: []string{"no-such-program"}, Timeout: time.Second}, exec.Environment{}, nil, 10); err == nil {
		t.Error("a program that is not there was run")
	}
}

func TestFilterMemory(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no /proc")
	}
	c := exec.Command{Argv: []string{os.Args[0], "filter=hungry"}, Timeout: time.Minute, Memory: 64 << 20}
	if _, err := exec.Filter(context.Background(), c, exec.Environment{}, nil, 10); err == nil || !strings.Contains(err.Error(), "MB of memory") {
		t.Error(err)
	}
}
