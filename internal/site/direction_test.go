package site

import "testing"

func TestDirection(t *testing.T) {
	for language, want := range map[string]string{"": "", "en": "", "ar": "rtl", "he-IL": "rtl", "FA": "rtl", "are": "", "az-Arab": ""} {
		if got := direction(language); got != want {
			t.Errorf("%q: %q, want %q", language, got, want)
		}
	}
}
