package assets

import (
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"callboard/themes"
)

// rgb is a colour in linear-light sRGB; numbers outside 0 to 1 are colours that
// sRGB does not have.
type rgb [3]float64

// oklch converts from the notation of the tokens
// (https://www.w3.org/TR/css-color-4/#ok-lab).
func oklch(l, c, h float64) rgb {
	a, b := c*math.Cos(h*math.Pi/180), c*math.Sin(h*math.Pi/180)
	cube := func(x float64) float64 { return x * x * x }
	x, y, z := cube(l+.3963377774*a+.2158037573*b), cube(l-.1055613458*a-.0638541728*b), cube(l-.0894841775*a-1.291485548*b)
	return rgb{4.0767416621*x - 3.3077115913*y + .2309699292*z, -1.2684380046*x + 2.6097574011*y - .3413193965*z, -.0041960863*x - .7034186147*y + 1.707614701*z}
}

// clamped is the nearest colour on a screen, channel by channel.
func (c rgb) clamped() rgb {
	for i := range c {
		c[i] = min(max(c[i], 0), 1)
	}
	return c
}

// inGamut allows for the rounding of tokens to three digits.
func (c rgb) inGamut() bool {
	return !slices.ContainsFunc(c[:], func(x float64) bool { return x < -.0005 || x > 1.0005 })
}

func (c rgb) hex() string {
	out := "#"
	for _, x := range c.clamped() {
		if x <= .0031308 {
			x *= 12.92
		} else {
			x = 1.055*math.Pow(x, 1/2.4) - .055
		}
		out += fmt.Sprintf("%02x", int(math.Round(x*255)))
	}
	return out
}

// contrast is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
func contrast(a, b rgb) float64 {
	light := func(c rgb) float64 { c = c.clamped(); return .2126*c[0] + .7152*c[1] + .0722*c[2] + .05 }
	x, y := light(a), light(b)
	return max(x, y) / min(x, y)
}

// apart is the distance of two colours in OKLab, in hundredths.
func apart(a, b rgb) float64 {
	x, y := a.lab(), b.lab()
	return 100 * math.Sqrt((x[0]-y[0])*(x[0]-y[0])+(x[1]-y[1])*(x[1]-y[1])+(x[2]-y[2])*(x[2]-y[2]))
}

func (c rgb) lab() [3]float64 {
	c = c.clamped()
	l := math.Cbrt(.4122214708*c[0] + .5363325363*c[1] + .0514459929*c[2])
	m := math.Cbrt(.2119034982*c[0] + .6806995451*c[1] + .1073969566*c[2])
	s := math.Cbrt(.0883024619*c[0] + .2817188376*c[1] + .6299787005*c[2])
	return [3]float64{.2104542553*l + .793617785*m - .0040720468*s, 1.9779984951*l - 2.428592205*m + .4505937099*s, .0259040371*l + .7827717662*m - .808675766*s}
}

// sights are kinds of colour vision, as matrices over linear sRGB: Machado,
// Oliveira and Fernandes, 2009, at full severity.
var sights = []struct {
	name   string
	matrix [3]rgb
}{
	{"normal", [3]rgb{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
	{"protanopia", [3]rgb{{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}}},
	{"deuteranopia", [3]rgb{{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.01182, .04294, .968881}}},
	{"tritanopia", [3]rgb{{1.255528, -.076749, -.178779}, {-.078411, .930809, .147602}, {.004733, .691367, .3039}}},
}

func (c rgb) seen(m [3]rgb) rgb {
	var out rgb
	for i, r := range m {
		out[i] = r[0]*c[0] + r[1]*c[1] + r[2]*c[2]
	}
	return out
}

// token is a colour in the light and the dark theme.
type token [2]rgb

var modes = [2]string{"light", "dark"}

var tokenLine = regexp.MustCompile(`(?m)^\s*--([a-z0-9-]+): light-dark\(oklch\(([0-9. ]+)\), oklch\(([0-9. ]+)\)\);$`)

func readTokens(t *testing.T) map[string]token {
	t.Helper()
	css, err := fs.ReadFile(themes.Default(), "css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]token{}
	for _, m := range tokenLine.FindAllStringSubmatch(string(css), -1) {
		var k token
		for i := range k {
			var n [3]float64
			parts := strings.Fields(m[2+i])
			if len(parts) != 3 {
				t.Fatalf("--%s: a colour of %d numbers", m[1], len(parts))
			}
			for j, p := range parts {
				if n[j], err = strconv.ParseFloat(p, 64); err != nil {
					t.Fatal(err)
				}
			}
			k[i] = oklch(n[0], n[1], n[2])
		}
		out[m[1]] = k
	}
	if n := strings.Count(string(css), "light-dark("); n != len(out) {
		t.Fatalf("%d colours of %d can be read", len(out), n)
	}
	return out
}

// pairs are the colours that stand on each other, with the least contrast they
// need: 4.5 for text, 3 for outlines of controls and of the focus.
var pairs = []struct {
	on, of string // names of tokens, separated by spaces
	least  float64
}{
	{"bg surface sunken hover", "text text-2 text-3 link link-visited accent ok warn bad info", 4.5},
	{"sunken surface", "s-kw s-str s-num s-fn s-com", 4.5},
	{"accent", "on-accent", 4.5},
	{"accent-bg mark ok-bg warn-bg bad-bg info-bg", "text", 4.5},
	{"mark", "mark-text", 4.5},
	{"accent-bg info-bg", "link", 4.5},
	{"accent-bg", "accent", 4.5},
	{"ok-bg", "ok", 4.5}, {"warn-bg", "warn", 4.5}, {"bad-bg", "bad", 4.5}, {"info-bg", "info", 4.5},
	{"bg surface", "k-component k-api k-resource k-system k-domain k-group k-user k-template k-location", 4.5},
	{"bg surface", "m-get m-post m-put m-delete", 4.5},
	{"bg surface sunken hover accent-bg", "focus", 3},
	{"bg surface sunken hover", "line-strong", 3},
}

func TestContrasts(t *testing.T) {
	tokens := readTokens(t)
	get := func(name string) token {
		k, ok := tokens[name]
		if !ok {
			t.Fatalf("there is no token --%s", name)
		}
		return k
	}
	for _, p := range pairs {
		for _, of := range strings.Fields(p.of) {
			for _, on := range strings.Fields(p.on) {
				for mode := range modes {
					if c := contrast(get(of)[mode], get(on)[mode]); c < p.least {
						t.Errorf("%s: --%s on --%s has a contrast of %.2f, needs %.1f", modes[mode], of, on, c, p.least)
					}
				}
			}
		}
	}
}

func TestColoursAreInSRGB(t *testing.T) {
	for name, k := range readTokens(t) {
		for mode := range modes {
			if !k[mode].inGamut() {
				t.Errorf("%s: --%s is outside sRGB: screens will show another colour", modes[mode], name)
			}
		}
	}
}

// leastApart is how far apart, in hundredths of OKLab, the colours of two kinds
// of entity must be for whoever sees them.
const leastApart = 8

func TestKindsAreToldApart(t *testing.T) {
	kinds := map[string]token{}
	for name, k := range readTokens(t) {
		if strings.HasPrefix(name, "k-") {
			kinds[name] = k
		}
	}
	if len(kinds) != 9 {
		t.Fatalf("%d kinds have colours", len(kinds))
	}
	for a, x := range kinds {
		for b, y := range kinds {
			if a >= b {
				continue
			}
			for mode := range modes {
				for _, s := range sights {
					if d := apart(x[mode].seen(s.matrix), y[mode].seen(s.matrix)); d < leastApart {
						t.Errorf("%s, %s vision: --%s and --%s are %.1f apart, need %d", modes[mode], s.name, a, b, d, leastApart)
					}
				}
			}
		}
	}
}

// TestArithmetic holds the functions above to colours known from elsewhere.
func TestArithmetic(t *testing.T) {
	white, black := rgb{1, 1, 1}, rgb{}
	if c := contrast(white, black); math.Abs(c-21) > 1e-9 {
		t.Errorf("black on white has a contrast of %v", c)
	}
	if c := contrast(black, white); math.Abs(c-21) > 1e-9 {
		t.Errorf("white on black has a contrast of %v", c)
	}
	for _, c := range []struct {
		l, c, h float64
		hex     string
		in      bool
	}{
		{1, 0, 0, "#ffffff", true}, {0, 0, 0, "#000000", true}, {.62796, .25768, 29.234, "#ff0000", true}, {.86644, .29483, 142.495, "#00ff00", true},
		{.45201, .31321, 264.052, "#0000ff", true}, {.59987, 0, 0, "#808080", true}, {.7, .3, 150, "", false},
	} {
		got := oklch(c.l, c.c, c.h)
		if got.inGamut() != c.in {
			t.Errorf("oklch(%v %v %v): in sRGB is %v", c.l, c.c, c.h, got.inGamut())
		}
		if c.in && got.hex() != c.hex {
			t.Errorf("oklch(%v %v %v) is %s, want %s", c.l, c.c, c.h, got.hex(), c.hex)
		}
	}
	if d := apart(white, black); math.Abs(d-100) > .01 {
		t.Errorf("black and white are %v apart", d)
	}
}
