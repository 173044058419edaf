package search

import (
	"slices"
	"strings"
)

// phrases keeps the documents that have the phrases. Positions tell, but for
// those with a very common word: there the text is searched, until there are as
// many as wanted. Where the index has only part of a text, the phrase may be in
// the rest: these come last.
func (r *Reader) phrases(order []ranked, all []phrase, want int, res *Result) ([]ranked, error) {
	verdicts, err := r.verdicts(order, all)
	if err != nil {
		return nil, err
	}
	var sure, unsure []ranked
	texts := 0
	for i, x := range order {
		if verdicts[i] == yes {
			sure = append(sure, x)
		}
		if verdicts[i] != perhaps {
			continue
		}
		if texts == maxPhraseDocs || texts%phraseBatch == 0 && len(sure) >= want {
			res.Partial = true
			continue
		}
		texts++
		d, err := r.shownAs(x.doc)
		if err != nil {
			return nil, err
		}
		switch {
		case d.has(all):
			sure = append(sure, x)
		case d.Cut != 0 && !d.excluded(all):
			unsure = append(unsure, x)
		}
	}
	return append(sure, unsure...), nil
}

// has tells whether all phrases are as asked for.
func (d *shownDoc) has(all []phrase) bool {
	texts := d.texts()
	for _, p := range all {
		if in(texts, p) == p.not {
			return false
		}
	}
	return true
}

// excluded tells whether the document has a phrase that must not be there.
func (d *shownDoc) excluded(all []phrase) bool {
	texts := d.texts()
	return slices.ContainsFunc(all, func(p phrase) bool { return p.not && in(texts, p) })
}

func in(texts [][]string, p phrase) bool {
	return slices.ContainsFunc(texts, func(t []string) bool { return hasPhrase(t, p.words) })
}

// texts are the words of each text that a phrase may be in.
func (d *shownDoc) texts() [][]string {
	var scan scanner
	all := []string{d.Name, d.Title, d.Description, d.Crumb, strings.Join(d.Tags, "\n")}
	for _, s := range d.Sections {
		all = append(all, s[1], s[2])
	}
	out := make([][]string, len(all))
	for i, text := range all {
		out[i] = phraseWords(&scan, text)
	}
	return out
}
