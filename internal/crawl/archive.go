package crawl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"callboard/internal/crawl/state"
	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/source"
)

const (
	// requestBytes is how many bytes of an archive cost as much as one request.
	requestBytes = 4 << 20
	// packed is how much smaller an archive is than its files, about.
	packed = 3
	// guessedSize is the size in bytes of a file of unknown size.
	guessedSize = 8 << 10
	// maxLikely bounds, in bytes, the files that are kept of an archive because
	// others may name them.
	maxLikely     = 64 << 20
	maxLikelyFile = 1 << 20
	// maxArchives is how often one repository is asked for its archive: to
	// complete the tree, to take files, and again for what these name.
	maxArchives = 3
)

// prefersArchive tells whether one stream costs less than the missing files. A
// tree that is not all is completed by an archive, whatever it costs.
func (g *gather) prefersArchive(miss []repofs.Entry, a asker) bool {
	if g.archives >= maxArchives || !g.r.hasArchives() {
		return false
	}
	if g.cut {
		return true
	}
	size := int64(0)
	for _, e := range g.tree {
		if e.Size < 0 {
			size += guessedSize
		}
		size += max(e.Size, 0)
	}
	if size > repofs.MaxUnpacked || len(miss) == 0 {
		return false
	}
	_, each := a.cost()
	return float64(len(miss))*each > 1+float64(size/packed)/requestBytes
}

func (r *run) hasArchives() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.archives
}

func (r *run) noArchives() {
	r.mu.Lock()
	r.archives = false
	r.mu.Unlock()
}

// archive takes what is missing out of the stream of all files. What does not
// come that way, because attributes of git keep it out or change it, or because
// the stream breaks, is read as files are.
func (g *gather) archive(ctx context.Context, miss []repofs.Entry) error {
	g.requests++
	g.archives++
	stream, err := g.r.s.Host.Archive(ctx, g.repo)
	if errors.Is(err, errors.ErrUnsupported) || source.KindOf(err) == source.Unsupported {
		g.r.noArchives()
		return nil
	}
	if err != nil {
		return g.noArchive(ctx, err)
	}
	defer stream.Close()
	if g.cut {
		return g.complete(ctx, stream)
	}
	u := &unpacking{g: g, missing: map[string]bool{}}
	for _, e := range miss {
		u.missing[e.Path] = true
	}
	_, err = repofs.Untar(ctx, stream, u.want, u.take)
	switch {
	case u.err != nil:
		return u.err
	case err != nil:
		return g.noArchive(ctx, err)
	}
	g.way = byArchive
	return nil
}

// complete completes a tree of which the host left out a part with the names in
// the archive, and begins anew.
func (g *gather) complete(ctx context.Context, stream io.Reader) error {
	a, err := repofs.Untar(ctx, stream, func(repofs.Entry) bool { return false }, nil)
	if err != nil {
		return g.noArchive(ctx, err)
	}
	es := g.tree
	for _, e := range a.Entries {
		if _, known := g.at[e.Path]; !known {
			es = append(es, e)
		}
	}
	g.cut = false
	g.setTree(es)
	return nil
}

// noArchive goes on without.
func (g *gather) noArchive(ctx context.Context, err error) error {
	if stop := ended(ctx); stop != nil {
		return stop
	}
	if a, ok := errors.AsType[*repofs.ArchiveError](err); ok && a.Limit {
		g.rep.Report("", diag.Info, repofs.CodeArchive, fmt.Sprintf("the archive of the repository is not read: %v", a.Err), "its files were asked for one by one")
	}
	if source.KindOf(err) == source.Limited {
		g.fault = err
	}
	g.archives = maxArchives
	return nil
}

// unpacking is what is taken out of an archive.
type unpacking struct {
	g       *gather
	missing map[string]bool
	likely  int64
	err     error // ours
}

func (u *unpacking) want(e repofs.Entry) bool {
	known, ok := u.g.at[e.Path]
	return ok && known.Kind == repofs.Regular && !u.g.w.Has(e.Path) && (u.missing[e.Path] || u.mayBeNamed(e))
}

// mayBeNamed tells whether a file may be named by another one that is wanted.
func (u *unpacking) mayBeNamed(e repofs.Entry) bool {
	if e.Size > maxLikelyFile || u.likely+e.Size > maxLikely {
		return false
	}
	switch strings.ToLower(path.Ext(e.Path)) {
	case ".yaml", ".yml", ".json", ".md", ".markdown", ".graphql", ".graphqls", ".proto", ".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp":
		u.likely += e.Size
		return true
	}
	return false
}

// take takes a content, if it is the one that the tree names.
func (u *unpacking) take(e repofs.Entry, b []byte) error {
	known := u.g.at[e.Path]
	if isObject(known.Blob) && known.Blob != state.Blob(b) || known.Size >= 0 && known.Size != int64(len(b)) {
		return nil // changed on the way, by attributes of git
	}
	switch {
	case u.missing[e.Path]:
		u.err = u.g.accept(known, b)
	case !repofs.IsPointer(b):
		u.err = u.g.w.Put(e.Path, b)
	}
	return u.err
}

// isObject tells whether a blob is the SHA-1 name of an object of git.
func isObject(blob string) bool {
	return len(blob) == 40 && strings.Trim(blob, "0123456789abcdef") == ""
}
