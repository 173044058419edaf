package secret_test

import (
	"encoding/json"
	"errors"
	"fmt"
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
