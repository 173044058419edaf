// The palette: what opens on Ctrl K.

import { base } from "./refs.ts";

export function openPalette(text = ""): void {
  location.assign(`${base()}search/?q=${encodeURIComponent(text)}`);
}
