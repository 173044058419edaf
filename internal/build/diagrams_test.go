package build_test

import (
	"testing"

	"callboard/internal/build"
	"callboard/internal/config"
	"callboard/internal/process"
)

// TestDiagramTools holds which languages the keys of a configuration draw.
func TestDiagramTools(t *testing.T) {
	c := config.Default().Diagrams
	c.Graphviz.Command = []string{"dot", "-Tsvg"}
	for _, k := range []struct {
		kroki, lang string
		forbid, yes bool
	}{
		{"", "dot", false, true},
		{"", "plantuml", false, false},
		{"https://kroki.example", "plantuml", false, true},
		{"https://kroki.example", "kroki-ditaa", false, true},
		{"https://kroki.example", "go", false, false},
		{"https://kroki.example", "dot", true, false},
	} {
		c.Kroki.URL = k.kroki
		if got := build.Diagrams(c, process.Environment{Forbid: k.forbid}).Draws(k.lang); got != k.yes {
			t.Errorf("%+v: %v", k, got)
		}
	}
}
