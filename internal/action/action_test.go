package action_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"callboard/internal/action"
	"callboard/internal/source/github/githubtest"
)

func TestWriteOutput(t *testing.T) {
	for _, value := range []string{"", "1", "two\nlines", "x<<EOF\nEOF\nname=value", "callboard-0\n"} {
		var b strings.Builder
		if err := action.WriteOutput(&b, "name", value); err != nil {
			t.Fatal(err)
		}
		head, rest, _ := strings.Cut(b.String(), "\n")
		name, end, ok := strings.Cut(head, "<<")
		if got, found := strings.CutSuffix(rest, "\n"+end+"\n"); !ok || name != "name" || !found || got != value || strings.Contains(value, end) {
			t.Errorf("%q is written as %q", value, b.String())
		}
	}
}

func TestParseEvent(t *testing.T) {
	const pull = `{"pull_request":{"number":7,"head":{"repo":%s},"base":{"repo":{"id":1}}}}`
	for text, want := range map[string]action.Event{
		`{"ref":"refs/heads/main"}`:        {},
		fmt.Sprintf(pull, `{"id":1}`):      {PullRequest: 7},
		fmt.Sprintf(pull, `{"id":2}`):      {PullRequest: 7, Fork: true},
		fmt.Sprintf(pull, `null`):          {PullRequest: 7, Fork: true}, // the fork is deleted
		`{"pull_request":{"number":"no"}}`: {},
	} {
		got, err := action.ParseEvent([]byte(text))
		if got != want || (err != nil) != strings.Contains(text, "no") {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":                              nil,
		" \n\t ":                        nil,
		"--strict":                      {"--strict"},
		"a  b\nc":                       {"a", "b", "c"},
		`'a b' "c d" e\ f`:              {"a b", "c d", "e f"},
		`'' ""`:                         {"", ""},
		`a'b'"c"`:                       {"abc"},
		`'\' "\"\\\n"`:                  {`\`, `"\\n`},
		"$(x) `y` ${z} *.go ~ a;b|c&&d": {"$(x)", "`y`", "${z}", "*.go", "~", "a;b|c&&d"},
	} {
		if got, err := action.Words(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"'", `"a`, `a\`, `"\"`} {
		if got, err := action.Words(text); err == nil {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add(`a 'b c' "d" \e`)
	f.Fuzz(func(t *testing.T, s string) {
		words, err := action.Words(s)
		if err != nil {
			return
		}
		for i, w := range words { // quoted, they come back
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		again, err := action.Words(strings.Join(words, " "))
		if err != nil || len(again) != len(words) {
			t.Fatalf("%q: %q %v", s, again, err)
		}
	})
}

func TestBool(t *testing.T) {
	if v, err := action.Bool("x", "", true); !v || err != nil {
		t.Error(v, err)
	}
	if v, err := action.Bool("x", "false", true); v || err != nil {
		t.Error(v, err)
	}
	if _, err := action.Bool("x", "yes", true); err == nil || !strings.Contains(err.Error(), `"yes"`) {
		t.Error(err)
	}
}

// thread is a pull request of a server, with somebody's comments on it.
func thread(t *testing.T, o githubtest.Options) (*githubtest.Server, *githubtest.Repo, action.Thread) {
	s := githubtest.New(t, o)
	r := &githubtest.Repo{Owner: "acme", Name: "shop", Content: githubtest.NewFiles("main", nil, "1")}
	s.Add(r)
	return s, r, action.Thread{API: s.URL, Repository: "acme/shop", Number: 7, Token: "ghs_marked", Author: githubtest.Bot}
}

func TestPut(t *testing.T) {
	s, r, th := thread(t, githubtest.Options{})
	for i := range 250 { // it is not among the first
		s.Say(r, 7, "ada", fmt.Sprint("comment ", i))
	}
	s.Say(r, 7, "eve", "<!-- callboard -->\nwhat looks like ours, and is not")
	s.Say(r, 8, githubtest.Bot, "<!-- callboard -->\non another pull request")
	before := len(s.Said(r, 7))
	put := func(body string, fresh bool) {
		t.Helper()
		if err := th.Put(t.Context(), "callboard", body, fresh); err != nil {
			t.Fatal(err)
		}
	}
	put("nothing to say", false)
	if n := len(s.Said(r, 7)); n != before {
		t.Errorf("%d comments, want %d", n, before)
	}
	put("first", true)
	put("second", true)
	put("second", true) // no need to write it again
	put("third", false)
	said := s.Said(r, 7)
	last := said[len(said)-1]
	if len(said) != before+1 || last.Body != "<!-- callboard -->\nthird" || last.Edits != 2 || last.Author != githubtest.Bot {
		t.Errorf("%d comments, the last is %+v", len(said), last)
	}
	for _, c := range said[:before] {
		if c.Edits != 0 {
			t.Errorf("the comment of %s was changed", c.Author)
		}
	}
	if other := s.Said(r, 8); len(other) != 1 || other[0].Edits != 0 {
		t.Errorf("%+v", other)
	}
}

func TestPutWithoutRights(t *testing.T) {
	s, r, th := thread(t, githubtest.Options{ReadOnly: true})
	if err := th.Put(t.Context(), "callboard", "x", true); !errors.Is(err, action.ErrForbidden) {
		t.Error(err)
	}
	if n := len(s.Said(r, 7)); n != 0 {
		t.Error(n)
	}
	_, _, th = thread(t, githubtest.Options{Tokens: []string{"other"}})
	err := th.Put(t.Context(), "callboard", "x", true)
	if !errors.Is(err, action.ErrForbidden) || strings.Contains(err.Error(), th.Token) {
		t.Error(err)
	}
}

func TestPutLarge(t *testing.T) {
	s, r, th := thread(t, githubtest.Options{})
	if err := th.Put(t.Context(), "callboard", strings.Repeat("é", 60_000), true); err != nil || len(s.Said(r, 7)) != 1 {
		t.Error(err)
	}
	if err := th.Put(t.Context(), "callboard", strings.Repeat("é", 70_000), true); err == nil || !strings.Contains(err.Error(), "422") {
		t.Error(err)
	}
}
