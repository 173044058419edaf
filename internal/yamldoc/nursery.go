package yamldoc

import "sync"

// nursery is memory for trees. They are cut from pieces that are made as they are
// needed; after clear the pieces serve again.
type nursery struct {
	pieces [][]tree
	at     int  // the piece that is cut
	used   int  // of it
	again  bool // clear will be called
}

var nurseries = sync.Pool{New: func() any { return &nursery{again: true} }}

const (
	pieceSize = 512 // trees of a piece, but for a mapping or list with more
	maxPieces = 32  // that are kept for the next document
)

// room is memory for some trees of a document with so many bytes of text.
func (n *nursery) room(trees, bytes int) []tree {
	for n.at < len(n.pieces) && len(n.pieces[n.at])-n.used < trees {
		n.at, n.used = n.at+1, 0
	}
	if n.at == len(n.pieces) {
		size := pieceSize
		if !n.again {
			size = min(bytes/16+4, pieceSize)
		}
		n.pieces, n.used = append(n.pieces, make([]tree, max(trees, size))), 0
	}
	from := n.used
	n.used += trees
	return n.pieces[n.at][from:n.used:n.used]
}

// clear forgets all trees.
func (n *nursery) clear() {
	kept := n.pieces[:0]
	for i, p := range n.pieces {
		if len(p) > pieceSize || len(kept) == maxPieces {
			continue
		}
		switch {
		case i < n.at:
			clear(p)
		case i == n.at:
			clear(p[:n.used])
		}
		kept = append(kept, p)
	}
	clear(n.pieces[len(kept):])
	n.pieces, n.at, n.used = kept, 0, 0
}
