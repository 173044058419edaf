package output

import (
	"hash/maphash"
	"math/bits"
)

// table is the hash table of a tree: open addressing, with the numbers of files
// (counted from 1) and of directories (negative) and a part of each hash. What
// a number stands for, and with it the comparison of names, is the tree's.
type table struct {
	slots []int32 // 0 if free
	tags  []uint8
	used  int
}

func newTable(slots int) table { return table{slots: make([]int32, slots), tags: make([]uint8, slots)} }

// hash is seeded, so that no repository can choose names that collide.
func (t *tree) hash(dir int32, name string) uint64 {
	return mix(maphash.String(t.seed, name), dir)
}

func mix(h uint64, dir int32) uint64 {
	hi, lo := bits.Mul64(h^uint64(dir)*0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}

// start is the slot where what has the hash is looked for first.
func (t *table) start(h uint64) int {
	hi, _ := bits.Mul64(h, uint64(len(t.slots)))
	return int(hi)
}

func (t *table) next(i int) int {
	if i++; i == len(t.slots) {
		return 0
	}
	return i
}

func tag(h uint64) uint8 { return uint8(h) }

// insert adds a file or directory. What is there already, it does not ask.
func (t *tree) insert(id int32) {
	if (t.used+1)*4 > len(t.slots)*3 {
		t.grow()
	}
	t.used++
	t.place(id)
}

func (t *tree) place(id int32) {
	dir, name := t.dirs[max(-id, 0)].parent, t.dirs[max(-id, 0)].name
	if id > 0 {
		r := t.file(id - 1)
		dir, name = r.dir, r.name
	}
	h := mix(maphash.Bytes(t.seed, t.name(name)), dir)
	i := t.start(h)
	for t.slots[i] != 0 {
		i = t.next(i)
	}
	t.slots[i], t.tags[i] = id, tag(h)
}

// grow makes the table half as large again.
func (t *tree) grow() {
	old := t.slots
	t.table = table{make([]int32, len(old)*3/2), make([]uint8, len(old)*3/2), t.used}
	for _, id := range old {
		if id != 0 {
			t.place(id)
		}
	}
}
