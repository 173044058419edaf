package draft

import (
	"strings"

	"callboard/internal/digest"
	"callboard/internal/entity"
)

// Name makes a name of an entity of any text. A text that is a valid name stays
// as it is. In others, letters become lower case, everything but letters,
// digits, "-", "_" and "." becomes a hyphen, several become one, and what is
// not a letter or digit goes from both ends; what is longer than 63 characters
// is cut. A text of which nothing is left, such as one in another script,
// becomes "x" and eight digits of its digest.
func Name(s string) string {
	s = strings.TrimSpace(s)
	if entity.CheckName(s) == "" {
		return s
	}
	return strings.ToLower(Key(s))
}

// Kebab is Name for sources that write the same name in several ways: "_" is a
// hyphen, and letters are always in lower case.
func Kebab(s string) string {
	return strings.ToLower(Name(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "_", "-")))
}

// Tag makes a tag of any text by the same rule, with the characters that tags
// have: lower-case letters, digits, ":", "+" and "#". It is "" if nothing is
// left.
func Tag(s string) string {
	if t := strings.ToLower(slug(s, "-:+#")); entity.CheckTag(t) == "" {
		return t
	}
	return ""
}

// Key makes the part of an annotation's key that comes after the slash, by the
// rule of Name, with letters in their case.
func Key(s string) string {
	if n := slug(s, "-_."); n != "" {
		return n
	}
	return "x" + digest.Of([]byte(s)).Short()
}

// Label makes a value of a label: "tier_1", "Tier 1" and "1" are "1" if prefix
// is "tier".
func Label(s, prefix string) string {
	v := strings.ToLower(slug(s, "-_."))
	if rest := strings.Trim(strings.TrimPrefix(v, prefix), "-_. "); rest != "" {
		v = rest
	}
	return v
}

// slug keeps the letters, digits and extra characters of a text; extra begins
// with the hyphen that stands for all others.
func slug(s, extra string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		if b.Len() == maxName {
			break
		}
		word := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !word && (r == '-' || !strings.ContainsRune(extra, r)) {
			gap = b.Len() > 0
			continue
		}
		if gap && b.Len() == maxName-1 {
			break
		}
		if gap {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), "-_.")
}

const maxName = 63
