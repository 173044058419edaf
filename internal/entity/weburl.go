package entity

import (
	"math/big"
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"callboard/internal/lazyregexp"
)

// isURL tells whether JavaScript's `new URL(s)` takes a string, by the parser of
// the WHATWG URL standard without a base. It says nothing of whether following
// the address is wise: javascript: passes.
func isURL(s string) bool {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(s, "\t\n\r") {
		s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
	}
	scheme := schemeForm.FindString(s)
	if scheme == "" {
		return false
	}
	rest := s[len(scheme):]
	switch strings.ToLower(scheme) {
	case "http:", "https:", "ws:", "wss:", "ftp:":
		return isAuthority(strings.TrimLeft(rest, `/\`), true)
	case "file:":
		return isFileHost(rest)
	}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		return isAuthority(after, false)
	}
	return true
}

var schemeForm = lazyregexp.New(`^[a-zA-Z][a-zA-Z0-9+.-]*:`)

func isFileHost(rest string) bool {
	if len(rest) < 2 || !isSlash(rest[0]) || !isSlash(rest[1]) {
		return true
	}
	host := rest[2:]
	if i := strings.IndexAny(host, `/\?#`); i >= 0 {
		host = host[:i]
	}
	return host == "" || driveForm.MatchString(host) || isHost(host)
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

var driveForm = lazyregexp.New(`^[a-zA-Z][:|]$`)

// isAuthority checks [user[:password]@]host[:port] at the start of s.
func isAuthority(s string, special bool) bool {
	ends := "/?#"
	if special {
		ends = `/\?#`
	}
	if i := strings.IndexAny(s, ends); i >= 0 {
		s = s[:i]
	}
	at := strings.LastIndexByte(s, '@')
	host, port := s[at+1:], ""
	if i := portColon(host); i >= 0 {
		host, port = host[:i], host[i+1:]
		if host == "" || !isPort(port) {
			return false
		}
	}
	switch {
	case host == "":
		return !special && at < 0
	case special:
		return isHost(host)
	}
	return isOpaqueHost(host)
}

// portColon is the place of the first colon outside brackets, or -1.
func portColon(host string) int {
	inside := false
	for i := range len(host) {
		switch host[i] {
		case '[':
			inside = true
		case ']':
			inside = false
		case ':':
			if !inside {
				return i
			}
		}
	}
	return -1
}

func isPort(s string) bool {
	if strings.Trim(s, "0123456789") != "" {
		return false
	}
	s = strings.TrimLeft(s, "0")
	return len(s) < 5 || len(s) == 5 && s <= "65535"
}

// The standard's forbidden host code points, and those that a domain must not
// have on top of them.
const (
	forbiddenInHost   = "\x00\t\n\r #/:<>?@[\\]^|"
	forbiddenInDomain = forbiddenInHost + "%\x7f\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"
)

func isOpaqueHost(h string) bool {
	if strings.HasPrefix(h, "[") {
		return isIPv6(h)
	}
	return !strings.ContainsAny(h, forbiddenInHost)
}

func isIPv6(h string) bool {
	inner, ok := strings.CutSuffix(strings.TrimPrefix(h, "["), "]")
	if !ok || strings.Contains(inner, "%") {
		return false
	}
	a, err := netip.ParseAddr(inner)
	return err == nil && a.Is6()
}

func isHost(h string) bool {
	if strings.HasPrefix(h, "[") {
		return isIPv6(h)
	}
	d, ok := domain(percentDecoded(h))
	if !ok || d == "" || strings.ContainsAny(d, forbiddenInDomain) {
		return false
	}
	return !endsInNumber(d) || isIPv4(d)
}

func percentDecoded(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+2 < len(s) && s[i] == '%' {
			if c, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

// domain is the standard's "domain to ASCII", not strict.
func domain(s string) (string, bool) {
	s = strings.ToLower(s)
	if !strings.Contains(s, "xn--") && isASCII(s) {
		return s, true
	}
	d, err := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckJoiners(true), idna.CheckHyphens(false),
		idna.StrictDomainName(false), idna.VerifyDNSLength(false), idna.Transitional(false)).ToASCII(s)
	return d, err == nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func endsInNumber(d string) bool {
	parts := strings.Split(d, ".")
	if len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	last := parts[len(parts)-1]
	if last != "" && strings.Trim(last, "0123456789") == "" {
		return true
	}
	return ipNumber(last) != nil
}

// isIPv4 is the standard's IPv4 parser: one to four numbers, decimal, octal or
// hexadecimal, the last of which fills the bytes that are left.
func isIPv4(d string) bool {
	parts := strings.Split(strings.TrimSuffix(d, "."), ".")
	if len(parts) > 4 {
		return false
	}
	for i, p := range parts {
		n := ipNumber(p)
		limit := big.NewInt(256)
		if i == len(parts)-1 {
			limit.Lsh(big.NewInt(1), uint(8*(5-len(parts))))
		}
		if n == nil || n.Cmp(limit) >= 0 {
			return false
		}
	}
	return true
}

func ipNumber(s string) *big.Int {
	base, digits := 10, s
	switch {
	case s == "" || len(s) > 100:
		return nil
	case len(s) >= 2 && (s[:2] == "0x" || s[:2] == "0X"):
		base, digits = 16, s[2:]
	case len(s) >= 2 && s[0] == '0':
		base, digits = 8, s[1:]
	}
	if digits == "" {
		return new(big.Int)
	}
	if strings.ContainsAny(digits, "+-_") {
		return nil
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return nil
	}
	return n
}
