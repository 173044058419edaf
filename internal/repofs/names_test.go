package repofs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"callboard/internal/diag"
)

type discard struct{}

func (discard) Report(diag.Diagnostic) {}

// named are the paths that Names takes, and what it says.
func named(opt Options, es ...Entry) (paths []string, said []string) {
	var found diag.List
	for _, e := range Names(es, opt, NewReporter("r", &found)) {
		paths = append(paths, e.Path)
	}
	for _, d := range found.All() {
		said = append(said, string(d.Code)+" "+d.Pos.File)
	}
	return paths, said
}

func TestNames(t *testing.T) {
	entries := func(paths ...string) (out []Entry) {
		for _, p := range paths {
			out = append(out, Entry{Path: p})
		}
		return out
	}
	for name, c := range map[string]struct {
		in         []Entry
		want, said []string
	}{
		"sorted":          {entries("b", "a/b", "a"+"-b", "A"), []string{"A", "a-b", "a/b", "b"}, nil},
		"leads out":       {entries("../x", "a/../../x", "/x", "..", "a//b", "./a", "a/./b", "", ".", "a/"), nil, []string{"repo-path-invalid "}},
		"odd characters":  {entries("a\x00b", "a\nb", "a\\b", "a\x7f", "\xff", "ok ä"), []string{"ok ä"}, []string{"repo-path-invalid "}},
		"long":            {entries(strings.Repeat("a", MaxPath), strings.Repeat("b", MaxPath+1)), []string{strings.Repeat("a", MaxPath)}, []string{"repo-path-invalid "}},
		"twice":           {entries("a", "a"), []string{"a"}, []string{"repo-path-invalid a"}},
		"file and folder": {entries("a", "a/b"), []string{"a/b"}, []string{"repo-path-invalid a"}},
		"case":            {entries("README.md", "readme.md", "Docs/a", "docs/a"), []string{"Docs/a", "README.md", "docs/a", "readme.md"}, []string{"repo-path-case docs/a", "repo-path-case readme.md"}},
		"submodule":       {[]Entry{{Path: "m", Kind: Submodule}, {Path: "l", Kind: Link}}, []string{"l"}, []string{"repo-submodule m"}},
		"ignored":         {entries("node_modules/x", "a/node_modules/b/x", "a/x", "gen/x.md"), []string{"a/x"}, nil},
	} {
		got, said := named(Options{Ignore: []string{"**/node_modules", "gen/*.md"}}, c.in...)
		said = slices.Compact(said)
		if !slices.Equal(got, c.want) || !slices.Equal(said, c.said) {
			t.Errorf("%s: %q, said %q", name, got, said)
		}
	}
}

func TestNamesDepth(t *testing.T) {
	at := func(n int) Entry { return Entry{Path: strings.Repeat("d/", n) + "x"} }
	for n, ok := range map[int]bool{MaxDepth - 1: true, MaxDepth: true, MaxDepth + 1: false} {
		got, said := named(Options{}, at(n), Entry{Path: strings.Repeat("d/", n) + "y"})
		if (len(got) == 2) != ok || (len(said) == 0) != ok || !ok && len(said) != 1 {
			t.Errorf("%d deep: %d taken, said %q", n, len(got), said)
		}
	}
}

func TestNamesMaxFiles(t *testing.T) {
	es := make([]Entry, MaxFiles+1)
	for i := range es {
		es[i].Path = fmt.Sprintf("d%d/%06d", i/1000, i)
	}
	for n, want := range map[int]int{MaxFiles: 0, MaxFiles + 1: 1} {
		if got, said := named(Options{}, es[:n]...); len(got) != MaxFiles || len(said) != want {
			t.Errorf("%d files: %d taken, said %q", n, len(got), said)
		}
	}
}

func TestLinks(t *testing.T) {
	tree := map[string]string{ // links begin with "->"
		"a.txt": "", "d/b.txt": "", "d/e/c.txt": "",
		"to-a": "->a.txt", "d/up": "->../a.txt", "chain": "->to-a", "dir": "->d", "through": "->dir/b.txt", "deep": "->dir/e/../b.txt",
		"loop": "->loop2", "loop2": "->loop", "self": "->self", "out": "->../x", "absolute": "->/a.txt", "gone": "->nothing", "below-file": "->a.txt/x", "top": "->.", "nul": "->a\x00",
	}
	l := Links{
		At: func(p string) (Entry, bool) {
			text, ok := tree[p]
			e := Entry{Path: p}
			if strings.HasPrefix(text, "->") {
				e.Kind = Link
			}
			return e, ok
		},
		Target: func(p string) (string, bool) { return strings.CutPrefix(tree[p], "->") },
	}
	for p, want := range map[string]string{"a.txt": "a.txt", "to-a": "a.txt", "d/up": "a.txt", "chain": "a.txt", "through": "d/b.txt", "dir/e/c.txt": "d/e/c.txt", "deep": "d/b.txt",
		"dir": "", "loop": "", "self": "", "out": "", "absolute": "", "gone": "", "below-file": "", "top": "", "nul": "", "d": "", "nowhere": ""} {
		if got, next := l.Resolve(p); got != want || next != "" {
			t.Errorf("%s leads to %q (next %q), want %q", p, got, next, want)
		}
	}
	unknown := Links{At: l.At, Target: func(p string) (string, bool) { return "to-a", p == "chain" }}
	if file, next := unknown.Resolve("chain"); file != "" || next != "to-a" {
		t.Errorf("%q, next %q", file, next)
	}
}

func TestPointer(t *testing.T) {
	const p = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
	for text, want := range map[string]bool{p: true, p + strings.Repeat(" ", 1024): false, "version https://example.com\n": false, "": false} {
		if IsPointer([]byte(text)) != want {
			t.Errorf("%.60q: %v", text, !want)
		}
	}
}

func TestGiven(t *testing.T) {
	s := Given("r", []File{{Path: "b"}, {Path: "a"}, {Path: "../x"}, {Path: "a"}, {Path: "."}, {Path: "/y"}}, func(p string, _ int64) ([]byte, error) { return []byte("of " + p), nil })
	if got := paths(s); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%q", got)
	}
	if b, err := s.Read("a"); string(b) != "of a" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}
