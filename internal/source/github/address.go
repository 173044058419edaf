package github

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"callboard/internal/lazyregexp"
)

// addresses are where the parts of a host are.
type addresses struct {
	name    string   // the API's host, with its port if it has one
	rest    *url.URL // with a slash at the end
	graphql string
}

// addressesOf follows GitHub's own rules: the API of github.com is at
// api.github.com, that of a tenant of ghe.com at api.TENANT.ghe.com, and that
// of an Enterprise Server below /api of the server.
func addressesOf(host, api string) (addresses, error) {
	if api == "" {
		api = apiOf(strings.ToLower(host))
	}
	u, err := url.Parse(api)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return addresses{}, fmt.Errorf("github: %q is no address of an API", api)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return addresses{}, fmt.Errorf("github: %q: a token is sent by https only", api)
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	g := *u
	if base, ok := strings.CutSuffix(u.Path, "/v3"); ok {
		g.Path = base
	}
	g.Path += "/graphql"
	u.Path += "/"
	return addresses{name: u.Host, rest: u, graphql: g.String()}, nil
}

func apiOf(host string) string {
	switch {
	case host == "" || host == "github.com" || host == "www.github.com":
		return "https://api.github.com"
	case strings.HasSuffix(host, ".ghe.com"):
		return "https://api." + host
	}
	return "https://" + host + "/api/v3"
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

var (
	nameRE = lazyregexp.New(`^[A-Za-z0-9_.-]{1,100}$`)
	hashRE = lazyregexp.New(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)
)

// isName tells that a text can be an owner or a repository at GitHub, and so a
// part of an address that stays where it is put.
func isName(s string) bool { return nameRE.MatchString(s) && s != "." && s != ".." }

// isHash tells that a text is the whole name of a git object.
func isHash(s string) bool { return hashRE.MatchString(s) }

// split is the owner and the name in a repository's name, if they are such.
func split(full string) (owner, name string, ok bool) {
	owner, name, ok = strings.Cut(full, "/")
	return owner, name, ok && isName(owner) && isName(name)
}
