package site

import (
	"reflect"
	"testing"
	"time"

	"callboard/internal/facts"
)

func TestLanguages(t *testing.T) {
	bytes := func(ns ...int64) (out []facts.Language) {
		for i, n := range ns {
			out = append(out, facts.Language{Name: string(rune('A' + i)), Bytes: n})
		}
		return out
	}
	for name, c := range map[string]struct {
		in   []facts.Language
		want []LanguagePart
	}{
		"none":            {nil, nil},
		"one":             {bytes(5), []LanguagePart{{"A", "100.0 %", 0, 1000, 1}}},
		"two":             {bytes(3, 1), []LanguagePart{{"A", "75.0 %", 0, 750, 1}, {"B", "25.0 %", 750, 250, 2}}},
		"shares":          {[]facts.Language{{Name: "A", Share: 900}, {Name: "B", Share: 100}}, []LanguagePart{{"A", "90.0 %", 0, 900, 1}, {"B", "10.0 %", 900, 100, 2}}},
		"too much":        {[]facts.Language{{Name: "A", Share: 900}, {Name: "B", Share: 900}}, []LanguagePart{{"A", "50.0 %", 0, 500, 1}, {"B", "50.0 %", 500, 500, 2}}},
		"less than none":  {[]facts.Language{{Name: "A", Share: -5, Bytes: -1}, {Name: "B", Bytes: 0}}, nil},
		"too few to show": {bytes(1_000_000, 1), []LanguagePart{{"A", "100.0 %", 0, 1000, 1}}},
		"others": {bytes(60, 10, 10, 5, 5, 5, 3, 2), []LanguagePart{{"A", "60.0 %", 0, 600, 1}, {"B", "10.0 %", 600, 100, 2}, {"C", "10.0 %", 700, 100, 3},
			{"D", "5.0 %", 800, 50, 4}, {"E", "5.0 %", 850, 50, 5}, {"Other", "10.0 %", 900, 100, 0}}},
	} {
		if got := languages(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"url:https://github.com/Acme/x/tree/main/db/": "https://github.com/acme/x",
		"https://github.com/acme/x.git":               "https://github.com/acme/x",
		"http://git.intern/a/b/c/-/blob/main/x":       "https://git.intern/a/b/c",
		"https://github.com/acme/x?tab=readme":        "https://github.com/acme/x",
		"url:./here":                                  "",
		"dir:.":                                       "",
		"https://github.com/":                         "",
		"":                                            "",
	} {
		if got := address(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestStamps(t *testing.T) {
	if stamp(time.Time{}) != nil || stamp(time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)) != nil {
		t.Error("a moment that cannot be has a stamp")
	}
	got := stamp(time.Date(2026, 3, 4, 5, 6, 7, 8, time.FixedZone("", 3600)))
	if *got != (Stamp{"2026-03-04T04:06:07Z", "4 March 2026, 04:06 UTC"}) {
		t.Errorf("%+v", got)
	}
}

func TestBegun(t *testing.T) {
	for clause, want := range map[string]string{
		"it is private now": "It is private now", "git.acme.example: no such host": "git.acme.example: no such host",
		"HTTP 500": "HTTP 500", "": "", "écrit": "Écrit", "404 twice": "404 twice",
	} {
		if got := begun(clause); got != want {
			t.Errorf("%q: got %q, want %q", clause, got, want)
		}
	}
}
