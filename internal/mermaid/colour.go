package mermaid

import (
	"strconv"
	"strings"

	"callboard/internal/lazyregexp"
)

// tone is the class of the theme's colour that is nearest to what a style says,
// or "". Only what fills a shape, or else draws its outline, counts.
func tone(style string) string {
	fill, stroke := "", ""
	for prop := range strings.SplitSeq(style, ",") {
		name, value, _ := strings.Cut(prop, ":")
		switch strings.TrimSpace(name) {
		case "fill", "background", "background-color":
			fill = strings.TrimSpace(value)
		case "stroke":
			stroke = strings.TrimSpace(value)
		}
	}
	if t := nearest(fill); t != "" {
		return t
	}
	return nearest(stroke)
}

// dashed tells whether a style asks for a dashed outline.
func dashed(style string) bool { return strings.Contains(style, "stroke-dasharray") }

var hexColour = lazyregexp.New(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})`)

// names are the colours that are called by name, by the theme's nearest; grey
// ones, black and white are left as they are.
var toneNames = map[string]string{
	"red": "t-bad", "crimson": "t-bad", "tomato": "t-bad", "salmon": "t-bad", "pink": "t-bad", "lightpink": "t-bad", "coral": "t-bad", "lightcoral": "t-bad", "maroon": "t-bad", "firebrick": "t-bad", "indianred": "t-bad", "darkred": "t-bad",
	"orange": "t-warn", "yellow": "t-warn", "gold": "t-warn", "lightyellow": "t-warn", "khaki": "t-warn", "darkorange": "t-warn", "wheat": "t-warn", "peachpuff": "t-warn", "moccasin": "t-warn",
	"green": "t-ok", "lightgreen": "t-ok", "palegreen": "t-ok", "lime": "t-ok", "limegreen": "t-ok", "darkgreen": "t-ok", "seagreen": "t-ok", "olive": "t-ok", "forestgreen": "t-ok", "springgreen": "t-ok", "mediumseagreen": "t-ok",
	"blue": "t-info", "lightblue": "t-info", "skyblue": "t-info", "deepskyblue": "t-info", "navy": "t-info", "cyan": "t-info", "aqua": "t-info", "teal": "t-info", "lightcyan": "t-info", "steelblue": "t-info", "dodgerblue": "t-info", "cornflowerblue": "t-info", "aliceblue": "t-info", "lightskyblue": "t-info", "powderblue": "t-info",
	"purple": "t-accent", "violet": "t-accent", "indigo": "t-accent", "magenta": "t-accent", "plum": "t-accent", "orchid": "t-accent", "lavender": "t-accent", "thistle": "t-accent", "mediumpurple": "t-accent",
	"grey": "t-mute", "gray": "t-mute", "lightgrey": "t-mute", "lightgray": "t-mute", "silver": "t-mute", "gainsboro": "t-mute", "darkgray": "t-mute", "darkgrey": "t-mute",
}

func nearest(colour string) string {
	if t := toneNames[strings.ToLower(colour)]; t != "" {
		return t
	}
	r, g, b, ok := rgb(colour)
	if !ok {
		return ""
	}
	high, low := max(r, g, b), min(r, g, b)
	if high-low < 18 {
		if high < 60 || low > 245 {
			return "" // black and white are the theme's own
		}
		return "t-mute"
	}
	switch hue := hueOf(r, g, b, high, high-low); {
	case hue < 20 || hue >= 330:
		return "t-bad"
	case hue < 70:
		return "t-warn"
	case hue < 165:
		return "t-ok"
	case hue < 250:
		return "t-info"
	}
	return "t-accent"
}

func rgb(colour string) (r, g, b int, ok bool) {
	if m := hexColour.FindStringSubmatch(colour); m != nil {
		h := m[1]
		if len(h) == 3 {
			h = string([]byte{h[0], h[0], h[1], h[1], h[2], h[2]})
		}
		n, err := strconv.ParseUint(h, 16, 32)
		return int(n >> 16), int(n >> 8 & 255), int(n & 255), err == nil
	}
	inside, found := strings.CutPrefix(colour, "rgb")
	if !found {
		return 0, 0, 0, false
	}
	numbers := strings.FieldsFunc(strings.Trim(inside, "a()"), func(r rune) bool { return r == ' ' || r == ';' })
	if len(numbers) < 3 {
		return 0, 0, 0, false
	}
	var c [3]int
	for i := range c {
		n, err := strconv.Atoi(numbers[i])
		if err != nil || n < 0 || n > 255 {
			return 0, 0, 0, false
		}
		c[i] = n
	}
	return c[0], c[1], c[2], true
}

// hueOf is the angle of a colour on the wheel, in degrees.
func hueOf(r, g, b, high, spread int) int {
	hue := 0
	switch high {
	case r:
		hue = 60 * (g - b) / spread
	case g:
		hue = 120 + 60*(b-r)/spread
	default:
		hue = 240 + 60*(r-g)/spread
	}
	return (hue + 360) % 360
}
