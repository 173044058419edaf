package markdown

import "bytes"

// Source is the text of a page for those who read Markdown and no HTML: without
// the front matter, which is for the site's generator, and without comments,
// which its HTML does not show either. What stands in code stays. Like Render,
// it takes time in proportion to the text.
func Source(src []byte) []byte {
	rest, _ := frontMatter(src, new(Doc), true)
	if !bytes.Contains(rest, []byte("<!--")) {
		return rest
	}
	u := uncommented{text: rest, out: make([]byte, 0, len(rest))}
	for u.at < len(rest) {
		u.line()
	}
	return u.out
}

// uncommented is a text being copied without its comments.
type uncommented struct {
	text, out []byte
	at        int
	fence     []byte // that ends the code we are in, nil outside
}

// line copies a line, and goes on behind the comment that ends on a later one.
func (u *uncommented) line() {
	end := len(u.text)
	if n := bytes.IndexByte(u.text[u.at:], '\n'); n >= 0 {
		end = u.at + n + 1
	}
	line := u.text[u.at:end]
	mark := fenceOf(line)
	switch {
	case u.fence != nil:
		if bytes.HasPrefix(mark, u.fence) && len(bytes.TrimSpace(line)) == len(mark) {
			u.fence = nil
		}
		u.copy(end)
	case mark != nil:
		u.fence = mark
		u.copy(end)
	default:
		u.prose(end)
	}
}

func (u *uncommented) copy(end int) {
	u.out = append(u.out, u.text[u.at:end]...)
	u.at = end
}

// prose copies to the end of a line. A comment that never ends is one to the end
// of the text, as browsers have it; a line of nothing but comments goes as a
// whole.
func (u *uncommented) prose(end int) {
	from, ticks, cut := len(u.out), 0, false
	for u.at < end {
		switch {
		case u.text[u.at] == '`':
			ticks++
		case ticks%2 == 0 && bytes.HasPrefix(u.text[u.at:], []byte("<!--")):
			n := bytes.Index(u.text[u.at+4:], []byte("-->"))
			if n < 0 {
				u.at = len(u.text)
				return
			}
			cut = true
			if u.at += 4 + n + 3; u.at > end {
				end = len(u.text)
				if n := bytes.IndexByte(u.text[u.at:], '\n'); n >= 0 {
					end = u.at + n + 1
				}
			}
			continue
		}
		u.copy(u.at + 1)
	}
	if cut && len(bytes.TrimSpace(u.out[from:])) == 0 {
		u.out = u.out[:from]
	}
}

// fenceOf is the run of backquotes or tildes that a line begins with, nil if it
// begins or ends no fenced code.
func fenceOf(line []byte) []byte {
	line = bytes.TrimLeft(line, " \t")
	for _, c := range []byte("`~") {
		n := 0
		for n < len(line) && line[n] == c {
			n++
		}
		if n >= 3 {
			return line[:n]
		}
	}
	return nil
}
