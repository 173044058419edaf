package crawltest

import (
	"context"
	"iter"

	"callboard/internal/source"
)

// Batch is a host that answers for many at once.
type Batch struct {
	*Host
	// Repositories and Files are how many one question may be about.
	Repositories, Files int
}

// BatchSize is Repositories and Files.
func (b *Batch) BatchSize() (repos, files int) { return b.Repositories, b.Files }

// Trees lists the files of several repositories.
func (b *Batch) Trees(ctx context.Context, rs []source.Repo) iter.Seq2[source.Listed, error] {
	return func(yield func(source.Listed, error) bool) {
		if err := b.ask(ctx, "trees", rs[0].Name); err != nil {
			yield(source.Listed{}, err)
			return
		}
		for _, r := range rs {
			t, err := b.tree(r)
			if !yield(source.Listed{Repo: r, Tree: t, Err: err}, nil) {
				return
			}
		}
	}
}

// ReadMany reads files of several repositories. Those with a zero byte it does
// not give out.
func (b *Batch) ReadMany(ctx context.Context, files []source.FileOf) iter.Seq2[source.Contents, error] {
	return func(yield func(source.Contents, error) bool) {
		if err := b.ask(ctx, "readmany", files[0].Repo.Name); err != nil {
			yield(source.Contents{}, err)
			return
		}
		now := map[string]string{}
		for _, f := range files {
			if now[f.Repo.Name] == "" {
				now[f.Repo.Name] = b.revision(f.Repo)
			}
			data, err := b.content(f.Repo, f.File, now[f.Repo.Name])
			for _, c := range data {
				if c == 0 {
					data, err = nil, b.Of(source.Unsupported, "read "+f.File.Path)
				}
			}
			if !yield(source.Contents{FileOf: f, Data: data, Err: err}, nil) {
				return
			}
		}
	}
}
