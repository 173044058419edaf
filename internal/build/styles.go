package build

import (
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/output"
	"callboard/internal/sanitize"
)

// styleScope is where the styles of a documentation set hold.
const styleScope = "article.prose"

// styles writes the styles that a set's mkdocs.yml names (extra_css), confined to
// the article, and returns their paths in the output.
func (w *setWriter) styles() ([]string, error) {
	var out []string
	for _, file := range w.set.Styles {
		text, err := w.plan.Snap.Read(file)
		if err != nil {
			w.sink.Report(diag.Diagnostic{Pos: w.plan.ConfigPos(), Severity: diag.Warning, Code: docs.CodeAsset, Entity: w.plan.Of.String(),
				Message: fmt.Sprintf("the style %q of extra_css cannot be read", file), Hint: "it is relative to docs_dir"})
			continue
		}
		css := []byte(sanitize.Style(string(text), styleScope))
		if len(css) == 0 {
			continue
		}
		path, err := w.style(css)
		if err != nil {
			return nil, err
		}
		out = append(out, path)
	}
	return out, nil
}

func (w *setWriter) style(css []byte) (string, error) {
	sum := digest.Of(css)
	at, err := w.plan.Output("assets/style." + sum.Short() + ".css")
	if err != nil {
		return "", fmt.Errorf("style: %w", err)
	}
	w.made = append(w.made, output.Made{Path: at.String(), Key: sum})
	if w.b.out.Keep(at, sum) {
		return at.String(), nil
	}
	return at.String(), w.put(at, sum, css)
}
