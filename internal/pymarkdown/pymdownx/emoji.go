package pymdownx

import (
	"fmt"
	"strconv"
	"strings"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/emoji"
)

// setupEmoji is pymdownx.emoji: names between colons are emoji; with Material's
// index, icons too.
func setupEmoji(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	e := &emojis{
		index: emoji.EmojiOne, generate: (*emojis).png,
		title: o.String("title", "short"), alt: o.String("alt", "unicode"),
		bare: o.Bool("remove_variation_selector", false),
		own:  o.Map("options"),
	}
	err := e.choose(o)
	escapeChars(d, ":")
	d.Inline.Register("emoji", 75, &pymarkdown.Pattern{Triggers: ":", Find: e.find})
	return err
}

type emojis struct {
	index      emoji.Index
	icons      bool
	generate   generator
	title, alt string
	bare       bool // without variation selectors
	own        pymarkdown.Options
}

// picture is an emoji to be shown. file is "None" for an icon that no generator
// of emoji can show, as the original writes it.
type picture struct {
	name, file, alt, title, category string
}

// generator makes an emoji an element, or text.
type generator func(e *emojis, d *pymarkdown.Document, p picture) (*pymarkdown.Element, string)

// choose reads which index and generator are wanted; the defaults stay for what
// is not known.
func (e *emojis) choose(o pymarkdown.Options) error {
	var err error
	if py, ok := o.Py("emoji_index"); ok {
		switch name := afterDot(py.Name); {
		case strings.HasPrefix(py.Name, "material") && name == "twemoji":
			e.index, e.icons = emoji.Twemoji, true
		case name == "emojione" || name == "gemoji" || name == "twemoji":
			e.index = emoji.Index(name)
		default:
			err = fmt.Errorf("there is no emoji_index %q", py.Name)
		}
	}
	py, ok := o.Py("emoji_generator")
	if !ok {
		return err
	}
	switch name := afterDot(py.Name); {
	case strings.HasPrefix(py.Name, "material") && name == "to_svg":
		e.generate = (*emojis).icon
	case name == "to_png":
	case name == "to_svg":
		e.generate = (*emojis).svg
	case name == "to_png_sprite":
		e.generate = (*emojis).pngSprite
	case name == "to_svg_sprite":
		e.generate = (*emojis).svgSprite
	case name == "to_alt":
		e.generate = (*emojis).text
	default:
		return fmt.Errorf("there is no emoji_generator %q", py.Name)
	}
	return err
}

func afterDot(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func (e *emojis) find(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for at := from; at < len(text); {
		i := strings.IndexByte(text[at:], ':')
		if i < 0 {
			break
		}
		at += i
		end := at + 1
		for {
			r, ok := pymarkdown.RuneAt(text, end)
			if !ok || r != '+' && r != '-' && !pymarkdown.IsWord(r) {
				break
			}
			end += len(string(r))
		}
		if end == at+1 || end >= len(text) || text[end] != ':' {
			at = end
			continue
		}
		m := pymarkdown.Match{Start: at, End: end + 1, Text: text[at : end+1]}
		if p, ok := e.picture(text[at+1 : end]); ok {
			m.Node, m.Text = e.generate(e, d, p)
		}
		return m, true
	}
	return pymarkdown.Match{}, false
}

func (e *emojis) picture(name string) (picture, bool) {
	p := picture{name: name, file: "None", alt: ":" + name + ":", title: ":" + name + ":"}
	found, ok := e.index.Find(name)
	switch {
	case ok:
		p.name, p.file, p.category = found.Name, found.File, found.Category
		if e.title == "long" {
			p.title = found.Description
		}
		if e.alt == "unicode" || e.alt == "html_entity" {
			p.alt = e.chars(found.Chars)
		}
	case e.icons:
		if _, ok = emoji.Icon(name); !ok {
			return p, false
		}
	default:
		return p, false
	}
	if e.title != "long" && e.title != "short" {
		p.title = ""
	}
	return p, true
}

// chars writes code points as characters, or as references to them.
func (e *emojis) chars(points string) string {
	if e.bare {
		points = strings.ReplaceAll(points, "-fe0f", "")
	}
	var b strings.Builder
	for point := range strings.SplitSeq(points, "-") {
		n, err := strconv.ParseInt(point, 16, 32)
		if err != nil {
			continue
		}
		if e.alt == "html_entity" {
			fmt.Fprintf(&b, "%s#x%04x;", pymarkdown.AmpSubstitute, n)
		} else {
			b.WriteRune(rune(n))
		}
	}
	return b.String()
}

// Where the pictures are, if the options do not say.
const (
	emojiOneImages = "https://cdnjs.cloudflare.com/ajax/libs/emojione/2.2.7/assets/"
	twemojiImages  = "https://cdn.jsdelivr.net/gh/jdecked/twemoji@16.0.1/assets/"
	gemojiImages   = "https://github.githubassets.com/images/icons/emoji/unicode/"
)

func (e *emojis) png(_ *pymarkdown.Document, p picture) (*pymarkdown.Element, string) {
	path, key := emojiOneImages+"png/", "image_path"
	switch e.index {
	case emoji.Twemoji:
		path = twemojiImages + "72x72/"
	case emoji.Gemoji:
		path = gemojiImages
	}
	if p.file == "None" { // by its name, then
		p.file, key = p.name, "non_standard_image_path"
	}
	return e.image(e.own.String(key, path)+p.file+".png", p), ""
}

func (e *emojis) svg(_ *pymarkdown.Document, p picture) (*pymarkdown.Element, string) {
	path := emojiOneImages + "svg/"
	if e.index == emoji.Twemoji {
		path = twemojiImages + "svg/"
	}
	return e.image(e.own.String("image_path", path)+p.file+".svg", p), ""
}

func (e *emojis) image(src string, p picture) *pymarkdown.Element {
	img := pymarkdown.NewElement("img")
	img.Set("class", e.classes())
	img.Set("alt", p.alt)
	img.Set("src", src)
	e.decorate(img, p)
	return img
}

func (e *emojis) classes() string { return e.own.String("classes", string(e.index)) }

// decorate sets the title and the attributes that the options ask for.
func (e *emojis) decorate(to *pymarkdown.Element, p picture) {
	if p.title != "" {
		to.Set("title", p.title)
	}
	attributes := e.own.Map("attributes")
	for _, key := range sortedKeys(attributes) {
		to.Set(key, attributes.String(key, ""))
	}
}

func (e *emojis) pngSprite(_ *pymarkdown.Document, p picture) (*pymarkdown.Element, string) {
	span := pymarkdown.NewElement("span")
	span.Set("class", e.classes()+"-"+e.own.String("size", "64")+"-"+p.category+" _"+p.file)
	e.decorate(span, p)
	span.SetAtomic(p.alt)
	return span, ""
}

func (e *emojis) svgSprite(_ *pymarkdown.Document, p picture) (*pymarkdown.Element, string) {
	svg := pymarkdown.NewElement("svg")
	svg.Set("class", e.classes())
	svg.Sub("description").SetAtomic(p.alt)
	svg.Sub("use").Set("xlink:href", e.own.String("image_path", "./../assets/sprites/emojione.sprites.svg")+"#emoji-"+p.file)
	return svg, ""
}

func (e *emojis) text(d *pymarkdown.Document, p picture) (*pymarkdown.Element, string) {
	return nil, d.Stash.Add(pymarkdown.Stashed{HTML: p.alt, Safe: true, Plain: p.alt})
}

// icon is Material's generator: an icon stands in the page itself, an emoji is an
// image as to_svg makes it.
func (e *emojis) icon(d *pymarkdown.Document, p picture) (*pymarkdown.Element, string) {
	svg, ok := emoji.Icon(p.name)
	if p.file != "None" || !ok {
		return e.svg(d, p)
	}
	span := pymarkdown.NewElement("span")
	span.Set("class", e.classes())
	span.SetText(d.Stash.Add(pymarkdown.Stashed{HTML: svg, Safe: true}))
	return span, ""
}
