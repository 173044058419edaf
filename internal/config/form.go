package config

import (
	"net/url"
	"regexp"

	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"

	"callboard/internal/lazyregexp"
	"callboard/internal/urlpath"
)

// maxText is how many bytes a text of the configuration may have.
const maxText = 10_000

// form is what a text must look like.
type form struct {
	want  string // completes "it must be …"
	check func(string) bool
	// pattern, if set, is the part of check that a JSON Schema can say.
	pattern string
}

var colour = lazyregexp.New(colourPattern)

const colourPattern = `^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`

var kindName, relationName, iconName = lazyregexp.New(kindPattern), lazyregexp.New(relationPattern), lazyregexp.New(iconPattern)

const (
	kindPattern     = `^[a-zA-Z][a-zA-Z0-9]{0,62}$`
	relationPattern = `^[a-zA-Z0-9_]{1,63}$`
	iconPattern     = `^[a-z0-9]+(-[a-z0-9]+)*$`
)

// formOf is the form with the name that a field's tag gives.
func formOf(name string) form {
	switch name {
	case "line":
		return form{want: "one line of text", check: isLine}
	case "base":
		return form{want: "an address such as https://portal.example.com/ or a path such as /portal/, without query or fragment", check: isBase}
	case "duration":
		return form{want: `a positive duration such as "36h" or "90m"`, check: isDuration, pattern: `^[0-9]+(\.[0-9]+)?(h|m|s)`}
	case "size":
		return form{want: `a number of megabytes or gigabytes, such as "512MB"`, check: sizeForm.MatchString, pattern: sizePattern}
	case "share":
		return form{want: `a number of files, or a share of them such as "20%"`, check: shareForm.MatchString, pattern: sharePattern}
	case "address":
		return form{want: "an address that begins with https:// or http://", check: isAddress, pattern: `^https?://`}
	case "glob":
		return form{want: "a path or a glob pattern, such as **/catalog-info.yaml", check: isGlob}
	case "colour":
		return form{want: `a hexadecimal colour such as "#0a6e5c"`, check: colour.MatchString, pattern: colourPattern}
	case "kind":
		return form{want: "a kind: letters and digits, beginning with a letter", check: kindName.MatchString, pattern: kindPattern}
	case "relation":
		return form{want: "the type of a relation: letters, digits and underscores", check: relationName.MatchString, pattern: relationPattern}
	case "icon":
		return form{want: "the name of an icon: lower-case letters, digits and hyphens", check: iconName.MatchString, pattern: iconPattern}
	case "id":
		return form{want: "a number or an identifier, or a variable such as ${APP_ID}", check: idForm.MatchString, pattern: idPattern}
	case "name":
		return form{want: "a name as addresses of the host have it", check: accountName.MatchString, pattern: namePattern}
	case "slug":
		return form{want: "the names of an owner and a repository, such as acme/payments", check: isSlug, pattern: slugPattern}
	case "path":
		return form{want: "a path such as acme/platform, without slashes at its ends", check: isPath}
	case "host":
		return form{want: "the name of a host, such as git.acme.example, with its port if it has one", check: isHost, pattern: hostPattern}
	case "hosts":
		return form{want: "the name of a host, such as www.example.com, or of all hosts below one, such as *.example.com", check: isHosts, pattern: hostsPattern}
	case "regexp":
		return form{want: "a regular expression of RE2, which has no lookahead", check: isRegexp}
	case "clone":
		return form{want: "an address that git clones from, without a token in it", check: isClone}
	case "ldap":
		return form{want: "an address such as ldaps://ldap.acme.example", check: isLDAP, pattern: `^ldaps?://`}
	case "attribute":
		return form{want: "the name of an attribute, such as uid", check: attributeName.MatchString, pattern: attributePattern}
	case "audience":
		return form{want: "the name of an audience: at most 40 lower-case letters and digits, with hyphens in between", check: isAudience, pattern: audiencePattern}
	case "group":
		return form{want: "the name of a group: letters, digits, spaces and any of . _ : / @ + -", check: isGroup}
	case "endpoint":
		return form{want: "a path of the portal's host, such as /-/whoami", check: isEndpoint}
	case "link":
		return form{want: "a path such as /catalog/, or an address", check: isLink}
	}
	return form{want: "text", check: func(string) bool { return true }}
}

const sharePattern = `^([0-9]{1,9}|(100|[0-9]{1,2})%)$`

var shareForm = lazyregexp.New(sharePattern)

const sizePattern = `^[1-9][0-9]{0,5}(MB|GB)$`

var sizeForm = lazyregexp.New(sizePattern)

// Bytes is the number of bytes that a text of the form "512MB" or "2GB" stands
// for, or 0 for any other.
func Bytes(s string) int64 {
	if !sizeForm.MatchString(s) {
		return 0
	}
	n, err := strconv.ParseInt(s[:len(s)-2], 10, 64)
	if err != nil {
		return 0
	}
	if strings.HasSuffix(s, "GB") {
		return n << 30
	}
	return n << 20
}

func isLine(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }

func isGlob(s string) bool {
	return isLine(s) && strings.TrimSpace(s) != "" && doublestar.ValidatePattern(s)
}

func isDuration(s string) bool {
	d, err := time.ParseDuration(s)
	return err == nil && d > 0
}

// IsAddress tells whether a text is an address that may be asked.
func IsAddress(s string) bool { return isAddress(s) }

// IsGlob tells whether a text is a path or a pattern of paths.
func IsGlob(s string) bool { return isGlob(s) }

func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && isLine(s)
}

// CheckBaseURL returns "" for a value that baseUrl may have, else what it must
// be.
func CheckBaseURL(s string) string {
	if f := formOf("base"); len(s) > maxText || !f.check(s) {
		return f.want
	}
	return ""
}

// isBase takes what a portal's links can be put below.
func isBase(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.ForceQuery || strings.HasSuffix(s, "#") {
		return false
	}
	if strings.Contains(u.Path, "//") || strings.Contains("/"+u.Path+"/", "/../") || strings.Contains("/"+u.Path+"/", "/./") {
		return false
	}
	return isAddress(s) || u.Scheme == "" && u.Host == "" && strings.HasPrefix(s, "/") && isLine(s)
}

func isLink(s string) bool {
	if strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && !strings.HasPrefix(s, `/\`) {
		return isLine(s)
	}
	_, ok := urlpath.SafeLink(s)
	return ok
}

var (
	variable      = lazyregexp.New(variablePattern)
	idForm        = lazyregexp.New(idPattern)
	accountName   = lazyregexp.New(namePattern)
	slugForm      = lazyregexp.New(slugPattern)
	hostForm      = lazyregexp.New(hostPattern)
	attributeName = lazyregexp.New(attributePattern)
	audienceName  = lazyregexp.New(audiencePattern)
	groupName     = lazyregexp.New(groupPattern)
)

const (
	variablePattern  = `^\$\{([A-Za-z_][A-Za-z0-9_]{0,127})\}$`
	idPattern        = `^([A-Za-z0-9._-]{1,64}|\$\{[A-Za-z_][A-Za-z0-9_]{0,127}\})$`
	namePattern      = `^[A-Za-z0-9_~][A-Za-z0-9 ._~-]{0,127}$`
	slugPattern      = `^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}/[A-Za-z0-9._-]{1,100}$`
	hostPattern      = `^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$`
	hostsPattern     = `^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$`
	attributePattern = `^[A-Za-z][A-Za-z0-9;-]{0,127}$`
)

func isSlug(s string) bool {
	_, name, _ := strings.Cut(s, "/")
	return slugForm.MatchString(s) && name != "." && name != ".."
}

// isPath takes what may stand below a host, without the segments that lead
// elsewhere.
func isPath(s string) bool {
	for seg := range strings.SplitSeq(s, "/") {
		if seg == "" || seg == "." || seg == ".." {
			return false
		}
	}
	return isLine(s) && !strings.ContainsAny(s, "?#%\\")
}

// isHosts takes no pattern below which there is but a top-level domain.
func isHosts(s string) bool {
	below, wild := strings.CutPrefix(s, "*.")
	return isHost(below) && (!wild || strings.Contains(below, "."))
}

func isHost(s string) bool { return hostForm.MatchString(s) && !strings.Contains(s, "..") }

// maxPattern bounds expressions that hosts' names are compared with.
const maxPattern = 1000

func isRegexp(s string) bool {
	if len(s) > maxPattern {
		return false
	}
	_, err := regexp.Compile(s)
	return err == nil
}

// isClone takes addresses and paths that git takes, but none that would be an
// option, run a helper, or hold a secret.
func isClone(s string) bool {
	if !isLine(s) || strings.HasPrefix(s, "-") || strings.Contains(s, "::") {
		return false
	}
	if !strings.Contains(s, "://") {
		return true
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" && u.Scheme != "file" {
		return false
	}
	_, hasPassword := u.User.Password()
	return slices.Contains([]string{"https", "http", "ssh", "git", "file"}, u.Scheme) && !hasPassword && (u.User == nil || u.Scheme == "ssh")
}

func isLDAP(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "ldaps" || u.Scheme == "ldap") && u.Host != "" && u.User == nil && isLine(s)
}

// holdsSecret tells whether an address has a password, or a user where only a
// token would stand.
func holdsSecret(s string) bool {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		authority, _, _ := strings.Cut(rest, "/")
		user, _, found := strings.Cut(authority, "@")
		return found && (strings.Contains(user, ":") || !strings.HasPrefix(s, "ssh://"))
	}
	return false
}
