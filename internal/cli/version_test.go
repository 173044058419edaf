package cli

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestBuildID compares with what the go command says of this test itself.
func TestBuildID(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("go", "tool", "buildid", self).Output()
	if err != nil {
		t.Skip("there is no go command:", err)
	}
	f, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, want := buildID(f), strings.TrimSpace(string(text)); got != want || want == "" {
		t.Errorf("build ID %q, want %q", got, want)
	}
}

// TestBuildIDs reads beginnings of programs of several systems, and of what is
// none, or is one without the ID.
func TestBuildIDs(t *testing.T) {
	pad := strings.Repeat("\x00", 1000)
	for _, c := range []struct{ text, want string }{
		{"\x7fELF" + pad + "\x04\x00\x00\x00\x07\x00\x00\x00\x04\x00\x00\x00Go\x00\x00abc/xyz" + pad, "abc/xyz"},
		{"MZ" + pad + "\xff Go build ID: \"abc/xyz\"\n \xff" + pad, "abc/xyz"},
		{"", ""},
		{"\x7fELF" + pad, ""},
		{"\x04\x00\x00\x00Go\x00\x00", ""},
		{"\x04\x00\x00\x00\xff\xff\xff\xff\x04\x00\x00\x00Go\x00\x00abc", ""},
		{"\xff Go build ID: \"cut off", ""},
	} {
		if got := buildID(bytes.NewReader([]byte(c.text))); got != c.want {
			t.Errorf("%q: build ID %q, want %q", c.text, got, c.want)
		}
	}
}
