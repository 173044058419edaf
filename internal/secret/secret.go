// Package secret holds strings that do not print. A token that ends up in a
// log, an error, a page or the state of a crawl is a token that has leaked.
package secret

import (
	"fmt"
	"io"
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
// servers and programs, which may repeat what they were given.
func Hide(text string, secrets ...String) string {
	for _, s := range secrets {
		if !s.IsZero() {
			text = strings.ReplaceAll(text, s.text, shown)
		}
	}
	return text
}
