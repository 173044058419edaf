package build

import (
	"context"

	"callboard/internal/news"
)

// whatIsNew compares the catalog with that of the last build, unless all that it
// is made of is as it was. A build that remembers nothing has the same pages as
// one that has nothing to tell.
func (b *builder) whatIsNew(ctx context.Context) error {
	if b.o.News == "" {
		return nil
	}
	past, err := news.Open(b.o.News)
	if err != nil {
		return err
	}
	if b.news.Editions = past.Editions(); past.Is(b.catalogKey) {
		return nil
	}
	l, err := b.whole(ctx)
	if err != nil {
		return err
	}
	if v := b.view; v != nil && !v.Whole && past.Tells(v.Withholds) {
		past = past.Forgotten() // what was seen once and is not any more must not be told of
		b.news.Editions = nil
	}
	read := map[string]bool{}
	for _, x := range b.sources() {
		read[x.Repo] = true
	}
	next, err := past.Next(news.Build{At: b.o.Now, Version: b.o.Version, Key: b.catalogKey, Catalog: l.Catalog, Sum: l.sum,
		Repos: func(name string) bool { return read[name] }})
	if err != nil {
		return err
	}
	b.news.Editions, b.nexts = next.Editions, append(b.nexts, next)
	return nil
}
