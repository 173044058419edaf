package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/lazyregexp"
)

// The codes of what can be wrong with comments that ignore findings.
const (
	CodeIgnoreInvalid = diag.Code("lint-ignore-invalid")
	CodeIgnoreUnused  = diag.Code("lint-ignore-unused")
)

// MaxIgnores is how many comments of a file are heeded.
const MaxIgnores = 200

// Ignore is a comment that says that findings are meant to be:
//
//	# callboard:ignore CODE[, CODE] reason
//	# callboard:ignore-file CODE[, CODE] reason
//
// The first is about its own line, or, if it stands alone, about the next line
// that is neither empty nor a comment.
type Ignore struct {
	// File, Line and Col are the place of the comment.
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	// Of is the line that the comment is about, 0 for the whole file.
	Of int `json:"of"`
	// Codes are the rules whose findings are ignored.
	Codes []diag.Code `json:"codes,omitempty"`
	// Reason is why; a comment without one is not heeded.
	Reason string `json:"reason,omitempty"`
}

var (
	ignoreMark    = []byte("callboard:ignore")
	ignoreComment = lazyregexp.New(`(?:^|[ \t])#[ \t]*callboard:ignore(-file)?(?:[ \t]+(.*?))?[ \t]*$`)
	ignoreCodes   = lazyregexp.New(`^([a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*)(?:[ \t]+(.*))?$`)
)

// Ignores finds the comments in the text of a YAML file. Text without any costs
// one search.
func Ignores(file string, src []byte) []Ignore {
	if !bytes.Contains(src, ignoreMark) {
		return nil
	}
	var out []Ignore
	var alone []int // comments that wait for the line they are about
	n := 0
	for line := range bytes.Lines(src) {
		n++
		line = bytes.TrimRight(line, "\r\n")
		bare := bytes.TrimLeft(line, " \t")
		comment := len(bare) > 0 && bare[0] == '#'
		if m := ignoreComment.Get().FindSubmatchIndex(line); m != nil && len(out) < MaxIgnores {
			i := ignoreOf(file, line, n, m)
			if i.Of != 0 && comment {
				alone = append(alone, len(out))
			}
			out = append(out, i)
		}
		if len(bare) > 0 && !comment && !bytes.HasPrefix(bare, []byte("---")) {
			for _, i := range alone {
				out[i].Of = n
			}
			alone = alone[:0]
		}
	}
	return out
}

func ignoreOf(file string, line []byte, n int, m []int) Ignore {
	at := m[0] + bytes.IndexByte(line[m[0]:], '#')
	i := Ignore{File: file, Line: n, Col: 1 + len([]rune(string(line[:at]))), Of: n}
	if m[2] >= 0 {
		i.Of = 0
	}
	if m[4] < 0 {
		return i
	}
	if parts := ignoreCodes.Get().FindSubmatch(line[m[4]:m[5]]); parts != nil {
		for c := range strings.SplitSeq(string(parts[1]), ",") {
			i.Codes = append(i.Codes, diag.Code(strings.TrimSpace(c)))
		}
		i.Reason = strings.TrimSpace(string(parts[2]))
	}
	return i
}

// problem is what is wrong with a comment, and what to do; "" if it is heeded.
func (i Ignore) problem() (msg, hint string) {
	for _, c := range i.Codes {
		if !slices.Contains(codes, c) {
			if meant := nearestCode(c); meant != "" {
				return fmt.Sprintf("there is no code %q", c), "did you mean " + meant + "?"
			}
			return fmt.Sprintf("there is no code %q", c), "write # callboard:ignore CODE reason, with the code of the finding"
		}
	}
	switch {
	case len(i.Codes) == 0:
		return "the comment names no code", "write # callboard:ignore CODE reason"
	case i.Reason == "":
		return "the comment gives no reason and is not heeded", "say after " + string(i.Codes[len(i.Codes)-1]) + " why this is meant to be"
	}
	return "", ""
}
