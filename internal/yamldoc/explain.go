package yamldoc

import (
	"bytes"
	"strings"

	"callboard/internal/lazyregexp"
)

// explain says in an author's words what the parser says in its own, with a
// hint taken from the line it stopped at.
func explain(msg string, line []byte) (said, hint string) {
	indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	switch {
	case bytes.IndexByte(indent, '\t') >= 0:
		return "a tab is used for indentation", "indent with spaces"
	case strings.Contains(msg, "mapping values are not allowed") && colonInValue(line):
		return "a value without quotes has a colon and a space in it", "put quotes around the value"
	case strings.Contains(msg, "mapping values are not allowed"):
		return "a key stands where none can be", "give all keys of a mapping the same indentation"
	case strings.Contains(msg, "did not find expected key") && quoteInside.Get().Match(line):
		return "a quote inside the value ends it", "write the quote twice, or put the other kind of quotes around the value"
	case strings.Contains(msg, "did not find expected key"):
		return "the line is neither a key of the mapping above nor part of a value", "check the indentation of this line and of the one before"
	case strings.Contains(msg, "did not find expected '-' indicator"):
		return "the line is no entry of the list above", "begin each entry with - at the same indentation"
	case strings.Contains(msg, "did not find expected ',' or"):
		return "a bracket is opened and not closed", "close it, or put quotes around a value that begins with [ or {"
	case strings.Contains(msg, "unexpected end of stream"):
		return "a quote is opened and not closed", "close it, or put the other kind of quotes around the value"
	case strings.Contains(msg, "could not find expected ':'"):
		return "the line is no key, and not part of the value above", "indent it to go on with the value above, or write a colon and a space after a key"
	case strings.Contains(msg, "cannot start any token"):
		return "a value without quotes cannot begin like this", "put quotes around a value that begins with @, ` or %"
	case strings.Contains(msg, "unknown anchor"):
		return msg, "set the anchor with & before it is used, or put quotes around a value that begins with *"
	case strings.Contains(msg, "control characters"):
		return msg, "remove it; a file of text holds none but tab and line end"
	}
	return msg, ""
}

// colonInValue tells whether the value of a line's key has a colon in it that
// ends another key.
func colonInValue(line []byte) bool {
	m := valueStart.Get().FindIndex(line)
	return m != nil && (bytes.Contains(line[m[1]:], []byte(": ")) || bytes.HasSuffix(line, []byte(":")))
}

// quoteInside matches a key and a value in quotes with a letter right after
// them, which shows that the second quote was meant to be part of the text.
var quoteInside = lazyregexp.New(`^\s*(?:- +)*[^\s'":][^:]*:\s+(?:'[^']*'|"[^"]*")[^\s'",\]}#]`)
