package search

// A question has words that are about the asking: "which page covers", "has
// anybody written down". Lists of such words never have all of them, but a portal
// tells: its titles and headings say what can be asked for, and words that hardly
// any of these has, though many texts do, say little of what is.
const (
	tellingShare = 0.1  // of a word's documents that are called so, from which on it counts in full
	tellingLeast = 0.15 // what a word counts in any case
	tellingDocs  = 5    // documents from which on the share says something
	headingLevel = 12   // level of a posting, from which on the word is in a heading, or very much in the text
)

// weighed is what a word of a question scores, by how much it tells; so is the
// idf of its smallest words.
func (r *Reader) weighed(all scored, words []*sought) (scored, error) {
	most := 0.0
	for _, w := range words {
		tells, err := r.telling(w)
		if err != nil {
			return scored{}, err
		}
		w.idf *= tells
		most = max(most, tells)
	}
	out := scored{all.docs, make([]float64, len(all.score))}
	for i, x := range all.score {
		out.score[i] = most * x
	}
	return out, nil
}

// telling is how much a word tells of what a question is about, from
// tellingLeast to 1.
func (r *Reader) telling(w *sought) (float64, error) {
	if _, err := w.place(r.meta.Docs); err != nil {
		return 0, err
	}
	called := w.count(func(m byte) bool { return m&strong != 0 || m>>levelShift >= headingLevel })
	all := w.count(func(byte) bool { return true })
	share := (float64(called) + tellingDocs*tellingShare) / (float64(all) + tellingDocs)
	return max(tellingLeast, min(1, share/tellingShare)), nil
}
