package config

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/search"
)

// checkSynonyms reports groups of words that no search would make use of, and takes
// them out: the index splits words otherwise than people do, so it is asked.
func (l *Loaded) checkSynonyms(sink diag.Sink) {
	d := decoder{doc: l.doc, sink: sink}
	all := l.Search.Synonyms
	for i, group := range all {
		if group == "" {
			continue // or what is no text, which was reported as it was read
		}
		at := l.Pos("search", "synonyms", i)
		if i == search.MaxSynonyms {
			d.report(at, CodeValue, fmt.Sprintf("search.synonyms has %d groups; it may have %d, and those from here on are left out", len(all), search.MaxSynonyms), "")
			l.Search.Synonyms = all[:i]
			return
		}
		if fault, hint := search.CheckSynonyms(group); fault != "" {
			d.report(at, CodeValue, fmt.Sprintf("search.synonyms[%d] is %q; the group %s", i, short(group), fault), hint)
			all[i] = ""
		}
	}
}
