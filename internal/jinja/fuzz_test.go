package jinja_test

import (
	"testing"
	"unicode/utf8"

	"callboard/internal/jinja"
	"callboard/internal/timetest"
)

// FuzzRender holds that no template makes the engine panic, and that what it
// takes stays within the limits.
func FuzzRender(f *testing.F) {
	r := read(f)
	for _, c := range r.Cases {
		f.Add(c.Template)
	}
	limits := jinja.Limits{Steps: 20_000, Bytes: 1 << 20, Output: 1 << 16, Depth: 30}
	f.Fuzz(func(t *testing.T, in string) {
		timetest.Fuzz.Within(t, len(in), func() {
			env := &jinja.Env{Limits: limits, Load: func(name string) (string, bool) {
				if name == "self" {
					return in, true
				}
				s, ok := r.Files[name]
				return s, ok
			}}
			got := env.Render("page", in, r.Vars.v.(*jinja.Dict))
			if len(got.Text) > max(limits.Output, len(in)) {
				t.Errorf("%d bytes came out of %d", len(got.Text), len(in))
			}
			if utf8.ValidString(in) && !utf8.ValidString(got.Text) {
				t.Errorf("%q is no text any more: %q", in, got.Text)
			}
			for _, e := range got.Errors {
				if e.Line < 1 || e.Col < 1 {
					t.Errorf("a mistake has no place: %v", e)
				}
			}
		})
	})
}
