package extensions

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/slugs"
)

// tocOptions are the options of the extension toc.
type tocOptions struct {
	marker, title, titleClass, tocClass, separator string
	anchors                                        bool
	anchorClass                                    string
	permalinks                                     bool
	permalink                                      string // its text
	permalinkClass, permalinkTitle                 string
	permalinkLeading                               bool
	base                                           int // what is added to levels
	top, bottom                                    int // levels in the table
	slugify                                        slugs.Func
}

// setupTOC gives headings ids and links, and keeps them for TOC. An option that
// cannot be read is an error, but the extension works with its default instead.
func setupTOC(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	t := &tocOptions{
		marker:           o.String("marker", "[TOC]"),
		title:            o.String("title", ""),
		titleClass:       o.String("title_class", "toctitle"),
		tocClass:         o.String("toc_class", "toc"),
		separator:        o.String("separator", "-"),
		anchors:          o.Bool("anchorlink", false),
		anchorClass:      o.String("anchorlink_class", "toclink"),
		permalinkClass:   o.String("permalink_class", "headerlink"),
		permalinkTitle:   o.String("permalink_title", "Permanent link"),
		permalinkLeading: o.Bool("permalink_leading", false),
		base:             o.Int("baselevel", 1) - 1,
		slugify:          slugs.Default,
	}
	t.permalink, t.permalinks = permalinkText(o)
	errs := []error{t.readDepth(o), t.readSlugify(o)}
	d.Tree.Register("toc", 5, t.run)
	return errors.Join(errs...)
}

// permalinkText is the text of permanent links, if there are any: a truth value
// asks for a pilcrow, what is not a truth value is the text.
func permalinkText(o pymarkdown.Options) (text string, ok bool) {
	const pilcrow = pymarkdown.AmpSubstitute + "para;"
	text, isText := o["permalink"].(string)
	on, notOff := o.Bool("permalink", false), o.Bool("permalink", true)
	switch {
	case on:
		return pilcrow, true
	case isText && notOff:
		return text, true
	}
	return "", false
}

func (t *tocOptions) readDepth(o pymarkdown.Options) error {
	t.top, t.bottom = 1, o.Int("toc_depth", 6)
	text, _ := o["toc_depth"].(string)
	from, to, ok := strings.Cut(text, "-")
	if !ok {
		return nil
	}
	top, err1 := strconv.Atoi(strings.TrimSpace(from))
	bottom, err2 := strconv.Atoi(strings.TrimSpace(to))
	if err1 != nil || err2 != nil {
		t.bottom = 6
		return fmt.Errorf("toc_depth %q is neither a number nor two joined by a hyphen", text)
	}
	t.top, t.bottom = top, bottom
	return nil
}

func (t *tocOptions) readSlugify(o pymarkdown.Options) error {
	p, ok := o.Py("slugify")
	if !ok {
		return nil
	}
	f, ok := slugs.Named(p)
	if !ok {
		return fmt.Errorf("slugify: no function %q", p.Name)
	}
	t.slugify = f
	return nil
}
