package github

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"callboard/internal/source"
)

// What one request asks for. Each costs one point of GraphQL's allowance,
// however much it asks for; what bounds them is the ten seconds after which
// GitHub gives up on a request.
const (
	reposPerQuery = 20
	filesPerQuery = 100
	// bytesPerQuery bounds the contents of one answer, fileLimit those of one
	// file: GitHub cuts the text of larger ones.
	bytesPerQuery = 2 << 20
	fileLimit     = 500 << 10
	// subtreesPerQuery are those of one request for what is deeper than the first.
	subtreesPerQuery = 100
)

// Repositories for which Trees does not try: GraphQL lists entry by entry, and
// REST gives a hundred thousand at once.
const (
	hugeRepo   = 256 << 20 // bytes, with history
	maxBatched = 10_000    // entries
	maxLevels  = 12        // requests, of three levels each
)

// BatchSize is how many repositories and files one request asks for.
func (h *Host) BatchSize() (repos, files int) { return reposPerQuery, filesPerQuery }

// Allowance is that of GraphQL, or of REST where there is no GraphQL.
func (h *Host) Allowance() (host, resource string) {
	if h.noGraphQL.Load() {
		return h.at.name, "core"
	}
	return h.at.name, "graphql"
}

// levels is a tree with the three levels below its top. Entries of a GraphQL tree
// are no connection: however many there are, they cost no points.
const levels = `
fragment e on TreeEntry { name type mode oid size }
fragment t on Tree { entries { ...e object { ... on Tree { entries { ...e object { ... on Tree { entries { ...e object { ... on Tree { entries { ...e } } } } } } } } } } }`

// A node is an entry of a tree, or a whole tree, of GraphQL.
type node struct {
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	Mode    int     `json:"mode"`
	OID     string  `json:"oid"`
	Size    int64   `json:"size"`
	Object  *node   `json:"object"`
	Tree    *node   `json:"tree"`
	Entries []*node `json:"entries"` // nil is not listed
}

// Trees lists the files of several repositories, in the order asked for. What is
// too large for this way has an error of kind Unsupported and is then asked for
// by Tree.
func (h *Host) Trees(ctx context.Context, rs []source.Repo) iter.Seq2[source.Listed, error] {
	return func(yield func(source.Listed, error) bool) {
		for part := range slices.Chunk(rs, reposPerQuery) {
			ls, err := h.trees(ctx, part)
			if err != nil {
				yield(source.Listed{}, err)
				return
			}
			for _, l := range ls {
				if !yield(l, nil) {
					return
				}
			}
		}
	}
}

// unsupported is the fault of what is to be asked for one by one.
func (h *Host) unsupported(what, why string) error {
	return &source.Fault{Kind: source.Unsupported, Host: h.at.name, What: what, Err: errors.New(why)}
}

// A growing tree is one repository of a batch.
type growing struct {
	source.Listed
	owner, name string
	left        []subtree
}

type subtree struct{ prefix, oid string }

func (h *Host) trees(ctx context.Context, rs []source.Repo) ([]source.Listed, error) {
	all := make([]*growing, len(rs))
	var able []*growing
	for i, r := range rs {
		g := &growing{Listed: source.Listed{Repo: r}}
		all[i] = g
		var ok bool
		g.owner, g.name, ok = split(r.Name)
		switch {
		case h.noGraphQL.Load():
			g.Err = h.unsupported(treeWhat(r), "the host has no GraphQL")
		case !ok || r.Revision != "" && !isHash(r.Revision):
			g.Err = h.noName(treeWhat(r))
		case r.Size > hugeRepo:
			g.Err = h.unsupported(treeWhat(r), "the repository is large")
		default:
			able = append(able, g)
		}
	}
	if err := h.tops(ctx, able); err != nil {
		return nil, err
	}
	for range maxLevels {
		if !slices.ContainsFunc(able, func(g *growing) bool { return len(g.left) > 0 }) {
			break
		}
		if err := h.deeper(ctx, able); err != nil {
			return nil, err
		}
	}
	out := make([]source.Listed, len(all))
	for i, g := range all {
		if len(g.left) > 0 {
			g.fail(h.unsupported(treeWhat(g.Repo), "the directories are deep"))
		}
		out[i] = g.Listed
	}
	return out, nil
}

func treeWhat(r source.Repo) string { return "list files of " + clip(r.Name, 200) }

func (g *growing) fail(err error) { g.Tree, g.left, g.Err = source.Tree{}, nil, err }

// tops asks for the upper levels of all, in halves where that is too much.
func (h *Host) tops(ctx context.Context, gs []*growing) error {
	if len(gs) == 0 {
		return nil
	}
	err := h.askTops(ctx, gs)
	switch {
	case err == nil:
		return nil
	case !h.offers(err):
		failAll(gs, h.unsupported(treeWhat(gs[0].Repo), "the host has no GraphQL"))
		return nil
	case !smaller(err):
		return err
	case len(gs) == 1:
		gs[0].fail(h.unsupported(treeWhat(gs[0].Repo), "the host does not manage it in one request"))
		return nil
	}
	if err := h.tops(ctx, gs[:len(gs)/2]); err != nil {
		return err
	}
	return h.tops(ctx, gs[len(gs)/2:])
}

func failAll(gs []*growing, err error) {
	for _, g := range gs {
		g.fail(err)
	}
}

func topsQuery(gs []*growing) *batch {
	b := &batch{fragments: levels}
	for i, g := range gs {
		at := g.Repo.Revision
		if at == "" {
			at = "refs/heads/" + g.Repo.Branch
		}
		b.add("r%d:repository(owner:%s,name:%s){databaseId object(expression:%s){...on Commit{oid tree{oid ...t}}}}\n",
			i, b.variable("String!", g.owner), b.variable("String!", g.name), b.variable("String!", at))
	}
	return b
}

func (h *Host) askTops(ctx context.Context, gs []*growing) error {
	var a map[string]*struct {
		DatabaseID int64 `json:"databaseId"`
		Object     *node `json:"object"`
	}
	what := fmt.Sprintf("list files of %d repositories", len(gs))
	by, err := h.batch(ctx, what, topsQuery(gs), &a)
	if err != nil {
		return err
	}
	for i, g := range gs {
		alias := fmt.Sprintf("r%d", i)
		r := a[alias]
		switch {
		case r == nil:
			g.fail(h.absent(by[alias], treeWhat(g.Repo)))
		case !sameID(g.Repo.ID, r.DatabaseID):
			g.fail(h.gone(treeWhat(g.Repo), "another repository has its name"))
		case r.Object == nil || r.Object.Tree == nil || !isHash(r.Object.OID):
			g.fail(h.gone(treeWhat(g.Repo), "no such commit"))
		default:
			g.Tree.Revision = r.Object.OID
			h.grow(g, subtree{oid: r.Object.Tree.OID}, r.Object.Tree)
		}
	}
	return nil
}

// grow takes in what was listed, and notes what was not.
func (h *Host) grow(g *growing, at subtree, n *node) {
	if g.Err != nil {
		return
	}
	if n.Entries == nil {
		g.left = append(g.left, at)
		return
	}
	for _, e := range n.Entries {
		switch {
		case e == nil || !isHash(e.OID):
			g.fail(h.unsupported(treeWhat(g.Repo), "an entry without a hash"))
			return
		case len(g.Tree.Entries)+len(g.left) >= maxBatched:
			g.fail(h.unsupported(treeWhat(g.Repo), "there are many files"))
			return
		case e.Type == "tree":
			sub := e.Object
			if sub == nil {
				sub = &node{}
			}
			h.grow(g, subtree{at.prefix + e.Name + "/", e.OID}, sub)
		default:
			g.Tree.Entries = append(g.Tree.Entries, entryOf(at.prefix, e))
		}
	}
}

func entryOf(prefix string, e *node) source.Entry {
	return source.Entry{Path: prefix + e.Name, Kind: entryKind(e.Type, fmt.Sprintf("%o", e.Mode)), Blob: e.OID, Size: e.Size}
}

func sameID(known string, id int64) bool { return known == "" || id == 0 || known == fmt.Sprint(id) }
