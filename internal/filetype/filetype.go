// Package filetype says how a host should serve a file of a portal, by its path:
// its media type, how long it may be kept, and whether compressing it helps. The
// development server and the stores that portals are published to agree by it.
package filetype

import (
	"mime"
	"path"
	"strings"

	"callboard/internal/lazyregexp"
)

// Cache-Control of files whose name changes with their content, and of all
// others. "private", because a portal behind a sign-in must not stay in a
// shared cache.
const (
	Forever    = "private, max-age=31536000, immutable"
	Revalidate = "no-cache"
)

// hashed matches names that hold the digest of the content.
var hashed = lazyregexp.New(`(?:^|[.-])[0-9a-f]{8,64}\.[a-z0-9]+(?:\.[a-z0-9]+)?$`)

// Portal takes the path of a file of an output with audiences apart: the portal of
// each lies below a/NAME/. The audience is "" for a file of an output without.
func Portal(p string) (audience, path string) {
	rest, ok := strings.CutPrefix(p, "a/")
	name, path, below := strings.Cut(rest, "/")
	if !ok || !below {
		return "", p
	}
	return name, path
}

// Immutable tells whether the file at a path of a portal never changes, since its
// name holds the digest of its content.
func Immutable(p string) bool {
	_, p = Portal(p)
	dir, _, _ := strings.Cut(p, "/")
	return (dir == "assets" || dir == "data") && hashed.MatchString(path.Base(p))
}

// CacheControl is the value of Cache-Control for a path of a portal.
func CacheControl(p string) string {
	if Immutable(p) {
		return Forever
	}
	return Revalidate
}

// ContentType is the type of a file by its name. The table comes first, so that
// it does not depend on what the machine knows.
func ContentType(p string) string {
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
	case ".bin", "":
		return "application/octet-stream"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// Compressible tells whether gzip makes a file of the media type smaller.
func Compressible(contentType string) bool {
	t, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "json") || strings.HasSuffix(t, "xml") || t == "image/x-icon"
}
