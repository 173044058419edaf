package search

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"strings"
)

// vocabulary is n made-up words; drawing them by Zipf gives text whose index
// has the shape of real ones.
func vocabulary(r *rand.Rand, n int) []string {
	syllables := strings.Fields("ba co de fi gu ha je ki lo mu na pe qui ro su ta ve wi xo za ment tion ing er al ist pro con tra ser ver pay")
	seen := map[string]bool{}
	var out []string
	for len(out) < n {
		var b strings.Builder
		for range 1 + r.IntN(4) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		if w := b.String(); !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// generate makes groups of ten pages of about 5.7 KB each, with their entity.
func generate(groups int, seed uint64) [][]Doc {
	r := rand.New(rand.NewPCG(seed, 1))
	words := vocabulary(r, 40_000)
	zipf := rand.NewZipf(r, 1.07, 4, uint64(len(words)-1))
	joints := strings.Split(strings.Repeat(" |", 70)+", |. |-|\n|, |. ", "|")
	text := func(n int) string {
		var b strings.Builder
		for b.Len() < n {
			b.WriteString(words[zipf.Uint64()])
			b.WriteString(joints[r.IntN(len(joints))])
		}
		return b.String()
	}
	title := func() string { return "The " + words[r.IntN(4000)] + " " + words[r.IntN(4000)] }
	out := make([][]Doc, groups)
	for g := range out {
		name := fmt.Sprintf("%s-%s-%d", words[r.IntN(3000)], words[r.IntN(3000)], g)
		ref := "component:default/" + name
		owner := "team-" + words[r.IntN(60)]
		for p := range 10 {
			d := Doc{
				URL: fmt.Sprintf("docs/default/component/%s/page-%d/", name, p), Kind: "docs",
				Ref: ref, Title: title(), Crumb: name + " / Guides", Owner: owner,
			}
			for s := range 8 {
				d.Sections = append(d.Sections, Section{ID: fmt.Sprint("s", s), Title: title(), Text: text(710)})
			}
			out[g] = append(out[g], d)
		}
	}
	return out
}

func discard(string, []byte) error { return nil }

func gzipped(data []byte) int {
	var buf bytes.Buffer
	z, _ := gzip.NewWriterLevel(&buf, 6)
	z.Write(data)
	z.Close()
	return buf.Len()
}
