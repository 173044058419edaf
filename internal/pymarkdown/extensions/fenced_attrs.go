package extensions

import (
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
)

// Attributes reads an attribute list without its brackets, as the extension
// attr_list does; a class has the key ".". rest is what follows from the first
// closing bracket that could not be read.
func Attributes(list string) (attrs []pymarkdown.Attr, rest string) { return parseAttrs(list) }

// parseMarked reads the numbers of marked lines, "1 3"; anything else in them
// marks none.
func parseMarked(s string) map[int]bool {
	marked := map[int]bool{}
	for f := range strings.FieldsSeq(s) {
		n, err := strconv.Atoi(f)
		if err != nil {
			return nil
		}
		marked[n] = true
	}
	return marked
}
