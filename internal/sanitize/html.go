// Package sanitize makes hostile HTML safe by an allow-list. Its type HTML is
// the only form in which HTML reaches a page.
package sanitize

// HTML is HTML that is safe to put into a page: it comes from this package's
// allow-list or from code of ours that escapes by construction.
type HTML struct{ s string }

// String is the HTML.
func (h HTML) String() string { return h.s }

// IsZero tells whether there is no HTML.
func (h HTML) IsZero() bool { return h.s == "" }

// Trusted declares HTML safe that was built by escaping everything that came
// from outside, or that was sanitised before it went into the cache. The
// architecture test names the packages that may call it.
func Trusted(s string) HTML { return HTML{s} }
