// Stems of words by language, as internal/search/language.go has them: the same
// lists of endings, read in the same way.

const endings: Record<string, string> = {
  de: "4 ungen ung heiten heit keiten keit lichen licher liches liche lich 6 tes tet ten te 4 ern em en er es s 3 e",
  es: "4 aciones acion amientos amiento imientos imiento adores adoras adora ador mente iendo ando adas ados ada ado idas idos ida ido aron ieron amos emos imos 3 ar er ir es as os a e o s",
  fr: "4 ations ation ements ement ateurs ateur euses euse eurs eur ables able ibles ible iques ique antes ante ants ant aient ait ees ent ons ee 1aux 1al 3 er ez es e s x",
  it: "4 azione azioni amenti amento imenti imento mente abili abile ibili ibile atori atore atrici atrice andosi ando endo arsi ersi irsi iamo 3 are ere ire ato ata ati ate uto uta uti ute ito ita iti ite ano ono 1chi 1che 1ghi 1ghe io ia ie ii a e i o",
  pt: "4 acoes acao coes cao amentos amento imentos imento mente adores adoras adora ador ando endo indo adas ados ada ado idas idos ida ido aram eram iram amos emos imos 1ais 1al 3 ar er ir oes ao es as os a e o s",
};

interface Ending {
  text: string;
  keep: number;
  least: number;
}

const read = (list: string): Ending[] => {
  let least = 3;
  return list.split(" ").flatMap((f) => {
    const digit = Number(f[0]);
    if (f.length === 1 && digit >= 0) {
      least = digit;
      return [];
    }
    return { text: digit >= 0 ? f.slice(1) : f, keep: digit || 0, least };
  });
};

const endingsOf: Record<string, Ending[]> = {};

/** language is the language of a text as far as there is a stemmer for it. */
export function language(tag: string): string {
  const base = (tag || "en").split(/[-_]/)[0]!.toLowerCase();
  return base === "en" || endings[base] ? base : "";
}

/** stem is a light stem of a folded word, always a beginning of it. */
export function stem(lang: string, w: string): string {
  if (w.length < 4 || !/^[a-z]+$/.test(w)) return w;
  if (lang === "en") return english(w);
  const list = endings[lang];
  if (!list) return w;
  for (const e of (endingsOf[lang] ??= read(list))) {
    const n = w.length - e.text.length + e.keep;
    if (n >= e.least && w.endsWith(e.text)) return w.slice(0, n);
  }
  return w;
}

/** root is what the forms of an English word have in common, those of other sorts of words, too. */
export function root(w: string): string {
  w = stem("en", w);
  const rest = w.replace(/^([a-z]{4,}?)(?:(i[sz])ation|ion|ment|al)$/, "$1$2");
  return rest === w ? w : trimE(rest);
}

const vowel = /[aeiouy]/;

function english(w: string): string {
  const less = (n: number): string => w.slice(0, -n);
  const verb = (n: number): boolean => w.length - n >= 3 && vowel.test(less(n));
  if (w.length > 5 && /ie[sd]$/.test(w)) return less(3);
  if (w.endsWith("ing") && verb(3)) return trimE(undouble(less(3)));
  if (w.endsWith("ed") && verb(2)) return trimE(undouble(less(2)));
  if (/(ss|us|is)$/.test(w)) return w;
  return trimE(w.endsWith("s") ? less(1) : w);
}

const trimE = (w: string): string => (w.length > 3 && /(e|[^aeiou]y)$/.test(w) ? w.slice(0, -1) : w);
const undouble = (w: string): string => (w.length > 3 && /([bdgmnprt])\1$/.test(w) ? w.slice(0, -1) : w);
