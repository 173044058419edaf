package search

import (
	"strings"
	"sync"
)

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

var endingsOf = sync.OnceValue(func() map[string][]ending {
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
})

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
	for _, e := range endingsOf()[lang] {
		if n := len(w) - len(e.text) + e.keep; n >= e.least && strings.HasSuffix(w, e.text) {
			return w[:n]
		}
	}
	return w
}

// stopwords are the words that hold questions together; a document need not
// have them, nor what an apostrophe cuts off, as in "what's". Words that may be names
// of things are left out. An index has those of its languages; see meta.
var stopwords = map[string]string{
	"de": " aber alles als auf aus bei bin das dem den der des die durch ein eine einen einer es etwas fur gibt haben ich im in ist jemand kann man mein mit nach oder sich sind um und uns unser von was welche welcher wenn wer wie wir wird wo zu zum zur ",
	"en": " a about already am an and any anybody anyone anything anywhere are as at be been by can could d did didn do does doesn don everyone everything explain find for from get had happen happens has have help how i if in into is isn it its ll m may me might must my need of on or our please re s shall should show some somebody someone something somewhere t tell that the their them there these they this those to us ve want was we were what when where which who whom whose why will with work works would you your ",
	"es": " al algo alguien como con cual cuando de del donde el en es esta hay la las lo los mi para por puedo que quien se son su un una y ",
	"fr": " a au aux avec c ce ces comment d dans de des du elle en est et il j je l la le les leur ma mes mon nous on ou par pour puis qu quand que quel quelle quelque quelques qui sa se ses son sont sur un une vous ",
	"it": " a ai al all alla che chi ci come con cosa cos d da dal dall dei del dell della delle di dove e gli ho i il in io l la le lo mi nel nell nella per posso puo qualche qualcosa qualcuno quale quando si sono su sul sull un una uno ",
	"pt": " a algo alguem ao aos as com como da das de do dos e em esta eu na nas no nos o onde os para por posso qual quando que quem sao se um uma ",
}

func isStopword(lang, word string) bool {
	return strings.Contains(stopwords[lang], " "+word+" ")
}
