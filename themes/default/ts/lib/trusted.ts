// The address of a worker's script, as new Worker takes it.

/**
 * trusted is the address where policies ask for trusted types. The addresses it is
 * given are those of the page's own scripts.
 */
export function trusted(url: string): string {
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(s: string): string } } }).trustedTypes;
  return types ? types.createPolicy("callboard-search", { createScriptURL: (s: string) => s }).createScriptURL(url) : url;
}
