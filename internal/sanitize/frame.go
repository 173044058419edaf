package sanitize

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// Frame is a frame that an author wants on a page.
type Frame struct {
	Src, Title string
	// Width and Height are whole numbers, or "".
	Width, Height string
}

// Set sets an attribute of the frame, if it is one that frames may have.
func (f *Frame) Set(key, val string) {
	switch key {
	case "src":
		f.Src = strings.TrimSpace(val)
	case "title":
		f.Title = val
	case "width":
		f.Width = pixels(val)
	case "height":
		f.Height = pixels(val)
	}
}

// pixels is a number of pixels that a frame may be wide or high, or "".
func pixels(val string) string {
	val = strings.TrimSuffix(strings.TrimSpace(val), "px")
	if len(val) > 4 || strings.Trim(val, "0123456789") != "" {
		return ""
	}
	return val
}

// frame writes what the policy has for a frame. What stands in it is for browsers
// of long ago.
func (c *cleaner) frame(more bool) {
	var f Frame
	for more {
		var k, v []byte
		k, v, more = c.z.TagAttr()
		f.Set(string(k), string(v))
	}
	c.skipText()
	c.b.WriteString(c.policy.Frame(f))
}

// isFrame tells whether an element is a frame that the policy has a say in.
func (c *cleaner) isFrame(a atom.Atom) bool { return a == atom.Iframe && c.policy.Frame != nil }
