package codesearch

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// pages gathers the files of pages, writes their fragments, and numbers all at the
// end.
type pages struct {
	out       *packer
	repo      string
	files     []fileOf // of the page, by path
	bytes     int      // of their contents
	done      []page
	fragments []fragmentOf
}

// fileOf is a file of the page that is being made.
type fileOf struct {
	path     string
	language int
	content  []byte
}

// page is one that has been written.
type page struct {
	hash   uint32
	files  int
	number uint32 // once all are known
}

// fragmentOf is a fragment that has been written.
type fragmentOf struct {
	page  int // among those done
	place int // in it, of the first file
	name  fileName
}

// hash is FNV-1a, mixed.
func hash(parts ...string) uint32 {
	x := uint32(2166136261)
	for _, s := range parts {
		for i := range len(s) {
			x = (x ^ uint32(s[i])) * 16777619
		}
	}
	return mix(x)
}

// pageBegins tells whether a page begins at a path, whatever comes before.
func pageBegins(path string) bool { return hash(path)%pageFiles == 0 }

func (p *pages) add(repo, path string, language int, content []byte) error {
	if n := len(p.files); n > 0 && (pageBegins(path) || n == pageSize || p.bytes+len(content) > pageBytes) {
		if err := p.flush(); err != nil {
			return err
		}
	}
	p.repo = repo
	p.files = append(p.files, fileOf{path: path, language: language, content: content})
	p.bytes += len(content)
	return nil
}

// flush writes the files that have gathered.
func (p *pages) flush() error {
	if len(p.files) == 0 {
		return nil
	}
	p.done = append(p.done, page{hash: hash(p.repo, "\n", p.files[0].path), files: len(p.files)})
	for at := 0; at < len(p.files); {
		n, size := 1, len(p.files[at].content)
		for at+n < len(p.files) && size+len(p.files[at+n].content) <= fragmentBytes {
			size += len(p.files[at+n].content)
			n++
		}
		if err := p.fragment(at, p.files[at:at+n]); err != nil {
			return err
		}
		at += n
	}
	clear(p.files)
	p.files, p.bytes = p.files[:0], 0
	return nil
}

// fragment writes some files of the page, of which the first has that place.
func (p *pages) fragment(place int, fs []fileOf) error {
	raw := binary.AppendUvarint(nil, uint64(len(p.repo)))
	raw = append(raw, p.repo...)
	raw = binary.AppendUvarint(raw, uint64(len(fs)))
	for _, f := range fs {
		raw = binary.AppendUvarint(raw, uint64(len(f.path)))
		raw = append(raw, f.path...)
		raw = binary.AppendUvarint(raw, uint64(f.language))
		raw = binary.AppendUvarint(raw, uint64(len(f.content)))
	}
	for _, f := range fs {
		raw = append(raw, f.content...)
	}
	name, err := p.out.file("f", raw)
	p.fragments = append(p.fragments, fragmentOf{len(p.done) - 1, place, name})
	return err
}

// number numbers the pages, and gives the numbers of the files in the order they
// were added.
func (p *pages) number() []uint32 {
	order := make([]int, len(p.done))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p.done[a].hash, p.done[b].hash) })
	bits, next := p.bits(), uint32(0)
	for _, i := range order {
		p.done[i].number = max(uint32(uint64(p.done[i].hash)<<bits>>32), next)
		next = p.done[i].number + 1
	}
	var out []uint32
	for _, x := range p.done {
		for i := range x.files {
			out = append(out, x.number*pageSize+uint32(i))
		}
	}
	return out
}

// bits is the logarithm of how many pages there is room for.
func (p *pages) bits() int { return log2(len(p.done)*pageShare, 1) }

// log2 is the least number of bits by which n things make groups of at most size.
func log2(n, size int) (bits int) {
	for n > size<<bits {
		bits++
	}
	return bits
}

// table writes the table of fragments.
func (p *pages) table() (table, error) {
	type numbered struct {
		number uint32
		name   fileName
	}
	all := make([]numbered, len(p.fragments))
	for i, f := range p.fragments {
		all[i] = numbered{p.done[f.page].number*pageSize + uint32(f.place), f.name}
	}
	slices.SortFunc(all, func(a, b numbered) int { return cmp.Compare(a.number, b.number) })
	t := tableWriter{out: p.out, groupWriter: groupWriter{bits: p.bits() + log2(pageSize, 1) - log2(len(all), groupEntries)}}
	for _, f := range all {
		if err := t.add(f.number, f.name); err != nil {
			return table{}, err
		}
	}
	return t.finish()
}
