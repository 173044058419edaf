package build_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/build"
	"callboard/internal/output"
	"callboard/internal/urlpath"
)

// TestExplain: the keys that are told are those of the pages that were built.
func TestExplain(t *testing.T) {
	dir := t.TempDir()
	o := demo(t, filepath.Join(dir, "out"), filepath.Join(dir, "cache"))
	mustRun(t, o)
	l, err := build.Load(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	states, err := filepath.Glob(filepath.Join(dir, "cache", "out-*"))
	if err != nil || len(states) != 1 {
		t.Fatal(states, err)
	}
	d, err := output.Open(o.Out, states[0])
	if err != nil {
		t.Fatal(err)
	}
	defer d.Abort()
	for _, e := range catalogOf(t, o).Entities() {
		plans, err := build.Explain(context.Background(), o, l, e.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if len(plans) == 0 {
			t.Errorf("%v has no page", e.Ref)
		}
		for _, p := range plans {
			if p.Template != "entity" && p.Template != "redirect" || !d.Keep(urlpath.Must(strings.TrimPrefix(p.Path, "/")+"index.html"), p.Key) {
				t.Errorf("%s was built of something else", p.Path)
			}
		}
	}
}
