package polite

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strings"

	"callboard/internal/secret"
)

// An origin is a scheme and a host with its port.
type origin string

func originOf(u *url.URL) origin {
	host := strings.ToLower(u.Host)
	if p := u.Port(); p == "443" && u.Scheme == "https" || p == "80" && u.Scheme == "http" {
		host = strings.TrimSuffix(host, ":"+p)
	}
	return origin(strings.ToLower(u.Scheme) + "://" + host)
}

// origins are the places that get authority.
func origins(hosts []string) map[origin]bool {
	out := map[origin]bool{}
	for _, h := range hosts {
		if !strings.Contains(h, "://") {
			if loopback(h) {
				addOrigin(out, "http://"+h)
			}
			h = "https://" + h
		}
		addOrigin(out, h)
	}
	return out
}

func addOrigin(to map[origin]bool, address string) {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		to[originOf(u)] = true
	}
}

// loopback tells that a host with or without a port is this machine, to which
// plain HTTP crosses no wire.
func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip.IsLoopback() || strings.EqualFold(host, "localhost")
}

// near tells that a host is an address of this machine or its link, such as
// the metadata service of a cloud.
func near(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && (ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()) || strings.EqualFold(host, "localhost")
}

// mayAuthorize tells that an address may be asked with authority.
func (t *transport) mayAuthorize(u *url.URL) bool { return t.hosts[originOf(u)] }

// name is the host of an address as faults and budgets call it.
func (t *transport) name(u *url.URL) string {
	if t.o.Name != "" && t.mayAuthorize(u) {
		return t.o.Name
	}
	return strings.ToLower(u.Host)
}

// identity tells accounts apart. It is short enough that nobody learns a
// password by comparing it with those of others' passwords.
func identity(secrets []secret.String) string {
	h := sha256.New()
	some := false
	for _, s := range secrets {
		some = some || !s.IsZero()
		_, _ = h.Write([]byte("identity\x00" + s.Reveal()))
	}
	if !some {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:2])
}

// sensitive are headers that make a request somebody's.
func sensitive(name string) bool {
	switch name {
	case "Authorization", "Proxy-Authorization", "Cookie", "Private-Token", "Job-Token", "Deploy-Token", "X-Api-Key":
		return true
	}
	return strings.Contains(name, "Token") || strings.Contains(name, "Secret") || strings.Contains(name, "Password")
}

// without is a header without what makes a request somebody's.
func without(h http.Header, secrets []secret.String) http.Header {
	out := h.Clone()
	for name, values := range h {
		if all := strings.Join(values, "\n"); sensitive(name) || secret.Hide(all, secrets...) != all {
			delete(out, name)
		}
	}
	return out
}
