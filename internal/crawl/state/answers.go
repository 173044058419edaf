package state

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"time"
)

// maxAnswer bounds an answer that is kept, in bytes.
const maxAnswer = 64 << 20

// Answers keeps answers of hosts from one crawl to the next, for package polite.
// One that cannot be kept or read is asked for again.
type Answers struct {
	d      *Dir
	source string
}

// Answers is the cache for a source.
func (d *Dir) Answers(source string) *Answers { return &Answers{d, source} }

func (a *Answers) place(key string) string {
	dir, name := hashed("answer", a.source, key)
	return a.d.file(answersDir, dir, name)
}

// Get is the answer to a question.
func (a *Answers) Get(key string) ([]byte, bool) {
	name := a.place(key)
	f, err := os.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, false
	}
	b, err := io.ReadAll(io.LimitReader(z, maxAnswer+1))
	if err != nil || len(b) > maxAnswer {
		return nil, false
	}
	a.d.touch(name)
	return b, true
}

// Put keeps an answer.
func (a *Answers) Put(key string, value []byte) {
	if len(value) > maxAnswer {
		return
	}
	x, err := a.d.draft()
	if err != nil {
		return
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(value) // to memory
	_ = z.Close()
	if _, err := x.w.Write(b.Bytes()); err != nil {
		_ = x.discard() // the next crawl tidies up
		return
	}
	if name := a.place(key); x.install(name, false) == nil {
		a.d.touch(name)
	}
}

func (d *Dir) touch(name string) {
	d.mu.Lock()
	d.touched[name] = true
	d.mu.Unlock()
}

// SweepAnswers removes the answers that were neither asked for nor kept since
// the directory was opened, and are older than a time: answers to questions that
// a crawl asks only when something changes are kept that long.
func (d *Dir) SweepAnswers(before time.Time) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return sweep(d.file(answersDir), func(name string) bool {
		info, err := os.Stat(name)
		return d.touched[name] || err == nil && info.ModTime().After(before)
	})
}
