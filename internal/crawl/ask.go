package crawl

import (
	"context"
	"errors"
	"iter"

	"callboard/internal/source"
)

// asker asks a host for trees and files of several repositories, in the order
// asked for. An error ends a sequence; what fails for one is in its answer.
type asker interface {
	trees(ctx context.Context, rs []source.Repo) iter.Seq2[source.Listed, error]
	read(ctx context.Context, files []source.FileOf) iter.Seq2[source.Contents, error]
	// cost is about how many requests a tree and a file take.
	cost() (tree, file float64)
}

func (r *run) asker() asker {
	if b, ok := r.s.Host.(source.Batcher); ok {
		return batched{b}
	}
	return single{r.s.Host}
}

// single asks for one after the other.
type single struct{ source.Host }

func (single) cost() (tree, file float64) { return 1, 1 }

func (s single) trees(ctx context.Context, rs []source.Repo) iter.Seq2[source.Listed, error] {
	return func(yield func(source.Listed, error) bool) {
		for _, r := range rs {
			t, err := s.Tree(ctx, r)
			if !yield(source.Listed{Repo: r, Tree: t, Err: err}, nil) {
				return
			}
		}
	}
}

func (s single) read(ctx context.Context, files []source.FileOf) iter.Seq2[source.Contents, error] {
	return func(yield func(source.Contents, error) bool) {
		for len(files) > 0 {
			n := 1
			for n < len(files) && key(files[n].Repo) == key(files[0].Repo) {
				n++
			}
			if !s.readOne(ctx, files[:n], yield) {
				return
			}
			files = files[n:]
		}
	}
}

// readOne reads files of one repository. A file that is never to be had, such as
// one that is too large, costs that file: the reading begins again behind it. With
// any other failure the rest of the repository's files are missing, so that the
// next repository has its turn.
func (s single) readOne(ctx context.Context, files []source.FileOf, yield func(source.Contents, error) bool) bool {
	for len(files) > 0 {
		n, failure, more := s.readSome(ctx, files, yield)
		if !more {
			return false
		}
		if files = files[n:]; len(files) == 0 {
			break
		}
		missing := len(files)
		if source.KindOf(failure) == source.Unsupported {
			missing = 1
		}
		for _, f := range files[:missing] {
			if !yield(source.Contents{FileOf: f, Err: failure}, nil) {
				return false
			}
		}
		files = files[missing:]
	}
	return true
}

// readSome reads files until one fails. It tells how many it read, and whether
// more are wanted.
func (s single) readSome(ctx context.Context, files []source.FileOf, yield func(source.Contents, error) bool) (n int, failure error, more bool) {
	entries := all(files, func(f source.FileOf) source.Entry { return f.File })
	for b, err := range s.Read(ctx, files[0].Repo, entries) {
		if err != nil {
			return n, err, true
		}
		if n == len(files) {
			break
		}
		if !yield(source.Contents{FileOf: files[n], Data: b}, nil) {
			return n, nil, false
		}
		n++
	}
	return n, &source.Fault{Kind: source.Broken, Host: s.Name(), What: "read files of " + files[0].Repo.Name, Err: errors.New("the answer is not complete")}, true
}

// batched asks for many at once.
type batched struct{ source.Batcher }

func (b batched) cost() (tree, file float64) {
	repos, files := b.BatchSize()
	return 1 / float64(max(repos, 1)), 1 / float64(max(files, 1))
}

func (b batched) trees(ctx context.Context, rs []source.Repo) iter.Seq2[source.Listed, error] {
	return b.Trees(ctx, rs)
}

// read reads in batches, and by themselves the files that cannot be had that way.
func (b batched) read(ctx context.Context, files []source.FileOf) iter.Seq2[source.Contents, error] {
	return func(yield func(source.Contents, error) bool) {
		_, n := b.BatchSize()
		for len(files) > 0 {
			k := min(max(n, 1), len(files))
			if !b.readBatch(ctx, files[:k], yield) {
				return
			}
			files = files[k:]
		}
	}
}

func (b batched) readBatch(ctx context.Context, files []source.FileOf, yield func(source.Contents, error) bool) bool {
	i := 0
	for c, err := range b.ReadMany(ctx, files) {
		if err != nil {
			yield(source.Contents{}, err)
			return false
		}
		if i == len(files) {
			break
		}
		if source.KindOf(c.Err) == source.Unsupported {
			if !(single{b.Batcher}).readOne(ctx, files[i:i+1], yield) {
				return false
			}
		} else if c.FileOf = files[i]; !yield(c, nil) {
			return false
		}
		i++
	}
	return i == len(files)
}
