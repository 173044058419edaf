package serve

import (
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

// ContentSecurityPolicy is what every page is served with: everything from the
// portal's own origin, nothing inline, nothing framed.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// drawingPolicy is for SVG, which a browser runs like a page when it is opened
// by itself.
const drawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

// Header is a field that every response has.
type Header struct{ Name, Value string }

// Headers are the fields recommended for hosting a portal, beside
// Cache-Control, in the order of the manual.
func Headers() []Header {
	return []Header{
		{"Content-Security-Policy", ContentSecurityPolicy},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "same-origin"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Permissions-Policy", ""},
	}
}

func setHeaders(h http.Header) {
	for _, f := range Headers() {
		h.Set(f.Name, f.Value)
	}
}

// Cache-Control of files whose name changes with their content, and of all
// others. "private", because a portal behind a sign-in must not stay in a
// shared cache.
const (
	cacheForever = "private, max-age=31536000, immutable"
	cacheNever   = "no-cache"
)

// hashed matches names that hold the digest of the content.
var hashed = regexp.MustCompile(`(?:^|[.-])[0-9a-f]{8,64}\.[a-z0-9]+(?:\.[a-z0-9]+)?$`)

func cacheControl(p string) string {
	dir, _, _ := strings.Cut(p, "/")
	if (dir == "assets" || dir == "data") && hashed.MatchString(path.Base(p)) {
		return cacheForever
	}
	return cacheNever
}

// contentType is the type of a file by its name. The table comes first, so that
// it does not depend on what the machine knows.
func contentType(p string) string {
	switch ext := strings.ToLower(path.Ext(p)); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".txt", ".md", ".yaml", ".yml", ".graphql", ".proto":
		return "text/plain; charset=utf-8"
	case ".xml", ".atom":
		return "application/xml; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	case ".woff2":
		return "font/woff2"
	case ".png", ".gif", ".webp", ".avif":
		return "image/" + ext[1:]
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".ico":
		return "image/x-icon"
	case "":
		return "application/octet-stream"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// compressible tells whether gzip makes a file of the type smaller.
func compressible(contentType string) bool {
	t, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "json") || strings.HasSuffix(t, "xml") || t == "image/x-icon"
}
