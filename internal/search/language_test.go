package search

import (
	"strings"
	"testing"
)

// TestStems: words that are forms of each other have one stem, which is the
// beginning of each; others have others.
func TestStems(t *testing.T) {
	same := map[string][]string{
		"en": {"policy policies", "rotate rotated rotating rotates", "deploy deploys deployed deploying", "cache caching cached"},
		"de": {"haus hauser hausern", "bestellung bestellungen", "dienst dienste diensten dienstes", "karte karten", "verfugbarkeit verfugbarkeiten", "minute minuten"},
		"es": {"servicio servicios", "publicar publicacion publicaciones publicado", "equipo equipos", "usuaria usuarias usuario usuarios"},
		"fr": {"deploiement deploiements", "publication publications", "publier publies publiee", "journal journaux", "serveur serveurs", "equipe equipes"},
		"it": {"servizio servizi", "pubblicare pubblicazione pubblicazioni pubblicato", "banca banche", "utente utenti", "configurazione configurazioni"},
		"pt": {"servico servicos", "publicar publicacao publicacoes publicado", "portal portais", "equipe equipes", "usuaria usuarios"},
	}
	for lang, groups := range same {
		seen := map[string]string{}
		for _, group := range groups {
			words := strings.Fields(group)
			root := stem(lang, words[0])
			for _, w := range words {
				s := stem(lang, w)
				if s != root || len(s) < 3 || !strings.HasPrefix(w, s) {
					t.Errorf("%s: %q has the stem %q, %q has %q", lang, w, s, words[0], root)
				}
			}
			if other, ok := seen[root]; ok {
				t.Errorf("%s: %q and %q have the stem %q", lang, group, other, root)
			}
			seen[root] = group
		}
	}
}

func TestLanguage(t *testing.T) {
	for tag, want := range map[string]string{"": "en", "en": "en", "EN-gb": "en", "pt-BR": "pt", "pt_PT": "pt", "it": "it", "cs": "", "x": "", "-": ""} {
		if got := language(tag); got != want {
			t.Errorf("language(%q) = %q, want %q", tag, got, want)
		}
	}
}

// TestFormsByLanguage: a form is one in its own language only.
func TestFormsByLanguage(t *testing.T) {
	page := func(url, lang, text string) Doc {
		return Doc{URL: url, Kind: "docs", Title: url, Lang: lang, Sections: []Section{{Text: text}}}
	}
	r := build(t, []Doc{
		page("de/", "de", "Zwei Häuser stehen dort."), page("en/", "en", "The hauser method and two policies."),
		page("it/", "it-IT", "Due pubblicazioni"), page("cs/", "cs", "policies"),
	}).open(t)
	for q, want := range map[string]string{"Haus ": "de/", "pubblicare ": "it/", "policy ": "en/", "hauser ": "de/ en/"} {
		if got := strings.Join(urls(find(t, r, q)), " "); got != want {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, x := range []struct {
		typed, other string
		most         int
		prefix       bool
		want         int
	}{
		{"orders", "orders", 2, false, 0}, {"odrers", "orders", 2, false, 1}, {"rders", "orders", 1, false, 1},
		{"ordders", "orders", 1, false, 1}, {"orxers", "orders", 1, false, 1}, {"sredro", "orders", 2, false, 3},
		{"orders", "order", 1, false, 1}, {"ordres", "ordersservice", 1, false, 2}, {"ordr", "orders", 1, true, 1},
		{"paymn", "payments", 1, true, 1}, {"pyamen", "payments", 1, true, 1}, {"xyamen", "payments", 1, true, 2},
		{"straße", "strasse", 1, false, 2}, {"日本", "日木", 1, false, 1},
	} {
		if got := distance([]rune(x.typed), []rune(x.other), x.most, x.prefix); got != x.want {
			t.Errorf("from %q to %q, at most %d, prefix %v: %d, want %d", x.typed, x.other, x.most, x.prefix, got, x.want)
		}
	}
}
