package pymdownx_test

import (
	"strings"
	"testing"

	"callboard/internal/pymarkdown"
	"callboard/internal/pymarkdown/pymarkdowntest"
)

// TestIcons has Material's index, which knows icons beside emoji.
func TestIcons(t *testing.T) {
	d := pymarkdowntest.Dialect(t, `[{"name":"pymdownx.emoji","options":{"emoji_index":{"$py":"material.extensions.emoji.twemoji"},"emoji_generator":{"$py":"material.extensions.emoji.to_svg"}}}]`, setupOf)
	got := d.Convert("a :material-close: *:octicons-x-16:* :smile: :material-none:", pymarkdown.Env{})
	for _, want := range []string{
		`a <span class="twemoji"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M19,6.41`,
		`<em><span class="twemoji"><svg`,
		`<img alt="😄" class="twemoji" src="https://cdn.jsdelivr.net/gh/jdecked/twemoji@16.0.1/assets/svg/1f604.svg" title=":smile:" />`,
		":material-none:",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// TestUnknownGenerator has a generator of one's own: it cannot be run, the rest
// works.
func TestUnknownGenerator(t *testing.T) {
	list := []pymarkdown.Extension{{Name: "pymdownx.emoji", Options: map[string]any{"emoji_generator": pymarkdown.Py{Name: "mine.draw"}}}}
	d, problems := pymarkdown.New(list, 0, setupOf)
	if len(problems) != 1 || !strings.Contains(problems[0].Err.Error(), `"mine.draw"`) {
		t.Error(problems)
	}
	if got := d.Convert(":smile:", pymarkdown.Env{}); !strings.Contains(got, "1f604.png") {
		t.Error(got)
	}
}
