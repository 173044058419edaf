package config

import "strings"

// Identity says how pages learn who is reading. It changes what is put forward, and
// nothing about what may be read.
type Identity struct {
	// Endpoint is the path at which the proxy before the portal tells readers who
	// they are, as JSON. The configurations of callboard proxy answer at /-/whoami.
	Endpoint string `yaml:"endpoint" form:"endpoint"`
	// Groups are teams of the catalog by what the identity provider calls them, for
	// those that are called otherwise there.
	Groups map[string]string `yaml:"groups" form:"line"`
}

// isEndpoint takes a path of the portal's own host, maybe with a query.
func isEndpoint(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && !strings.ContainsAny(s, "\\#") && isLine(s)
}
