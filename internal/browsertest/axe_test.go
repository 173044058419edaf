package browsertest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe/axe.min.js
var axeSource string

// scene is a colour scheme that the system asks for, and the size of the window.
type scene struct {
	scheme        string
	width, height int64
}

// scenes are the circumstances in which pages are checked. Rules that depend on
// none of them are checked in the first only.
var scenes = []struct {
	name string
	scene
	only []string // rules, or all of WCAG 2.2 AA and best practice
}{
	{"light", scene{"light", 1440, 900}, nil},
	{"dark", scene{"dark", 1440, 900}, []string{"color-contrast", "link-in-text-block"}},
	{"phone", scene{"light", 390, 844}, []string{"color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block", "landmark-unique", "aria-hidden-focus"}},
}

// violation is what axe found.
type violation struct {
	Rule, Impact string
	Count        int
	Nodes        []string // selectors of the first
	Why          string
}

func (v violation) String() string {
	return fmt.Sprintf("%s (%s), %d times: %s\n\t%s", v.Rule, v.Impact, v.Count, strings.Join(v.Nodes, "; "), strings.ReplaceAll(v.Why, "\n", "\n\t"))
}

// runAxe leaves out the texts of diagrams that were cut to fit: their label is
// the whole text, and "…" is no word that anybody would say.
const runAxe = `axe.run(document, {resultTypes: ["violations"], elementRef: true, preload: false, iframes: false, runOnly: %s}).then(r => r.violations
	.filter(v => v.impact === "serious" || v.impact === "critical")
	.map(v => ({...v, nodes: v.nodes.filter(n => v.id !== "label-content-name-mismatch" || !n.element.textContent.includes("…"))}))
	.filter(v => v.nodes.length > 0)
	.map(v => ({Rule: v.id, Impact: v.impact, Count: v.nodes.length, Nodes: v.nodes.slice(0, 4).map(n => n.target.join(" ")), Why: v.nodes[0].failureSummary})))`

// world makes a world of its own in the page, in which what axe does is not
// seen by the page's scripts and not bound by its policy, and puts axe into it.
func (tb *tab) world(t *testing.T) chromedp.EvaluateOption {
	t.Helper()
	tree := call(t, tb, page.GetFrameTree, cdp.Empty{})
	w := call(t, tb, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "axe"})
	inside := func(p *runtime.EvaluateParams) { p.ContextID = w.ExecutionContextID }
	eval[bool](t, tb, axeSource+";true", inside)
	return inside
}

// accessible fails the test for each thing that axe finds.
func (tb *tab) accessible(t *testing.T) {
	t.Helper()
	for _, v := range tb.violations(t) {
		t.Error(v)
	}
}

// violations are what axe finds in every scene.
func (tb *tab) violations(t *testing.T) (out []string) {
	t.Helper()
	inside := tb.world(t)
	for _, s := range scenes {
		tb.look(t, s.scheme, s.width, s.height)
		only := map[string]any{"type": "tag", "values": []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"}}
		if s.only != nil {
			only = map[string]any{"type": "rule", "values": s.only}
		}
		text, err := json.Marshal(only)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range eval[[]violation](t, tb, fmt.Sprintf(runAxe, text), inside) {
			out = append(out, s.name+": "+v.String())
		}
	}
	return out
}

// look sets the colour scheme that the system asks for, and the size of the
// window, and waits until the page has seen both.
func (tb *tab) look(t *testing.T, scheme string, width, height int64) {
	t.Helper()
	s := scene{scheme, width, height}
	if tb.scene == s {
		return
	}
	tb.scene = s
	call(t, tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	call(t, tb, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600})
	tb.until(t, fmt.Sprintf(`matchMedia("(width: %dpx) and (prefers-color-scheme: %s)").matches`, width, scheme))
	if !tb.still {
		eval[bool](t, tb, `new Promise(done => requestAnimationFrame(() => done(true)))`)
	}
}
