package lint

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/repofs"
	"callboard/internal/yamldoc"
)

// Apply makes the fixes that the findings of one catalog file have, and returns
// the text of the file with them and the findings that are repaired. Nothing
// but the edited words changes. Each fix is tried by itself: it is dropped if
// the file does not read as the finding says, if anything else of its document
// would mean something else afterwards, or if that would have an error that it
// did not have.
func Apply(file string, src []byte, ds []diag.Diagnostic) (out []byte, repaired []diag.Diagnostic) {
	ds = slices.DeleteFunc(slices.Clone(ds), func(d diag.Diagnostic) bool { return d.Fix == nil || len(d.Fix.Edits) == 0 })
	if len(ds) == 0 {
		return src, nil
	}
	// From the end to the beginning, so that the places of those that follow
	// stay right.
	slices.SortStableFunc(ds, func(a, b diag.Diagnostic) int { return b.Fix.Edits[0].Pos.Compare(a.Fix.Edits[0].Pos) })
	lines := slices.Collect(bytes.Lines(src))
	docs := yamldoc.Parse(src, diag.Pos{}, diag.Discard)
	for _, d := range slices.Backward(docs) {
		first, last := d.Lines()
		mine := slices.DeleteFunc(slices.Clone(ds), func(x diag.Diagnostic) bool {
			return slices.ContainsFunc(x.Fix.Edits, func(e diag.Edit) bool { return e.Pos.Line < first || e.Pos.Line > last })
		})
		if len(mine) == 0 || first < 1 || first > len(lines) {
			continue
		}
		last = min(last, len(lines))
		text, done := applyTo(file, bytes.Join(lines[first-1:last], nil), first-1, mine)
		if len(done) > 0 {
			lines = slices.Concat(lines[:first-1], slices.Collect(bytes.Lines(text)), lines[last:])
			repaired = append(repaired, done...)
		}
	}
	slices.Reverse(repaired)
	if out = bytes.Join(lines, nil); len(yamldoc.Parse(out, diag.Pos{}, diag.Discard)) != len(docs) {
		return src, nil
	}
	return out, repaired
}

// applyTo makes fixes in one document, which begins after so many lines of its
// file.
func applyTo(file string, text []byte, before int, ds []diag.Diagnostic) (out []byte, repaired []diag.Diagnostic) {
	out = text
	var errs map[problem]int // of out
	for _, d := range ds {
		edits := slices.Clone(d.Fix.Edits)
		for i := range edits {
			edits[i].Pos.Line -= before
		}
		after, ok := edit(out, edits)
		if !ok || !meansTheSame(out, after, d.Fix) {
			continue
		}
		if errs == nil {
			errs = errorsOf(file, out)
		}
		if now := errorsOf(file, after); noNewErrors(errs, now) {
			out, errs, repaired = after, now, append(repaired, d)
		}
	}
	return out, repaired
}

// edit makes edits in a text; false if it does not read as they say.
func edit(src []byte, edits []diag.Edit) ([]byte, bool) {
	edits = slices.SortedFunc(slices.Values(edits), func(a, b diag.Edit) int { return b.Pos.Compare(a.Pos) })
	out := src
	for _, e := range edits {
		at, ok := offset(src, e.Pos)
		if !ok || !bytes.HasPrefix(src[at:], []byte(e.Old)) || strings.ContainsAny(e.New, "\r\n") {
			return nil, false
		}
		out = slices.Concat(out[:at], []byte(e.New), out[at+len(e.Old):])
	}
	return out, true
}

// offset is where a place is in a text.
func offset(src []byte, p diag.Pos) (int, bool) {
	at := 0
	for range p.Line - 1 {
		n := bytes.IndexByte(src[at:], '\n')
		if n < 0 {
			return 0, false
		}
		at += n + 1
	}
	if p.Line == 1 && bytes.HasPrefix(src, []byte("\ufeff")) {
		at += len("\ufeff")
	}
	for range p.Col - 1 {
		if at >= len(src) || src[at] == '\n' {
			return 0, false
		}
		_, n := utf8.DecodeRune(src[at:])
		at += n
	}
	return at, p.Line > 0 && p.Col > 0
}

// meansTheSame tells whether nothing but what the fix is about has another
// value in the text after.
func meansTheSame(before, after []byte, fix *diag.Fix) bool {
	a, b := yamldoc.Parse(before, diag.Pos{}, diag.Discard), yamldoc.Parse(after, diag.Pos{}, diag.Discard)
	if len(a) != len(b) {
		return false
	}
	c := comparison{fix: fix}
	for i := range a {
		if a[i].Invalid != b[i].Invalid || !c.same(a[i].Value, b[i].Value) {
			return false
		}
	}
	return c.changes <= 1
}

// comparison compares the values of a text before and after a fix.
type comparison struct {
	fix     *diag.Fix
	changes int
}

func (c *comparison) same(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			return c.sameMapping(a, b)
		}
	case []any:
		if b, ok := b.([]any); ok {
			return len(a) == len(b) && allSame(c, a, b) && repeats(b) <= repeats(a)
		}
	default:
		if _, isMap := b.(map[string]any); !isMap && !isList(b) && a == b {
			return true
		}
		if list, ok := b.([]any); ok && len(list) == 1 && list[0] == a && c.lists(a) {
			c.changes++
			return true
		}
		s, isText := b.(string)
		if isText && c.writes(s) {
			c.changes++
			return true
		}
	}
	return false
}

func isList(v any) bool { _, ok := v.([]any); return ok }

func allSame(c *comparison, a, b []any) bool {
	for i := range a {
		if !c.same(a[i], b[i]) {
			return false
		}
	}
	return true
}

// repeats is how many texts of a list stand there before.
func repeats(list []any) (n int) {
	seen := map[string]bool{}
	for _, v := range list {
		if s, ok := v.(string); ok {
			if seen[s] {
				n++
			}
			seen[s] = true
		}
	}
	return n
}

// sameMapping allows one key to have the name that the fix gives it.
func (c *comparison) sameMapping(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, there := b[k]; there {
			if !c.same(v, w) {
				return false
			}
			continue
		}
		first := c.fix.Edits[0]
		w, there := b[first.New]
		if _, taken := a[first.New]; k != first.Old || !there || taken {
			return false
		}
		c.changes++
		if list, wrapped := w.([]any); wrapped && len(list) == 1 && !isList(v) {
			w = list[0]
		}
		if !c.same(v, w) {
			return false
		}
	}
	return true
}

// writes tells whether the fix writes a text, in quotes or without.
func (c *comparison) writes(s string) bool {
	return slices.ContainsFunc(c.fix.Edits, func(e diag.Edit) bool { return e.New == s || e.New == `"`+s+`"` })
}

// lists tells whether the fix makes a list of a text.
func (c *comparison) lists(v any) bool {
	s, ok := v.(string)
	return ok && len(c.fix.Edits) == 1 && c.fix.Edits[0].Old == s && c.fix.Edits[0].New == "["+s+"]"
}

// noNewErrors tells whether every error after a fix was there before. Of a
// document with more errors than are told, others come to light.
func noNewErrors(before, after map[problem]int) bool {
	told := 0
	for _, n := range before {
		told += n
	}
	if told >= catalog.MaxFindings {
		return true
	}
	for what, n := range after {
		if n > before[what] {
			return false
		}
	}
	return true
}

type problem struct {
	code    diag.Code
	message string
}

func errorsOf(file string, src []byte) map[problem]int {
	var found diag.List
	snap := repofs.Memory(".", []string{file}, map[string]string{file: string(src)})
	_, err := catalog.Read(context.Background(), snap, snap.Read, &found)
	out := map[problem]int{}
	if err != nil {
		out[problem{catalog.CodeFile, err.Error()}] = 1
	}
	for _, d := range found.All() {
		if d.Severity == diag.Error {
			out[problem{d.Code, d.Message}]++
		}
	}
	return out
}
