package codesearch

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"callboard/internal/timetest"
)

// FuzzQuery: whatever is asked for, what the index needs of a file is met by
// every file with a line that matches.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"foo", "/a(b|c)+d/i", `"x y" file:*.go`, "-lang:go /^[a-z]{3,9}$/", "repo:a case:no ſtop", "/(?i)kelvin|日本/", "file:**/x"} {
		f.Add(s, "func foo() { abbcd }\nstop \u212aelvin 日本\n")
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		if len(text) > 4096 {
			return
		}
		timetest.Fuzz.Within(t, len(query)+len(text), func() {
			q, err := ParseQuery(query, false)
			if err != nil || q.Pattern == "" {
				return
			}
			need := and(q.needOf())
			terms := newTerms(text)
			re, err := q.compile()
			if err != nil {
				t.Fatalf("%q was taken: %v", query, err)
			}
			for line := range strings.SplitSeq(text, "\n") {
				if re.MatchString(strings.TrimSuffix(line, "\r")) && !meets(need, terms) {
					t.Fatalf("%q matches %q, which does not have what is needed: %+v", query, line, need)
				}
			}
		})
	})
}

func newTerms(text string) map[uint32]bool {
	m := map[uint32]bool{}
	for _, key := range newGrams().of(inContent, []byte(text)) {
		m[key] = true
	}
	return m
}

func meets(n *need, terms map[uint32]bool) bool {
	met := func(s *need) bool { return meets(s, terms) }
	switch {
	case n == nil:
		return true
	case n.never:
		return false
	case n.or:
		return slices.ContainsFunc(n.subs, met)
	}
	return !slices.ContainsFunc(n.terms, func(x term) bool { return !terms[x.key] }) && !slices.ContainsFunc(n.subs, func(s *need) bool { return !met(s) })
}

// FuzzFiles: whatever lies in the place of an index's files, reading it ends, with
// an error or with hits that are what they say.
func FuzzFiles(f *testing.F) {
	m := build(f, written(2, 8), heldPostings)
	for name, x := range m.files {
		f.Add(name, x.Data)
		if raw, err := unpack(x.Data); err == nil {
			f.Add(name, raw)
		}
	}
	re := regexp.MustCompile("Invalid")
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		timetest.Fuzz.Within(t, len(data), func() {
			_, _ = decodeShard(data)
			_, _ = decodeGroup(data)
			_, _ = decodeFragment(data, 0, nil)
			old, ok := m.files[name]
			if !ok {
				return
			}
			x := *old
			x.Data = data
			m.files[name] = &x
			defer func() { m.files[name] = old }()
			r, err := Open(m.files, m.root)
			if err != nil {
				return
			}
			res, err := r.Find(context.Background(), Query{Pattern: "Invalid"}, Options{})
			if err != nil {
				return
			}
			for _, h := range res.Hits {
				for _, l := range h.Lines {
					if l.Match && !re.MatchString(l.Text) {
						t.Errorf("%q does not match", l.Text)
					}
				}
			}
			_, _ = r.LeftOut(Query{}, 0)
		})
	})
}
