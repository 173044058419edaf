// Package secret holds strings that do not print. A token that ends up in a
// log, an error, a page or the state of a crawl is a token that has leaked.
package secret

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const shown = "[secret]"

// String is a secret. Every way of printing or encoding it shows that there is
// one, and nothing of it.
type String struct{ text string }

// New makes a secret of a text, without the white space around it that files
// and variables are given by accident.
func New(text string) String { return String{strings.TrimSpace(text)} }

// Reveal is the text itself, for the one request or program that needs it.
func (s String) Reveal() string { return s.text }

// IsZero tells that there is no secret.
func (s String) IsZero() bool { return s.text == "" }

// String shows that there is a secret.
func (s String) String() string {
	if s.IsZero() {
		return ""
	}
	return shown
}

// Format is String, whatever the verb.
func (s String) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText is String, for encoders.
func (s String) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Hide is a text without any of the secrets, for messages of other people's
// servers and programs, which may repeat what they were given: as it is, in an
// address, in quotes, or in a header that is in base64.
func Hide(text string, secrets ...String) string {
	for _, s := range secrets {
		for _, form := range s.forms() {
			text = strings.ReplaceAll(text, form, shown)
		}
	}
	return text
}

// In tells whether a text has the secret, in one of the forms that Hide hides.
func (s String) In(text []byte) bool {
	return slices.ContainsFunc(s.forms(), func(form string) bool { return bytes.Contains(text, []byte(form)) })
}

// forms are the ways in which a text may have the secret, each once.
func (s String) forms() []string {
	if s.IsZero() {
		return nil
	}
	quoted := strconv.Quote(s.text)
	out := []string{s.text, url.QueryEscape(s.text), url.PathEscape(s.text), quoted[1 : len(quoted)-1]}
	for before := range 3 {
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			out = append(out, within(alphabet, s.text, before))
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(form string) bool { return form == "" })
}

// within is what base64 has of a text that comes after so many bytes of a group of
// three, whatever is around it: the user's name before a password, for one. It is
// "" if that is so little that it could be anything.
func within(alphabet *base64.Encoding, text string, before int) string {
	const least = 12
	all := alphabet.EncodeToString(append(make([]byte, before), text...))
	from := (before*8 + 5) / 6 // what the bytes before have a part in
	to := (before + len(text)) * 8 / 6
	if to-from < least {
		return ""
	}
	return all[from:to]
}
