package lazyregexp

import "testing"

func TestRegexp(t *testing.T) {
	r := New(`^a(b+)$`)
	if r.re != nil {
		t.Error("compiled before it is used")
	}
	if m := r.FindStringSubmatch("abb"); len(m) != 2 || m[1] != "bb" || r.MatchString("ac") {
		t.Errorf("got %q", m)
	}
}
