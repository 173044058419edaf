package secret_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"callboard/internal/secret"
)

func TestNothingPrintsASecret(t *testing.T) {
	const text = "ghp_marked"
	s := secret.New(" " + text + "\n")
	b, err := json.Marshal(map[string]any{"s": s, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s), fmt.Sprintf("%+v", struct{ S secret.String }{s}),
		fmt.Sprintf("%v", []secret.String{s}), string(b), fmt.Errorf("with %v", s).Error(), secret.Hide("said "+text, s),
	} {
		if strings.Contains(got, text) || strings.Contains(got, fmt.Sprintf("%x", text)) {
			t.Errorf("%q shows the secret", got)
		}
		if !strings.Contains(got, "[secret]") {
			t.Errorf("%q does not tell that there is a secret", got)
		}
	}
	if s.Reveal() != text {
		t.Error(errors.New("the secret is lost"))
	}
	if !secret.New(" ").IsZero() || secret.New("").String() != "" {
		t.Error("no secret is shown as one")
	}
	if got := secret.Hide("as it was", secret.New("")); got != "as it was" {
		t.Errorf("hiding nothing gives %q", got)
	}
}

// TestForms: whoever repeats a secret may spell it in another way.
func TestForms(t *testing.T) {
	const text = `gh+p/mark"ed=1234`
	s := secret.New(text)
	for _, form := range []string{
		text, url.QueryEscape(text), url.PathEscape(text), fmt.Sprintf("%q", text),
		base64.StdEncoding.EncodeToString([]byte(":" + text)), base64.StdEncoding.EncodeToString([]byte("u:" + text)),
		base64.URLEncoding.EncodeToString([]byte("us:" + text + "\xff\xff")), base64.RawStdEncoding.EncodeToString([]byte("usr:" + text)),
	} {
		if got := secret.Hide("it said "+form+" to us", s); got == "it said "+form+" to us" || !strings.HasPrefix(got, "it said ") || !strings.HasSuffix(got, " to us") || !strings.Contains(got, "[secret]") {
			t.Errorf("%s is shown: %s", form, got)
		}
		if !s.In([]byte("it said " + form)) {
			t.Errorf("%s is not found", form)
		}
	}
	if s.In([]byte("it said nothing")) || secret.New("").In(nil) || secret.New("short").In([]byte("c2hvcn")) {
		t.Error("a secret is found where there is none")
	}
}
