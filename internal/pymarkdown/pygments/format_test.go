package pygments

import "testing"

// TestBlockEscapes holds that what authors and configurations give as text does
// not become HTML.
func TestBlockEscapes(t *testing.T) {
	f := Format{Class: `a"b`, Title: "<b>", Spans: `s"`, Anchors: "<a", Numbers: Table, LinkNumbers: true, Start: 1}
	lines, _ := Lines("", "x <y>\n", true, nil)
	want := `<div class="a&quot;b"><table class="a&quot;btable"><tr><th colspan="2" class="filename"><span class="filename">&lt;b&gt;</span></th></tr>` +
		`<tr><td class="linenos"><div class="linenodiv"><pre><span class="normal"><a href="#&lt;a-1">1</a></span></pre></div></td><td class="code"><div>` +
		`<pre><span></span><code><span id="s&quot;-1"><a id="&lt;a-1" name="&lt;a-1"></a>x &lt;y&gt;` + "\n" + `</span></code></pre></div></td></tr></table></div>`
	if got := f.Block(lines); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestLexer knows names in any case.
func TestLexer(t *testing.T) {
	for alias, want := range map[string]string{"sh": "Bash", "YAML": "YAML", "": "", "mermaid": ""} {
		if got, ok := Lexer(alias); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", alias, got, ok)
		}
	}
}
