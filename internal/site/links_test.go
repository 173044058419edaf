package site

import "testing"

func TestSamePlace(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"http://github.com/acme/pay", "https://github.com/acme/pay", true},
		{"https://github.com/Acme/pay.git", "https://github.com/acme/pay/", true},
		{"https://github.com/acme/pay", "https://github.com/acme/payments", false},
		{"https://github.com/acme/pay/wiki", "https://github.com/acme/pay", false},
		{"/docs/", "/docs/", true},
		{"/docs/", "/create/", false},
	} {
		if got := samePlace(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %t, want %t", c.a, c.b, got, c.want)
		}
	}
}
