package gitlab

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"callboard/internal/source"
	"callboard/internal/source/rest"
)

// Sizes of batches. GitLab refuses queries whose complexity is above 200 or 250;
// a tree costs 28, a repository whose files are read 14 and each file 1.
const (
	reposAtOnce = 5
	filesAtOnce = 40
)

// BatchSize is what one query asks for.
func (h *Host) BatchSize() (repos, files int) { return reposAtOnce, filesAtOnce }

const treeField = `r%[1]d: project(fullPath: $p%[1]d) { id repository { tree(ref: $f%[1]d, recursive: true) {
  blobs(first: 100) { pageInfo { hasNextPage } nodes { path sha mode } }
  submodules(first: 100) { pageInfo { hasNextPage } nodes { path sha } } } } }
`

type batchTree struct {
	ID         string
	Repository *struct {
		Tree *struct{ Blobs, Submodules connection }
	}
}

type connection struct {
	PageInfo struct{ HasNextPage bool }
	Nodes    []struct{ Path, SHA, Mode string }
}

// Trees lists the files of several projects: those with few files with one query,
// others one by one.
func (h *Host) Trees(ctx context.Context, rs []source.Repo) iter.Seq2[source.Listed, error] {
	return func(yield func(source.Listed, error) bool) {
		for few := range slices.Chunk(rs, reposAtOnce) {
			got := h.smallTrees(ctx, few)
			for i, r := range few {
				l := source.Listed{Repo: r}
				if t, ok := got[i].tree(r); ok {
					l.Tree = t
				} else {
					l.Tree, l.Err = h.Tree(ctx, r)
				}
				if ctx.Err() != nil {
					yield(source.Listed{}, ctx.Err())
					return
				}
				if !yield(l, nil) {
					return
				}
			}
		}
	}
}

// smallTrees asks for the trees of projects whose commit is known.
func (h *Host) smallTrees(ctx context.Context, rs []source.Repo) []*batchTree {
	out := make([]*batchTree, len(rs))
	var q many
	for i, r := range rs {
		if rest.IsObject(r.Revision) {
			q.add(treeField, i, r)
		}
	}
	answer := map[string]*batchTree{}
	if q.n < 2 || !h.optional() || h.query(ctx, fmt.Sprintf("list files of %d projects", q.n), q.text(), q.vars, &answer) != nil {
		return out
	}
	for i := range rs {
		out[i] = answer[fmt.Sprint("r", i)]
	}
	return out
}

// tree is the tree in an answer, if it is that of the project and all of it.
func (b *batchTree) tree(r source.Repo) (source.Tree, bool) {
	if b == nil || b.Repository == nil || b.Repository.Tree == nil || r.ID != "" && b.ID != projectID+r.ID {
		return source.Tree{}, false
	}
	t := b.Repository.Tree
	if t.Blobs.PageInfo.HasNextPage || t.Submodules.PageInfo.HasNextPage {
		return source.Tree{}, false
	}
	out := source.Tree{Revision: r.Revision}
	for _, n := range t.Blobs.Nodes {
		out.Entries = treeEntry{ID: n.SHA, Path: n.Path, Mode: n.Mode}.addTo(out.Entries)
	}
	for _, n := range t.Submodules.Nodes {
		out.Entries = append(out.Entries, source.Entry{Path: n.Path, Kind: source.Submodule, Blob: n.SHA, Size: -1})
	}
	return out, true
}

// many is a query for several projects, each under a name of its own.
type many struct {
	n      int
	fields strings.Builder
	params []string
	vars   map[string]any
}

func (q *many) add(field string, i int, r source.Repo) {
	if q.vars == nil {
		q.vars = map[string]any{}
	}
	q.n++
	fmt.Fprintf(&q.fields, field, i)
	q.params = append(q.params, fmt.Sprintf("$p%d: ID!, $f%d: String", i, i))
	q.vars[fmt.Sprint("p", i)], q.vars[fmt.Sprint("f", i)] = r.Name, r.Revision
}

func (q *many) text() string {
	return "query(" + strings.Join(q.params, ", ") + ") {\n" + q.fields.String() + "}"
}

const blobsField = `r%[1]d: project(fullPath: $p%[1]d) { id repository { blobs(paths: $b%[1]d, ref: $f%[1]d, first: 100) { nodes { path oid rawTextBlob } } } }
`

type batchBlobs struct {
	ID         string
	Repository *struct {
		Blobs struct {
			Nodes []struct {
				Path, OID   string
				RawTextBlob *string
			}
		}
	}
}

// ReadMany reads texts of several projects with few queries. What does not come
// out as the content that was asked for, because it is binary, or in another
// encoding than UTF-8, or since the query was refused, is Unsupported.
func (h *Host) ReadMany(ctx context.Context, files []source.FileOf) iter.Seq2[source.Contents, error] {
	return func(yield func(source.Contents, error) bool) {
		for few := range slices.Chunk(files, filesAtOnce) {
			got := h.texts(ctx, few)
			for i, f := range few {
				c := source.Contents{FileOf: f}
				if b := got[i]; b != nil && rest.IsBlob([]byte(*b), f.File.Blob) {
					c.Data = []byte(*b)
				} else {
					c.Err = h.api.Fault(source.Unsupported, "read "+source.Clip(f.File.Path)+" of "+source.Clip(f.Repo.Name), "")
				}
				if ctx.Err() != nil {
					yield(source.Contents{}, ctx.Err())
					return
				}
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

// texts are the contents of files, nil where there is none.
func (h *Host) texts(ctx context.Context, files []source.FileOf) []*string {
	out := make([]*string, len(files))
	var order []source.Repo
	of := map[string][]int{} // which files of a repository
	for i, f := range files {
		key := f.Repo.Name
		if !rest.IsObject(f.Repo.Revision) {
			continue
		}
		if of[key] == nil {
			order = append(order, f.Repo)
		}
		of[key] = append(of[key], i)
	}
	for few := range slices.Chunk(order, reposAtOnce) {
		if h.optional() {
			h.textsOf(ctx, few, of, files, out)
		}
	}
	return out
}

func (h *Host) textsOf(ctx context.Context, rs []source.Repo, of map[string][]int, files []source.FileOf, out []*string) {
	var q many
	for i, r := range rs {
		q.add(blobsField, i, r)
		var paths []string
		for _, k := range of[r.Name] {
			paths = append(paths, files[k].File.Path)
		}
		q.params = append(q.params, fmt.Sprintf("$b%d: [String!]!", i))
		q.vars[fmt.Sprint("b", i)] = paths
	}
	answer := map[string]*batchBlobs{}
	if h.query(ctx, fmt.Sprintf("read files of %d projects", q.n), q.text(), q.vars, &answer) != nil {
		return
	}
	for i, r := range rs {
		b := answer[fmt.Sprint("r", i)]
		if b == nil || b.Repository == nil {
			continue
		}
		for _, n := range b.Repository.Blobs.Nodes {
			for _, k := range of[r.Name] {
				if files[k].File.Path == n.Path {
					out[k] = n.RawTextBlob
				}
			}
		}
	}
}

// Allowance is that of the API: what GraphQL may cost, GitLab does not tell.
func (h *Host) Allowance() (host, resource string) { return h.api.Allowance() }
