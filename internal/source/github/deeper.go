package github

import (
	"context"
	"fmt"
	"slices"
)

// A deep subtree is asked for by its hash.
type deep struct {
	g *growing
	subtree
}

// deeper asks for what the trees have left, in as few requests as it takes.
func (h *Host) deeper(ctx context.Context, gs []*growing) error {
	var all []deep
	for _, g := range gs {
		for _, s := range g.left {
			all = append(all, deep{g, s})
		}
		g.left = nil
	}
	for part := range slices.Chunk(all, subtreesPerQuery) {
		if err := h.subtrees(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// subtrees asks for some, in halves where that is too much.
func (h *Host) subtrees(ctx context.Context, ds []deep) error {
	err := h.askSubtrees(ctx, ds)
	switch {
	case err == nil || !smaller(err):
		return err
	case len(ds) == 1:
		ds[0].g.fail(h.unsupported(treeWhat(ds[0].g.Repo), "the host does not manage it in one request"))
		return nil
	}
	if err := h.subtrees(ctx, ds[:len(ds)/2]); err != nil {
		return err
	}
	return h.subtrees(ctx, ds[len(ds)/2:])
}

func subtreesQuery(ds []deep) *batch {
	b := &batch{fragments: levels}
	for i := 0; i < len(ds); {
		g := ds[i].g
		b.add("r%d:repository(owner:%s,name:%s){", i, b.variable("String!", g.owner), b.variable("String!", g.name))
		for ; i < len(ds) && ds[i].g == g; i++ {
			b.add("s%d:object(oid:%q){...t}\n", i, ds[i].oid) // isHash, or grow would not have noted it
		}
		b.add("}\n")
	}
	return b
}

func (h *Host) askSubtrees(ctx context.Context, ds []deep) error {
	var a map[string]map[string]*node
	if _, err := h.batch(ctx, fmt.Sprintf("list %d directories", len(ds)), subtreesQuery(ds), &a); err != nil {
		return err
	}
	var of map[string]*node
	for i, d := range ds {
		if i == 0 || ds[i-1].g != d.g {
			of = a[fmt.Sprintf("r%d", i)]
		}
		n := of[fmt.Sprintf("s%d", i)]
		if n == nil || n.Entries == nil {
			d.g.fail(h.unsupported(treeWhat(d.g.Repo), "a directory is not listed"))
			continue
		}
		h.grow(d.g, d.subtree, n)
	}
	return nil
}
