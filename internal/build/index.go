package build

import (
	"encoding/json"
	"errors"
	"fmt"

	"callboard/internal/cache"
	"callboard/internal/digest"
	"callboard/internal/output"
	"callboard/internal/search"
	"callboard/internal/urlpath"
)

// part is a part of the search index. Its files are in the output when it is
// given to the index; the segment itself is loaded only if the index must be
// merged again there.
type part struct {
	Key  digest.Sum `json:"key"`
	Docs int        `json:"docs"`

	load func() (*search.Segment, error)
}

// errDamaged tells that the cache lacks what it was just found to have: a file is
// damaged, or another build has replaced it meanwhile.
var errDamaged = errors.New("the cache is damaged")

// part makes sure that the files of a part are there, which makes its segment
// if neither the pack nor the output has them. It returns the files.
func (b *builder) part(pack *cache.Pack, key digest.Sum, docs func() []search.Doc) (part, []output.Made, error) {
	note := digest.New("fragments/1").Add(key).Sum()
	if f, ok := findFragments(pack, note); ok && pack.Keep(key) && b.out.KeepAll(f.Made) {
		return part{Key: key, Docs: f.Docs}, f.Made, nil
	}
	s, err := b.segment(pack, key, docs)
	if err != nil {
		return part{}, nil, err
	}
	f := fragments{Docs: s.Docs()}
	for name, data := range s.Fragments() {
		m, err := b.data(name, data)
		if err != nil {
			return part{}, nil, err
		}
		f.Made = append(f.Made, m)
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return part{}, nil, fmt.Errorf("keep a part of the index: %w", err)
	}
	return part{key, f.Docs, func() (*search.Segment, error) { return s, nil }}, f.Made, pack.Put(note, raw)
}

// fragments is the note of the files of a segment.
type fragments struct {
	Docs int           `json:"docs"`
	Made []output.Made `json:"made"`
}

func findFragments(pack *cache.Pack, key digest.Sum) (f fragments, ok bool) {
	raw, ok := pack.Get(key)
	return f, ok && json.Unmarshal(raw, &f) == nil
}

// segment is the one with the key, from the pack or made of documents.
func (b *builder) segment(pack *cache.Pack, key digest.Sum, docs func() []search.Doc) (*search.Segment, error) {
	if s, err := storedSegment(pack, key); err == nil {
		return s, nil
	}
	s := b.words.Prepare(docs())
	return s, pack.Put(key, s.Encode())
}

func storedSegment(pack *cache.Pack, key digest.Sum) (*search.Segment, error) {
	raw, ok := pack.Get(key)
	if !ok {
		return nil, errDamaged
	}
	s, err := search.DecodeSegment(raw)
	if err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	return s, nil
}

// stored gives parts that are not in memory a way to be loaded of the pack of a
// documentation set, which is closed by then.
func (b *builder) stored(name string, parts []part) []part {
	for i, p := range parts {
		if p.load == nil {
			parts[i].load = func() (*search.Segment, error) {
				pack := b.kept.pack("docs", name)
				defer pack.Release()
				return storedSegment(pack, p.Key)
			}
		}
	}
	return parts
}

// index adds parts to the search index.
func (b *builder) index(parts []part) error {
	for _, p := range parts {
		if err := b.search.AddPart(search.Part{Key: p.Key, Docs: p.Docs, Load: p.load}); err != nil {
			return err
		}
	}
	return nil
}

// data writes a file below data/ whose name holds a digest of its content. Two
// parts of the index may come to the same file.
func (b *builder) data(name string, data []byte) (output.Made, error) {
	m, kept, err := b.dataFile(name)
	if err != nil || kept {
		return m, err
	}
	err = b.out.Put(urlpath.Must(m.Path), m.Key, data)
	if c, ok := errors.AsType[*output.CollisionError](err); ok && c.Path == c.Other {
		return m, nil
	}
	return m, err
}

// dataFile is a file below data/, and whether it was taken over from the last build.
func (b *builder) dataFile(name string) (m output.Made, kept bool, err error) {
	p, err := urlpath.New("data/" + name)
	if err != nil {
		return m, false, fmt.Errorf("file %q: %w", name, err)
	}
	m = output.Made{Path: p.String(), Key: digest.Of([]byte(name))}
	return m, b.out.Keep(p, m.Key), nil
}

// keepData takes a file below data/ over from the last build, if it was there.
func (b *builder) keepData(name string) bool {
	_, kept, err := b.dataFile(name)
	return kept && err == nil
}
