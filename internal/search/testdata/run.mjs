// Runs the browser's reader in Node: reads {data, meta, texts, queries} from
// stdin and writes what it makes of them, for comparison with the Reader in Go.
import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { fold, openIndex, parseQuery, scan, stem } from "./reader.mjs";

const job = JSON.parse(readFileSync(0, "utf8"));

let bytes = 0;
globalThis.fetch = async (url) => {
  const body = await readFile(url);
  bytes += body.length;
  return new Response(body, { headers: { "content-type": "application/octet-stream" } });
};

const cut = (s) => Array.from(s).slice(0, 48).join("");
const tokens = (text) => scan(text).flatMap((w) => [w.term, ...w.parts, ...w.humps]).filter(Boolean).map(cut);
const index = await openIndex(job.data + "/", job.meta);
const results = [];
for (const q of job.queries) results.push(await index.search(q, { limit: 30 }));
process.stdout.write(JSON.stringify({
  tokens: job.texts.map(tokens),
  places: job.texts.map((t) => scan(t).map((w) => t.slice(w.start, w.end))),
  folded: job.texts.map(fold),
  stems: job.texts.map((t) => scan(t).map((w) => ["en", "de", "es", "fr", "it", "pt", ""].map((lang) => stem(lang, w.term)).join(" "))),
  parsed: job.queries.map(parseQuery),
  results,
}));
