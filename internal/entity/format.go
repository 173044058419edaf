package entity

import (
	"fmt"
	"strings"
	"unicode"
)

// The formats of Backstage's catalog model (packages/catalog-model,
// KubernetesValidatorFunctions and FieldFormatEntityPolicy). Each function
// returns "" for a valid value, else what is expected.

// The formats as regular expressions of Go, JavaScript and JSON Schema. A name,
// a namespace, a label's value and a tag have at most MaxName characters; the
// parts of a key have limits that KeyPattern does not say.
const (
	NamePattern      = `^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$`
	NamespacePattern = `^[a-z0-9]+(?:-+[a-z0-9]+)*$`
	LabelPattern     = `^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$`
	TagPattern       = `^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$`
	KeyPattern       = `^([a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$`
)

// The checks below are what the expressions say, byte by byte: each name and each
// reference of a catalog is checked, and an expression takes ten times as long.

func isLetterOrDigit(c byte) bool { return isLowerOrDigit(c) || 'A' <= c && c <= 'Z' }

func isLowerOrDigit(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// isName is NamePattern.
func isName(s string) bool {
	return joined(s, isLetterOrDigit, func(c byte) bool { return c == '-' || c == '_' || c == '.' })
}

// isDNSLabel is NamespacePattern.
func isDNSLabel(s string) bool { return joined(s, isLowerOrDigit, isHyphen) }

// isTag is TagPattern.
func isTag(s string) bool {
	return joined(s, func(c byte) bool { return isLowerOrDigit(c) || c == ':' || c == '+' || c == '#' }, isHyphen) && !strings.Contains(s, "--")
}

// isAlphanumeric tells whether a text is letters and digits, and has some.
func isAlphanumeric(s string) bool {
	return joined(s, isLetterOrDigit, func(byte) bool { return false })
}

func isHyphen(c byte) bool { return c == '-' }

// joined tells whether a text has bytes of a word alone, and between the first and
// the last one those that join words, too.
func joined(s string, word, join func(byte) bool) bool {
	for i := range len(s) {
		if !word(s[i]) && (i == 0 || i == len(s)-1 || !join(s[i])) {
			return false
		}
	}
	return s != ""
}

// MaxName is how many characters most names may have.
const MaxName = 63

const (
	wantName      = "1 to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit"
	wantNamespace = "1 to 63 lower-case letters, digits and hyphens in between"
	wantKey       = "a name of at most 63 characters, with an optional lower-case domain and a slash before it"
)

// CheckName checks metadata.name.
func CheckName(s string) string {
	if len(s) <= MaxName && isName(s) {
		return ""
	}
	return wantName
}

// CheckNamespace checks metadata.namespace, a DNS label.
func CheckNamespace(s string) string {
	if len(s) <= MaxName && isDNSLabel(s) {
		return ""
	}
	return wantNamespace
}

// CheckKind checks the form of kind.
func CheckKind(s string) string {
	if len(s) <= MaxName && isAlphanumeric(s) && s[0] > '9' {
		return ""
	}
	return "1 to 63 letters and digits, beginning with a letter"
}

// CheckAPIVersion checks apiVersion: "suffix" or "prefix/suffix".
func CheckAPIVersion(s string) string {
	prefix, suffix, two := strings.Cut(s, "/")
	if !two {
		prefix, suffix = "x", s
	}
	if isDNSSubdomain(prefix) && len(suffix) <= MaxName && isAlphanumeric(suffix) {
		return ""
	}
	return "a version such as backstage.io/v1alpha1"
}

func isDNSSubdomain(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if CheckNamespace(part) != "" {
			return false
		}
	}
	return true
}

// CheckKey checks the key of a label or an annotation.
func CheckKey(s string) string {
	prefix, name, two := strings.Cut(s, "/")
	if !two {
		prefix, name = "x", s
	}
	if isDNSSubdomain(prefix) && CheckName(name) == "" {
		return ""
	}
	return wantKey
}

// CheckLabelValue checks the value of a label, which may be empty.
func CheckLabelValue(s string) string {
	if s == "" || CheckName(s) == "" {
		return ""
	}
	return "empty, or " + wantName
}

// CheckTag checks one of metadata.tags.
func CheckTag(s string) string {
	if len(s) <= MaxName && isTag(s) {
		return ""
	}
	return "1 to 63 lower-case letters, digits, ':', '+' or '#', with single hyphens in between"
}

// CheckLinkURL checks links[].url as the WHATWG parser behind JavaScript's URL
// does: any absolute address passes, also one that must not be linked, such as
// javascript:.
func CheckLinkURL(s string) string {
	if isURL(s) {
		return ""
	}
	return "an absolute address, such as https://example.com/"
}

// CheckText checks a text that must not be blank, such as links[].title.
func CheckText(s string) string {
	if strings.TrimFunc(s, isJSSpace) != "" {
		return ""
	}
	return "text that is not blank"
}

// isJSSpace tells what String.prototype.trim of JavaScript takes away.
func isJSSpace(r rune) bool {
	return r == '\ufeff' || r != '\u0085' && unicode.IsSpace(r)
}

// FormatProblem is the message for a value that is not in its format.
func FormatProblem(field, value, want string) string {
	if r := []rune(value); len(r) > 80 {
		value = string(r[:80]) + "…"
	}
	return fmt.Sprintf("%s %q is not valid: expected %s", field, value, want)
}
