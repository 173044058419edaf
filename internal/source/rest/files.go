package rest

import (
	"context"
	"iter"
	"strings"

	"callboard/internal/source"
)

// Limits of what is read of a repository.
const (
	MaxEntries = 100_000  // of a tree; what is beyond is cut off
	MaxBlob    = 16 << 20 // bytes of one file, as in repofs
)

// OwnerAndName are the two halves of a repository's name. It is not ok if there
// are more, or one is empty.
func OwnerAndName(full string) (owner, name string, ok bool) {
	owner, name, ok = strings.Cut(full, "/")
	return owner, name, ok && owner != "" && name != "" && !strings.Contains(name, "/")
}

// EmptyTree is a repository's tree before its files are listed. It is that of the
// commit that is known, and if none is, of the one that tip finds.
func EmptyTree(r source.Repo, tip func() (string, error)) (source.Tree, error) {
	if r.Revision != "" {
		return source.Tree{Revision: r.Revision}, nil
	}
	commit, err := tip()
	if err != nil {
		return source.Tree{}, err
	}
	return source.Tree{Revision: commit}, nil
}

// Fill lists the files of a tree. add appends what is listed to the entries,
// unless it is nothing that a tree of ours has, such as a directory.
func Fill[T any](t source.Tree, listed iter.Seq2[T, error], add func(listed T, to []source.Entry) []source.Entry) (source.Tree, error) {
	for e, err := range listed {
		if err != nil {
			return source.Tree{}, err
		}
		if len(t.Entries) == MaxEntries {
			t.Truncated = true
			break
		}
		t.Entries = add(e, t.Entries)
	}
	return t, nil
}

// OneByOne is what a source.Host's Read gives if read reads one file: the first
// error is the last that is told.
func OneByOne(files []source.Entry, read func(source.Entry) ([]byte, error)) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, f := range files {
			b, err := read(f)
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// Blob is an answer that must be the content that git calls name.
func (a *API) Blob(ctx context.Context, c Call, name string) ([]byte, error) {
	if !IsObject(name) {
		return nil, a.Fault(source.Broken, c.What, "it has no content")
	}
	c.Max = MaxBlob
	b, err := a.Bytes(ctx, c)
	if err != nil {
		return nil, err
	}
	return a.CheckBlob(c.What, b, name)
}

// CheckBlob lets a content through that git calls name; any other is a fault of
// the host.
func (a *API) CheckBlob(what string, content []byte, name string) ([]byte, error) {
	if !IsBlob(content, name) {
		return nil, a.Fault(source.Broken, what, "the content is not that of the tree")
	}
	return content, nil
}

// CheckTip lets the name of the commit through that a host says is at the tip of
// a branch; what is no name of one is a fault of the host.
func (a *API) CheckTip(what, commit string) (string, error) {
	if !IsObject(commit) {
		return "", a.Fault(source.Broken, what, "a branch without a commit")
	}
	return commit, nil
}
