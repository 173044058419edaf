package prepare_test

import (
	"testing"

	"callboard/internal/docs/prepare"
	"callboard/internal/repofs"
)

// TestFiles reads files as extensions of Markdown do, and holds that what was
// read, or was not there, is known afterwards.
func TestFiles(t *testing.T) {
	content := map[string]string{"site/a.txt": "a\r\nb", "site/i.png": "\x89PNG\r\n", "site/bad.txt": "\xff", "top.txt": "t"}
	snap := repofs.Memory("r", nil, content)
	f := prepare.NewFiles(snap)
	read := f.Under("site")
	for name, want := range map[string]string{"a.txt": "a\nb", "./i.png": "\x89PNG\r\n", "bad.txt": "\ufffd", "../top.txt": "t"} {
		if got, ok := read(name); !ok || got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"gone.txt", "../../etc/passwd", "/etc/passwd", "", "."} {
		if got, ok := read(name); ok {
			t.Errorf("%q is read: %q", name, got)
		}
	}
	if !prepare.Current(snap, f.Reads()) {
		t.Error("what was read is not current")
	}
	for name, change := range map[string]func(m map[string]string){
		"changed": func(m map[string]string) { m["site/a.txt"] = "c" },
		"gone":    func(m map[string]string) { delete(m, "top.txt") },
		"new":     func(m map[string]string) { m["site/gone.txt"] = "here" },
	} {
		m := map[string]string{}
		for k, v := range content {
			m[k] = v
		}
		change(m)
		if prepare.Current(repofs.Memory("r", nil, m), f.Reads()) {
			t.Errorf("a file is %s, and nobody sees it", name)
		}
	}
	for range prepare.MaxReads {
		read("a.txt")
	}
	if _, ok := read("a.txt"); ok {
		t.Error("there is no limit to what is read")
	}
}
