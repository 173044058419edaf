package catalog

import "strings"

// slugOf makes a name of a text: letters, digits and single hyphens, at most 63.
func slugOf(s string, lower bool) string {
	var b strings.Builder
	hyphen := false
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			b.WriteRune(r)
		default:
			hyphen = true
		}
		if b.Len() > 63 {
			return ""
		}
	}
	if lower {
		return strings.ToLower(b.String())
	}
	return b.String()
}
