package serve

import (
	"net/http"
	"strings"
)

// contentSecurityPolicy is what every page is served with: everything from the
// portal's own origin, nothing inline, nothing framed.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// ContentSecurityPolicy is the policy of a portal whose documentation may show
// frames of these hosts.
func ContentSecurityPolicy(frames []string) string {
	if len(frames) == 0 {
		return contentSecurityPolicy
	}
	return contentSecurityPolicy + "; frame-src https://" + strings.Join(frames, " https://")
}

// drawingPolicy is for SVG, which a browser runs like a page when it is opened
// by itself.
const drawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

// Header is a field that every response has.
type Header struct{ Name, Value string }

// Headers are the fields recommended for hosting a portal, beside
// Cache-Control, in the order of the manual. frames are the hosts of docs.frames.
func Headers(frames []string) []Header {
	return []Header{
		{"Content-Security-Policy", ContentSecurityPolicy(frames)},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "same-origin"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Permissions-Policy", ""},
	}
}

func setHeaders(h http.Header, frames []string) {
	for _, f := range Headers(frames) {
		h.Set(f.Name, f.Value)
	}
}
