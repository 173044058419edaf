package highlight

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
)

var update = flag.Bool("update", false, "write chroma-lexers.zip")

// TestLexersAreChromas holds that chroma-lexers.zip is what the module in go.mod
// has. Run it with -update after the module has changed.
func TestLexersAreChromas(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/alecthomas/chroma/v2").Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Skipf("the go command cannot tell where chroma is: %v", err)
	}
	want := lexerArchive(t, dir)
	if *update {
		if err := os.WriteFile("chroma-lexers.zip", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(want, chromaLexers) {
		t.Error("chroma-lexers.zip is not of this version of chroma: go test ./internal/highlight -run LexersAreChromas -update")
	}
}

func lexerArchive(t *testing.T, dir string) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "lexers", "embedded", "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no lexers below %s: %v", dir, err)
	}
	slices.Sort(files)
	var index strings.Builder
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	add := func(name string, text []byte) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		add(filepath.Base(f), text)
		index.WriteString(filepath.Base(f) + "\t" + strings.Join(namesOf(t, text), "\t") + "\n")
	}
	add(lexerIndex, []byte(index.String()))
	licence, err := os.ReadFile(filepath.Join(dir, "COPYING"))
	if err != nil {
		t.Fatal(err)
	}
	add("COPYING", licence)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// namesOf are a lexer's name, its aliases and the endings of its files.
func namesOf(t *testing.T, text []byte) []string {
	t.Helper()
	var lexer struct {
		Config chroma.Config `xml:"config"`
	}
	if err := xml.Unmarshal(text, &lexer); err != nil {
		t.Fatal(err)
	}
	c := lexer.Config
	names := append([]string{c.Name}, c.Aliases...)
	for _, glob := range c.Filenames {
		if ext, ok := strings.CutPrefix(glob, "*."); ok && !strings.ContainsAny(ext, "*?[") {
			names = append(names, ext)
		}
	}
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	slices.Sort(names[1:])
	return slices.Compact(names)
}

func TestLexersThatUseOthers(t *testing.T) {
	h := New()
	for lang, want := range map[string]string{
		"go-template": `<span class="kw">if</span>`,
		"haskell":     `<span class="kw">where</span>`,
		"jsx-nosuch":  "",
	} {
		got, known := h.Code(lang, "{{ if .x }} where {{ end }}")
		if known != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%s: %v %s", lang, known, got)
		}
	}
}
