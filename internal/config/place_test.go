package config

import (
	"strings"
	"testing"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

func TestPosIn(t *testing.T) {
	for _, c := range []struct {
		src       string
		word      string // of the value
		line, col int
	}{
		{"title: .a | now\n", "now", 1, 13},
		{"# é\ntitle: é | now\n", "now", 2, 12},
		{"title: '.a[''é''] | now'\n", "now", 1, 21},
		{"title: \".a[\\\"é\\\"] | \\x41 now\"\n", "now", 1, 26},
		{"title: |\n  .a |\n\n    now\n", "now", 4, 5},
		{"title: |\n  .a |\n\n    now\n", ".a", 2, 3},
		{"title: >\n  .a |\n  now\n", "now", 1, 8},
		{"title: .a |\n  now\n", "now", 1, 8},
	} {
		l := Load([]byte(c.src), diag.Pos{File: "c.yaml"}, diag.Discard)
		doc := yamldoc.One([]byte(c.src), diag.Pos{}, diag.Discard)
		text := doc.Value.(map[string]any)["title"].(string)
		if at := l.PosIn(strings.Index(text, c.word), "title"); at.Line != c.line || at.Col != c.col {
			t.Errorf("%q: %v, want %d:%d", c.src, at, c.line, c.col)
		}
	}
}
