package extensions_test

import (
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/extensions"
)

func TestCallouts(t *testing.T) {
	for _, c := range []struct{ ext, in, want string }{
		{"callouts", "NOTE: Mind this.", "<div class=\"admonition note\">\n<p class=\"admonition-title\">Note</p>\n<p>Mind this.</p>\n</div>"},
		{"callouts", ">? TIP: **Fold *it*.** It opens.", "<details class=\"tip\">\n<summary>Fold <em>it</em></summary>\n<p> It opens.</p>\n</details>"},
		{"callouts", "text\n> WARNING:\n> - a", "<p>text\n</p>\n<div class=\"admonition warning\">\n<p class=\"admonition-title\">Warning</p>\n<ul>\n<li>a</li>\n</ul>\n</div>"},
		{"callouts", "> note: no\n\nA: no", "<blockquote>\n<p>note: no</p>\n</blockquote>\n<p>A: no</p>"},
		{"github-callouts", "> [!caution]\n> x", "<div class=\"admonition danger\">\n<p class=\"admonition-title\">Caution</p>\n<p>x</p>\n</div>"},
		{"github-callouts", "> [!NOTE] title\n> x", "<blockquote>\n<p>[!NOTE] title\nx</p>\n</blockquote>"},
	} {
		d, problems := pymarkdown.New([]pymarkdown.Extension{{Name: c.ext}}, 4, func(n string) pymarkdown.Setup { return extensions.Table[n] })
		if got := d.Convert(c.in, pymarkdown.Env{}); got != c.want || len(problems) > 0 {
			t.Errorf("%s %q: %v\n got %s\nwant %s", c.ext, c.in, problems, got, c.want)
		}
	}
}
