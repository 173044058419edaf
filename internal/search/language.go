package search

import "strings"

// language is the language of a text as far as there is a stemmer for it: "pt"
// for "pt-BR", "en" for none, "" for one whose words are found as they stand.
func language(tag string) string {
	if tag == "" {
		return "en"
	}
	base, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	base = strings.ToLower(base)
	if _, ok := endings[base]; ok || base == "en" {
		return base
	}
	return ""
}

// endings are what the stemmers of languages other than English take off: the
// first ending that a word has is cut, if enough of the word is left. Words are
// folded, so the endings have no diacritics. A digit before an ending is how
// many of its letters stay; a number alone is how many letters must be left from
// there on. As in English, a stem is always a beginning of the word.
//
// themes/default/ts/lib/stem.ts has the same lists.
var endings = map[string]string{
	"de": "4 ungen ung heiten heit keiten keit lichen licher liches liche lich 6 tes tet ten te 4 ern em en er es s 3 e",
	"es": "4 aciones acion amientos amiento imientos imiento adores adoras adora ador mente iendo ando adas ados ada ado idas idos ida ido aron ieron amos emos imos 3 ar er ir es as os a e o s",
	"fr": "4 ations ation ements ement ateurs ateur euses euse eurs eur ables able ibles ible iques ique antes ante ants ant aient ait ees ent ons ee 1aux 1al 3 er ez es e s x",
	"it": "4 azione azioni amenti amento imenti imento mente abili abile ibili ibile atori atore atrici atrice andosi ando endo arsi ersi irsi iamo 3 are ere ire ato ata ati ate uto uta uti ute ito ita iti ite ano ono 1chi 1che 1ghi 1ghe io ia ie ii a e i o",
	"pt": "4 acoes acao coes cao amentos amento imentos imento mente adores adoras adora ador ando endo indo adas ados ada ado idas idos ida ido aram eram iram amos emos imos 1ais 1al 3 ar er ir oes ao es as os a e o s",
}

// ending is one of a language's.
type ending struct {
	text        string
	keep, least int
}

var endingsOf = func() map[string][]ending {
	out := map[string][]ending{}
	for lang, list := range endings {
		least := 3
		for _, f := range strings.Fields(list) {
			digit := int(f[0] - '0')
			switch {
			case digit > 9:
				out[lang] = append(out[lang], ending{f, 0, least})
			case len(f) == 1:
				least = digit
			default:
				out[lang] = append(out[lang], ending{f[1:], digit, least})
			}
		}
	}
	return out
}()

// stem is the stem of a word in a language: see language. Words that have one
// stem are forms of each other. It is a beginning of the word, so that the words
// of one stem stand together in the sorted list of terms and need no postings of
// their own: a reader finds them next to each other.
func stem(lang, w string) string {
	if len(w) < 4 || !isLowerASCII(w) {
		return w
	}
	if lang == "en" {
		return english(w)
	}
	for _, e := range endingsOf[lang] {
		if n := len(w) - len(e.text) + e.keep; n >= e.least && strings.HasSuffix(w, e.text) {
			return w[:n]
		}
	}
	return w
}
