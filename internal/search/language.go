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
	"de": " aber alles als am an auf aus bedeutet bei beim bekomme bekommt bin da damit dann darf das deine dem den der des dich die diese dieser dieses du durch ein eine einen einer eines er es etwas finde findet fur geht gibt haben hat hier ich ihr ihre im in irgendwo ist jede jeden jemand kann kein keine konnen mache machen macht man mein meine meinen mir mit muss mussen nach nicht noch nur ob oder ohne passiert schon sein sich sie sind soll sollte uber um und uns unser unsere unter vom von vor wann warum was welche welcher wem wen wenn wer werden weshalb wie wieso wieviel wir wird wo wofur woher wohin womit wurde zu zum zur zwischen ",
	"en": " a about already am an and any anybody anyone anything anywhere are as at be been by can could d did didn do does doesn don everyone everything explain find for from get had happen happens has have help how i if in into is isn it its ll m may me might must my need of on or our please re s shall should show some somebody someone something somewhere t tell that the their them there these they this those to us ve want was we were what when where which who whom whose why will with work works would you your ",
	"es": " al algo alguien ante cada como con cual cuales cuando cuanta cuantas cuanto cuantos de debe debemos debo del desde donde el ella ellas ellos en entre es esa ese eso esta estamos estan estas este esto estos estoy hace hacen hacer hago han hasta hay hemos la las le les lo los mas me mi mis muy necesito ni no nos nuestra nuestro o otra otro para pero podemos por porque pueda puede pueden puedo que quien quienes quiero se sea ser si sin sobre somos son soy su sus tambien tengo tiene tienen tu un una unas uno unos y ",
	"fr": " a a-t-il a-t-on ai au aux avec avez avoir avons c ce cela ces cet cette chez comment d dans de des dois doit doit-on donc du elle elles en est est-ce et etre faire fait faut faut-il font ici il ils j je l la le les leur lui m ma mes mon n ne nos notre nous on ont ou par pas peut peut-on peux plus pour pourquoi puis puis-je qu quand que quel quelle quelles quelque quelques quels qui s sa sans se ses soi son sont sous sur t ta tes tous tout toute toutes tu un une vers vos votre vous y y-a-t-il ",
	"it": " a abbiamo ai al alcuni all alla alle allo anche avere c che chi ci come con cos cosa cui d da dai dal dall dalla dalle dallo degli dei del dell della delle deve devo di dobbiamo dove e essere fa faccio fanno fare gli ha hai hanno ho i il in io l la le lo loro ma mi mia mie miei mio ne negli nei nel nell nella nelle nello noi non nostra nostro o ogni per perche possiamo posso possono puo puoi qualche qualcosa qualcuno quale quali quando quanta quante quanti quanto quella quello questa queste questi questo se sei senza si sia siamo sono sta su sugli sui sul sull sulla sulle sullo tra un una uno vengono viene ",
	"pt": " a algo alguem ao aos as ate cada com como da das de dela dele deve devemos devo do dos e ela elas ele eles em essa esse esta estao este estes estou eu faco faz fazer foi ha isso isto ja la mais mas me meu minha muito na nao nas nem no nos nossa nosso o onde os ou para pela pelas pelo pelos pode podem podemos por porque posso preciso quais qual quando quanta quantas quanto quantos que quem quero sao se sem ser seu seus sobre somos sou sua suas tem temos tenho um uma umas uns voce ",
}

func isStopword(lang, word string) bool {
	return strings.Contains(stopwords[lang], " "+word+" ")
}
