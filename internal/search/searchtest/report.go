package searchtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What a search must reach: the mean of the reciprocal ranks of what is right,
// among the first ten hits.
const (
	LeastOfAll   = 0.97
	LeastOfClass = 0.95
)

// Report is queries with the ranks of what is right, 0 where it is not among the
// first ten.
type Report struct {
	queries []Query
	ranks   []int
}

// Ask asks all queries. find gives the addresses of at least the first ten hits.
func Ask(queries []Query, find func(query string) ([]string, error)) (*Report, error) {
	r := &Report{queries: queries}
	for _, q := range queries {
		hits, err := find(q.Text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.Text, err)
		}
		hits = hits[:min(len(hits), 10)]
		r.ranks = append(r.ranks, 1+slices.IndexFunc(hits, func(url string) bool { return slices.Contains(q.Want, url) }))
	}
	return r, nil
}

type score struct{ n, reciprocal, first float64 }

func (r *Report) scores() map[string]score {
	out := map[string]score{}
	for i, q := range r.queries {
		for _, class := range []string{"all", q.Class} {
			s := out[class]
			s.n++
			if r.ranks[i] > 0 {
				s.reciprocal += 1 / float64(r.ranks[i])
			}
			if r.ranks[i] == 1 {
				s.first++
			}
			out[class] = s
		}
	}
	return out
}

// Below tells in which classes the search finds too little.
func (r *Report) Below() (out []string) {
	scores := r.scores()
	for _, class := range slices.Sorted(maps.Keys(scores)) {
		least := LeastOfClass
		if class == "all" {
			least = LeastOfAll
		}
		if s := scores[class]; s.reciprocal/s.n < least {
			out = append(out, fmt.Sprintf("%s: MRR@10 is %.3f, less than %.2f", class, s.reciprocal/s.n, least))
		}
	}
	return out
}

// String is the report as a file that Parse reads: scores by class, then all
// queries, those first of which what is right does not come first.
func (r *Report) String() string {
	var b strings.Builder
	b.WriteString("# class, queries, MRR@10, success@1\n")
	scores := r.scores()
	for _, class := range slices.Sorted(maps.Keys(scores)) {
		s := scores[class]
		fmt.Fprintf(&b, "# %-12s %4.0f %.3f %.3f\n", class, s.n, s.reciprocal/s.n, s.first/s.n)
	}
	b.WriteString("# rank of what is right (0: not among ten), class, query, what is right\n")
	for _, first := range []bool{false, true} {
		for i, q := range r.queries {
			if (r.ranks[i] == 1) == first {
				fmt.Fprintf(&b, "%d\t%s\t%s\t%s\n", r.ranks[i], q.Class, q.Text, strings.Join(q.Want, " "))
			}
		}
	}
	return b.String()
}

// Parse reads the queries of a report.
func Parse(report string) (out []Query, err error) {
	for line := range strings.Lines(report) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			return nil, fmt.Errorf("%q is no query", line)
		}
		out = append(out, Query{f[1], f[2], strings.Fields(f[3])})
	}
	return out, nil
}

// Differences are the lines that only one of two reports has, with a hyphen or a
// plus before them.
func Differences(before, after string) string {
	var b strings.Builder
	a, z := lines(before), lines(after)
	for _, line := range slices.Sorted(maps.Keys(a)) {
		if !z[line] {
			b.WriteString("-" + line)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(z)) {
		if !a[line] {
			b.WriteString("+" + line)
		}
	}
	return b.String()
}

func lines(text string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(text) {
		out[line] = true
	}
	return out
}
