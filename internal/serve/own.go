package serve

import (
	"callboard/internal/filetype"
	"embed"
	"net/http"
	"strings"
)

//go:embed reload/reload.js reload/reload.css
var reloadFiles embed.FS

// serveOwn serves what belongs to the server: the script, its style and the
// stream of events.
func (s *site) serveOwn(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, own)
	switch name {
	case "events":
		if r.Method == http.MethodHead {
			return
		}
		s.hub.ServeHTTP(w, r)
	case "reload.js", "reload.css":
		b, err := reloadFiles.ReadFile("reload/" + name)
		if err != nil {
			s.fail(w, err)
			return
		}
		w.Header().Set("Content-Type", filetype.ContentType(name))
		write(w, r, encode(w, r, b, true), http.StatusOK)
	default:
		s.notFound(w, r)
	}
}

// emptyPage is shown while no build has made a portal; the overlay on it says
// why.
const emptyPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>No portal yet</title><meta name="viewport" content="width=device-width"></head>
<body><main><h1>No portal yet</h1><p>The build has not made one. What is wrong stands in the terminal of callboard serve; this page reloads when it is mended.</p></main></body></html>
`

func (s *site) noPortal(w http.ResponseWriter, r *http.Request) {
	b := []byte(emptyPage)
	if s.o.Reload {
		b = inject(b)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	write(w, r, b, http.StatusServiceUnavailable)
}
