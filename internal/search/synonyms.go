package search

import (
	"fmt"
	"slices"
	"strings"
)

// CheckSynonyms tells what is wrong with a group of words as NewWords takes it, and
// how to mend it: words that the index splits into more than can be looked for, that
// nobody is ever asked for, or that are all the same to it. The fault completes
// "the group …"; it is "" if all is well.
func CheckSynonyms(group string) (fault, hint string) {
	var roots []string
	for member := range strings.SplitSeq(group, ",") {
		member = strings.TrimSpace(member)
		words, whole := wordsOf(member)
		switch {
		case len(words) == 0:
			return fmt.Sprintf("has %q, which has no letter or digit", member), "write words with commas between them, such as vessel, boat"
		case len(words) > maxAlike:
			return fmt.Sprintf("has %q, which is %d words to the search: %s", member, len(words), strings.Join(whole, ", ")), fmt.Sprintf("each may be of %d words", maxAlike)
		case !slices.ContainsFunc(whole, func(w string) bool { return !isStopword("en", w) }):
			return fmt.Sprintf("has %q, which only holds questions together and is not looked for in them", member), "leave it out, or write more of what is asked for"
		}
		roots = append(roots, strings.Join(words, " "))
	}
	switch different := union(nil, roots); {
	case len(roots) == 1:
		return "has one word alone", "write two or more that mean the same, with commas between them, such as vessel, boat"
	case len(different) == 1:
		return "has forms of one word alone, which find each other without it", "add what means the same"
	}
	return "", ""
}

// wordsOf are the smallest words of a text as titles are indexed: their roots, and
// as they stand.
func wordsOf(text string) (roots, whole []string) {
	var scan scanner
	for scan.reset(text); scan.next(); {
		roots = scan.appendRoots(roots)
		whole = scan.appendSmallest(whole)
	}
	return roots, whole
}
