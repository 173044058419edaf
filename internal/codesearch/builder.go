package codesearch

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Repository is what the index tells of a repository.
type Repository struct {
	Name string `json:"name"`
	// Revision is the commit the files were taken at, "" if unknown.
	Revision string `json:"revision,omitempty"`
	// Link is the address of a line at the host, in which {path} stands for the
	// path, escaped as in addresses, and {line} for the line's number; "" if there
	// is none.
	Link  string `json:"link,omitempty"`
	Files int    `json:"files"`
	Bytes int64  `json:"bytes"`
	// Left counts the files that were left out.
	Left map[Reason]int `json:"left,omitempty"`
	// LeftFile is the name of the file that tells which these are.
	LeftFile string `json:"leftFile,omitempty"`
}

// Left is a file, or if the path ends with a slash a directory, that was left out.
type Left struct {
	Path   string `json:"path"`
	Reason Reason `json:"reason"`
	// Files is how many files of a directory there are; of a file it is 1.
	Files int `json:"files"`
}

// maxLeft is how many files that were left out are told of by name in one
// repository. All are counted.
const maxLeft = 2000

// root is the file that leads to the others.
type root struct {
	Version      int               `json:"v"`
	Files        int               `json:"files"`
	Bytes        int64             `json:"bytes"`
	Repositories int               `json:"repositories"`
	Languages    []languageOfIndex `json:"languages"` // those that files are in
	Shards       table             `json:"shards"`
	Fragments    table             `json:"fragments"`
	Pieces       int               `json:"pieces"` // how many fragments there are
	Repos        table             `json:"repos"`  // the blocks themselves
	Left         map[Reason]int    `json:"left"`
	Because      map[Reason]string `json:"because"` // what the reasons mean
	// Passed are the patterns of files that were not looked at.
	Passed []string `json:"passed"`
}

type languageOfIndex struct {
	Name  string `json:"name"`
	ID    int    `json:"id"`
	Files int    `json:"files"`
}

// table leads to the groups of a table.
type table struct {
	Bits  int    `json:"bits"`
	Names string `json:"names"`

	groups []byte // the names, as a reader has them
}

// Builder makes an index. Repositories are added one after the other: Begin, then
// Add and Leave for its files in order of their paths.
type Builder struct {
	out       packer
	posts     postings
	root      root
	languages []int // files by language
	pages     pages
	repo      Repository
	open      bool
	left      []Left
	repos     []Repository
}

// NewBuilder makes a builder that hands the files of its index to put, by their
// names. passed are the patterns of what is not even offered to it, which the
// index tells to those who miss it.
func NewBuilder(passed []string, put func(name string, data []byte) error) *Builder {
	b := &Builder{out: packer{put: put}, posts: postings{limit: heldPostings}, languages: make([]int, len(languages))}
	b.root = root{Version: Version, Left: map[Reason]int{}, Passed: append([]string{}, passed...)}
	b.pages.out = &b.out
	return b
}

// Prepared is a file whose terms are known.
type Prepared struct {
	path    string
	content []byte
	terms   []uint32
}

// Preparer finds the terms of files. It is for one goroutine at a time; what it
// prepared is for any.
type Preparer struct{ g *grams }

// NewPreparer makes a preparer, which takes 2 MB.
func NewPreparer() *Preparer { return &Preparer{newGrams()} }

// Prepare finds the terms of a file, which must be one that ByName and ByContent
// leave in.
func (p *Preparer) Prepare(path string, content []byte) Prepared {
	terms := p.g.of(inContent, content)
	terms = append(terms, p.g.of(inPath, []byte(path))...)
	return Prepared{path, content, terms}
}

// Begin begins a repository, of which the name, the revision and the link are
// given.
func (b *Builder) Begin(r Repository) error {
	if err := b.end(); err != nil {
		return err
	}
	b.repo = Repository{Name: r.Name, Revision: r.Revision, Link: r.Link, Left: map[Reason]int{}}
	b.open = true
	return nil
}

// Leave notes that a file of the repository is left out.
func (b *Builder) Leave(path string, why Reason) {
	b.repo.Left[why]++
	b.root.Left[why]++
	if why == ReasonVendored {
		path = vendoredDir(path)
	}
	if n := len(b.left); n > 0 && b.left[n-1].Path == path {
		b.left[n-1].Files++
		return
	}
	if len(b.left) < maxLeft {
		b.left = append(b.left, Left{path, why, 1})
	}
}

// vendoredDir is the directory of other people's code that a path lies in, with a
// slash at its end.
func vendoredDir(p string) string {
	at := 0
	for i := range len(p) {
		if p[i] == '/' {
			if vendored[p[at:i]] {
				return p[:i+1]
			}
			at = i + 1
		}
	}
	return p
}

// Full tells why no file of so many bytes can be added, "" if it can.
func (b *Builder) Full(size int) Reason {
	switch {
	case b.root.Files >= MaxFiles || b.root.Bytes+int64(size) > MaxBytes:
		return ReasonIndex
	case b.repo.Files >= MaxRepositoryFiles || b.repo.Bytes+int64(size) > MaxRepositoryBytes:
		return ReasonRepository
	}
	return ""
}

// Add adds a file of the repository. One that is too much is left out.
func (b *Builder) Add(p Prepared) error {
	if why := b.Full(len(p.content)); why != "" {
		b.Leave(p.path, why)
		return nil
	}
	if err := b.pages.add(b.repo.Name, p.path, languageOf(p.path), p.content); err != nil {
		return err
	}
	number, language := uint32(b.root.Files), languageOf(p.path)
	for _, t := range p.terms {
		if err := b.posts.add(t, number); err != nil {
			return err
		}
	}
	if err := b.posts.add(languageTerm(language).key, number); err != nil {
		return err
	}
	for _, t := range repositoryTerms(b.repo.Name) {
		if err := b.posts.add(t, number); err != nil {
			return err
		}
	}
	b.languages[language]++
	b.root.Files++
	b.root.Bytes += int64(len(p.content))
	b.repo.Files++
	b.repo.Bytes += int64(len(p.content))
	return nil
}

// repositoryTerms are the terms of the name of a repository.
func repositoryTerms(name string) []uint32 {
	s := foldString(name)
	var out []uint32
	for i := 0; i+3 <= len(s); i++ {
		out = append(out, gram(inRepository, s[i:]).key)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// end ends the repository.
func (b *Builder) end() error {
	if !b.open {
		return nil
	}
	b.open = false
	if err := b.pages.flush(); err != nil {
		return err
	}
	if len(b.left) > 0 {
		raw, err := json.Marshal(b.left)
		if err != nil {
			return err
		}
		n, err := b.out.file("l", raw)
		if err != nil {
			return err
		}
		b.repo.LeftFile = n.path("l")
		b.left = b.left[:0]
	}
	b.root.Repositories++
	b.repos = append(b.repos, b.repo)
	return nil
}

// writeRepos writes the blocks of repositories.
func (b *Builder) writeRepos() error {
	bits := 32 - log2(len(b.repos), repoBlock)
	blocks := map[uint32][]Repository{}
	for _, r := range b.repos {
		at := hash(r.Name) >> bits
		blocks[at] = append(blocks[at], r)
	}
	w := groupWriter{bits: bits}
	for _, at := range slices.Sorted(maps.Keys(blocks)) {
		raw, err := json.Marshal(blocks[at])
		if err != nil {
			return err
		}
		n, err := b.out.file("r", raw)
		if err != nil {
			return err
		}
		w.set(int(at), n)
	}
	b.root.Repos = w.table()
	return nil
}

// Finish writes what is left and gives the name of the root.
func (b *Builder) Finish() (string, error) {
	if err := errors.Join(b.end(), b.writeRepos()); err != nil {
		return "", err
	}
	for id, n := range b.languages {
		if n > 0 {
			b.root.Languages = append(b.root.Languages, languageOfIndex{languages[id][0], id, n})
		}
	}
	numbers := b.pages.number()
	var err error
	b.root.Pieces = len(b.pages.fragments)
	if b.root.Fragments, err = b.pages.table(); err != nil {
		return "", err
	}
	s := newShardWriter(&b.out, numbers, b.posts.n)
	if err := b.posts.each(s.add); err != nil {
		return "", err
	}
	if b.root.Shards, err = s.finish(); err != nil {
		return "", err
	}
	b.root.Because = map[Reason]string{}
	for why := range b.root.Left {
		b.root.Because[why] = why.Sentence()
	}
	raw, err := json.Marshal(b.root)
	if err != nil {
		return "", err
	}
	raw = append(raw, '\n')
	n := nameOf(raw)
	name := "code." + hex.EncodeToString(n[:]) + ".json"
	if err := b.out.put(name, raw); err != nil {
		return "", fmt.Errorf("write the code index: %w", err)
	}
	return name, nil
}

// Close removes what the builder laid aside. It must be called in any case.
func (b *Builder) Close() error { return b.posts.close() }
