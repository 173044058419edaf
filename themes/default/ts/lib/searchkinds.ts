// What people call kinds: what internal/search/kinds.go does.

const names: Record<string, string> = {
  team: "group", person: "user", people: "user",
  doc: "docs", document: "docs", documentation: "docs", page: "docs",
  operation: "api", endpoint: "api",
};

/** meantKind is the kind that the value of a filter means, out of those that there are: itself before all, else what has it as another word, singular or plural. */
export function meantKind(value: string, kinds: string[]): string {
  const one = value.replace(/s$/, "");
  return [value, one, names[one]].find((k) => k && kinds.includes(k)) ?? value;
}
