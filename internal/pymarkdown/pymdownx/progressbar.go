package pymdownx

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"callboard/internal/lazyregexp"
	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

// setupProgressBar is pymdownx.progressbar: [=30% "label"] is a bar.
func setupProgressBar(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	b := progressBars{levels: o.Bool("level_class", true), step: float64(o.Int("progress_increment", 20)), classes: strings.Fields(o.String("add_classes", ""))}
	escapeChars(d, "=")
	d.Inline.Register("progress-bar", 179, &pymarkdown.Pattern{Triggers: "[", Find: b.find})
	return nil
}

type progressBars struct {
	levels  bool
	step    float64 // how many percent a level has
	classes []string
}

// barRule is a bar: a percentage or a fraction, a label in quotation marks, and
// a list of attributes behind the bracket.
var barRule = lazyregexp.New(`(?s)^\[=+\s*(?:(100(?:.0+)?|[1-9]?[0-9](?:\.\d+)?)%|(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?))` +
	`(\s+(?:'.*?'|".*?"))?\s*\](\{:?[^}]*\})?`)

// maxBar is how many bytes a bar may be written with.
const maxBar = 1000

func (b progressBars) find(d *pymarkdown.Document, text string, from int) (pymarkdown.Match, bool) {
	for at := from; at < len(text); at++ {
		i := strings.Index(text[at:], "[=")
		if i < 0 {
			break
		}
		at += i
		m := barRule.FindStringSubmatch(text[at:min(len(text), at+maxBar)])
		if m == nil {
			continue
		}
		label := pymarkdown.Dequote(d.Unstash(strings.TrimSpace(m[4])))
		e := b.bar(percent(m[1], m[2], m[3]), label)
		if e.Tail = m[5]; e.Tail != "" && d.Tree.Has("attr_list") {
			extensions.InlineAttrs(e)
		}
		return pymarkdown.Match{Start: at, End: at + len(m[0]), Node: e}, true
	}
	return pymarkdown.Match{}, false
}

// percent is a percentage or a fraction as a number up to 100.
func percent(whole, part, of string) float64 {
	if whole != "" {
		n, err := strconv.ParseFloat(whole, 64)
		if err != nil {
			return 100 // the rule lets a hundred have any character for its point
		}
		return min(n, 100)
	}
	n, _ := strconv.ParseFloat(part, 64)
	all, _ := strconv.ParseFloat(of, 64)
	if all == 0 || math.IsInf(all, 0) {
		return 0
	}
	return min(n/all*100, 100)
}

func (b progressBars) bar(value float64, label string) *pymarkdown.Element {
	classes := append([]string{"progress"}, b.classes...)
	if b.levels && b.step != 0 {
		classes = append(classes, fmt.Sprintf("progress-%dplus", int(value-math.Mod(value, b.step))))
	}
	slices.Sort(classes)
	e := pymarkdown.NewElement("div")
	e.Set("class", strings.Join(slices.Compact(classes), " "))
	bar := e.Sub("div")
	bar.Set("class", "progress-bar")
	bar.Set("style", fmt.Sprintf("width:%.2f%%", value))
	p := bar.Sub("p")
	p.Set("class", "progress-label")
	p.SetText(label)
	return e
}
