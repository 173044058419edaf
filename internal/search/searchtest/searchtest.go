// Package searchtest makes queries of which it is known what they must find,
// and tells how well a search finds it. The queries are made by rule from what
// a portal shows, not from what its index finds.
package searchtest

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Doc is a document as a fragment of the index has it; see package search.
type Doc struct {
	URL   string   `json:"u"`
	Kind  string   `json:"k"`
	Name  string   `json:"n"`
	Title string   `json:"t"`
	Tags  []string `json:"g"`
	About string   `json:"d"`
	// Sections are the id, the title and the text of each.
	Sections [][3]string `json:"s"`
}

// Docs reads the documents of a portal's data directory, in the order of their
// addresses. Of an index with more than most fragments it reads so many, evenly
// spread; all if most is zero.
func Docs(data fs.FS, most int) ([]Doc, error) {
	names, err := fs.Glob(data, "s/f/*.bin")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("no fragments of an index of documents in s/f")
	}
	step := 1.0
	if most > 0 {
		step = max(1, float64(len(names))/float64(most))
	}
	var all []Doc
	for i := 0.0; int(i) < len(names); i += step {
		docs, err := fragment(data, names[int(i)])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", names[int(i)], err)
		}
		all = append(all, docs...)
	}
	slices.SortFunc(all, func(a, b Doc) int { return strings.Compare(a.URL, b.URL) })
	return all, nil
}

func fragment(data fs.FS, name string) (docs []Doc, err error) {
	f, err := data.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return docs, json.NewDecoder(z).Decode(&docs)
}
