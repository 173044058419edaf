package codesearch

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// MaxQuery is how many bytes a query may have.
const MaxQuery = 1000

// Query is what is searched for: lines that a pattern matches, in files that the
// filters let through. Without a pattern it is the files themselves.
type Query struct {
	Pattern string
	// Regexp says that the pattern is a regular expression in the syntax of RE2, and
	// not text. It is matched against one line at a time.
	Regexp bool
	// Fold says that case does not matter.
	Fold bool
	// Filters narrow the search. A file passes if it passes all of them; of those
	// that ask for a language or a repository, one is enough.
	Filters []Filter
}

// Filter asks for files by their path, language or repository.
type Filter struct {
	Key   string // file, lang or repo
	Value string
	Not   bool
}

// QueryError tells what is wrong with a query, as whoever wrote it can use it.
type QueryError struct{ Message, Hint string }

func (e *QueryError) Error() string { return e.Message }

// ParseQuery reads a query as people write it: filters, such as file:*.go, -lang:json,
// repo:payments and case:no, at the beginning or the end, and between them the
// pattern: text as it stands, text in "quotes", or a regular expression between
// /slashes/, with an i after them if case does not matter. Whether asRegexp, the
// pattern is a regular expression without slashes.
func ParseQuery(text string, asRegexp bool) (Query, error) {
	if len(text) > MaxQuery {
		return Query{}, &QueryError{fmt.Sprintf("the query has more than %d bytes", MaxQuery), ""}
	}
	q := Query{Regexp: asRegexp}
	rest := strings.TrimSpace(text)
	for rest != "" {
		f, after, ok := leadingFilter(rest)
		if !ok {
			break
		}
		if err := q.filter(f); err != nil {
			return Query{}, err
		}
		rest = strings.TrimLeft(after, " \t")
	}
	var last []Filter
	for rest != "" {
		f, before, ok := trailingFilter(rest)
		if !ok {
			break
		}
		last = append(last, f)
		rest = strings.TrimRight(before, " \t")
	}
	for i := len(last) - 1; i >= 0; i-- {
		if err := q.filter(last[i]); err != nil {
			return Query{}, err
		}
	}
	return q, q.pattern(rest, asRegexp)
}

func (q *Query) filter(f Filter) error {
	if f.Key != "case" {
		q.Filters = append(q.Filters, f)
		return nil
	}
	switch {
	case f.Value == "no" && !f.Not:
		q.Fold = true
	case f.Value == "yes" && !f.Not:
		q.Fold = false
	default:
		return &QueryError{fmt.Sprintf("case: is yes or no, not %q", f.Value), ""}
	}
	return nil
}

// pattern takes what stands between the filters.
func (q *Query) pattern(s string, asRegexp bool) error {
	n := len(s)
	switch {
	case asRegexp:
		q.Pattern = s
	case n > 2 && s[0] == '/' && s[n-1] == '/':
		q.Pattern, q.Regexp = s[1:n-1], true
	case n > 3 && s[0] == '/' && s[n-2:] == "/i":
		q.Pattern, q.Regexp, q.Fold = s[1:n-2], true, true
	case n > 2 && s[0] == '"' && s[n-1] == '"':
		q.Pattern = s[1 : n-1]
	default:
		q.Pattern = s
	}
	if q.Pattern == "" && len(q.Filters) == 0 {
		return &QueryError{"the query is empty", "search for text, or for a regular expression between /slashes/"}
	}
	_, err := q.compile()
	return err
}

// compile is the pattern as a regular expression.
func (q Query) compile() (*regexp.Regexp, error) {
	p := q.Pattern
	if !q.Regexp {
		p = regexp.QuoteMeta(p)
	}
	if q.Fold {
		p = "(?i)" + p
	}
	re, err := regexp.Compile(p)
	if se, ok := err.(*syntax.Error); ok {
		return nil, &QueryError{fmt.Sprintf("the regular expression is not one: %v", se.Code) + at(se.Expr), "a backslash before a character that means something takes it as it is"}
	}
	return re, err
}

func at(expr string) string {
	if expr == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", expr)
}

// filterKeys are the filters, each with the colon after it.
var filterKeys = []string{"file:", "lang:", "repo:", "case:"}

func filterKey(s string) (f Filter, rest string, ok bool) {
	f.Not = strings.HasPrefix(s, "-")
	rest = strings.TrimPrefix(s, "-")
	for _, k := range filterKeys {
		if v, found := strings.CutPrefix(rest, k); found {
			f.Key = strings.TrimSuffix(k, ":")
			return f, v, true
		}
	}
	return Filter{}, s, false
}

func leadingFilter(s string) (f Filter, rest string, ok bool) {
	f, v, ok := filterKey(s)
	if !ok {
		return f, s, false
	}
	if strings.HasPrefix(v, `"`) {
		if end := strings.IndexByte(v[1:], '"'); end > 0 {
			f.Value = v[1 : 1+end]
			return f, v[end+2:], true
		}
	}
	end := strings.IndexAny(v, " \t")
	if end < 0 {
		end = len(v)
	}
	f.Value = v[:end]
	return f, v[end:], f.Value != ""
}

func trailingFilter(s string) (f Filter, before string, ok bool) {
	at := strings.LastIndexAny(s, " \t")
	f, v, ok := filterKey(s[at+1:])
	if !ok || v == "" || at < 0 {
		return f, s, false
	}
	f.Value = v
	return f, s[:at], true
}
