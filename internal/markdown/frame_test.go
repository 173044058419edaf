package markdown_test

import (
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
)

const sandboxed = `loading="lazy" sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation" referrerpolicy="strict-origin" allow="fullscreen"></iframe>`

func TestFrames(t *testing.T) {
	r := markdown.New(highlight.New())
	py := dialect(t, "md_in_html")
	for in, want := range map[string]string{
		`<iframe src="https://www.example.com/1?a=b&amp;c" title='"A" film' width="560" height="315" srcdoc="<script>x</script>" sandbox=""></iframe>`: `<iframe class="frame" src="https://www.example.com/1?a=b&amp;c" title="&#34;A&#34; film" width="560" height="315" ` + sandboxed,
		`<iframe src="//WWW.example.com/1"></iframe>`:                     `<iframe class="frame" src="https://WWW.example.com/1" title="www.example.com" ` + sandboxed,
		`<iframe src="https://a.video.example/1"></iframe>`:               `<iframe class="frame" src="https://a.video.example/1" title="a.video.example" ` + sandboxed,
		`<iframe src="https://video.example/1" title="T &lt;"></iframe>`:  `<a class="remote-frame" href="https://video.example/1">Frame: T &lt;</a>`,
		`<iframe src="https://www.example.com:8443/1"></iframe>`:          `<a class="remote-frame" href="https://www.example.com:8443/1">Frame: https://www.example.com:8443/1</a>`,
		`<iframe src="http://www.example.com/1"></iframe>`:                `<a class="remote-frame" href="http://www.example.com/1">Frame: http://www.example.com/1</a>`,
		`<iframe src="https://u:p@www.example.com/1"></iframe>`:           `<a class="remote-frame" href="https://u:p@www.example.com/1">Frame: https://u:p@www.example.com/1</a>`,
		`<iframe src="https://www.example.com\@evil.example/1"></iframe>`: `https://www.example.com\@evil.example/1`,
		`<iframe src="https://www.example.com.evil.example/"></iframe>`:   `<a class="remote-frame" href="https://www.example.com.evil.example/">Frame: https://www.example.com.evil.example/</a>`,
		`<iframe src="demo.html">old</iframe>`:                            `<a class="remote-frame" href="demo.html">Frame: demo.html</a>`,
		`<iframe src="javascript:alert(1)"></iframe>`:                     `javascript:alert(1)`,
		`<iframe src="data:text/html,<script>x</script>"></iframe>`:       `data:text/html,&lt;script&gt;x&lt;/script&gt;`,
		`<iframe></iframe>`: ``,
		`<object data="https://www.example.com/1"><embed src=x></object>`:       ``,
		`<div markdown><iframe src="https://www.example.com/2"></iframe></div>`: `<iframe class="frame" src="https://www.example.com/2" title="www.example.com" ` + sandboxed,
	} {
		for name, d := range map[string]*markdown.Dialect{"gfm": nil, "python": py} {
			doc := r.Render([]byte(in+"\n"), markdown.Options{Dialect: d, Frames: []string{"WWW.example.com", "*.video.example"}})
			got := doc.Resolve(func(_ int, l markdown.Link) string { return l.Dest }).String()
			if got = strings.TrimSpace(got); d != nil || want == "" || strings.Contains(in, "markdown") {
				got = strings.NewReplacer("<p>", "", "</p>", "", "<div>", "", "</div>", "").Replace(got)
			}
			if strings.TrimSpace(got) != want {
				t.Errorf("%s: %s:\n got %s\nwant %s", name, in, got, want)
			}
			if refused := !strings.Contains(want, "<iframe") && strings.Contains(in, "<iframe src"); refused != (len(doc.Diagnostics) > 0 && doc.Diagnostics[0].Code == markdown.CodeFrameRefused) {
				t.Errorf("%s: %s: %v", name, in, doc.Diagnostics)
			}
		}
	}
}
