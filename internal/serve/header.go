package serve

import "net/http"

// ContentSecurityPolicy is what every page is served with: everything from the
// portal's own origin, nothing inline, nothing framed.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

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
