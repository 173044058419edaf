// Questions that the catalog answers in one row, such as "who owns payments".

/** Question is what is asked of which entity, by its name. */
export interface Question {
  about: string;
  name: string;
}

const things = "owner|runbook|dashboard|logs|alerts|source|chat";
const patterns = [
  /^who (?<about>owns) (?<name>.+)$/,
  new RegExp(`^(?<about>${things}) (?:(?:of|for) )?(?<name>.+)$`),
  new RegExp(`^(?<name>.+?)(?:'s)? (?<about>${things})$`),
];

/** question reads a text in lower case, null if it asks nothing. */
export function question(text: string): Question | null {
  for (const p of patterns) {
    const found = p.exec(text.replace(/\s*\?$/, ""))?.groups;
    if (found?.name) return { about: found.about === "owns" ? "owner" : (found.about ?? ""), name: found.name.trim() };
  }
  return null;
}
