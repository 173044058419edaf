package pymdownx

import (
	"encoding/base64"
	"path"
	"strings"

	"callboard/internal/pymarkdown"
)

// maxEmbedded is the size of the largest image that is written into a page, and of
// all in one page.
const maxEmbedded = 4 << 20

// embedder writes images into the page.
type embedder struct {
	base, root string
	restricted bool
}

func setupB64(d *pymarkdown.Dialect, o pymarkdown.Options) error {
	e := &embedder{base: path.Clean(o.String("base_path", ".")), restricted: o.Bool("restrict_path", true)}
	if e.root = e.base; o.String("root_path", "") != "" {
		e.root = path.Clean(o.String("root_path", ""))
	}
	d.Post.Register("b64", 2, e.run)
	return nil
}

var imageTypes = map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".svg": "image/svg+xml"}

func (e *embedder) run(d *pymarkdown.Document, html string) string {
	if d.Env.Read == nil {
		return html
	}
	left := maxEmbedded
	return rewriteTags(html, []string{"img"}, func(attrs string) string {
		return rewriteLinks(attrs, []string{"src"}, func(_, value string) (string, bool) {
			l := parsePath(value)
			if l.url {
				return "", false
			}
			file := unquotePath(l.path)
			if !l.absolute {
				file = path.Join(e.base, file)
			}
			kind := imageTypes[strings.ToLower(path.Ext(file))]
			if kind == "" || e.restricted && !below(path.Clean(file), e.root) {
				return "", false
			}
			image, ok := d.Env.Read(path.Clean(file))
			if left -= len(image); !ok || left < 0 {
				return "", false
			}
			return ` src="data:` + kind + ";base64," + base64.StdEncoding.EncodeToString([]byte(image)) + `"`, true
		})
	})
}
