// Completing filters in the field of the search page: a combobox whose list is
// there only while a filter is being typed.

import { catalog } from "./catalogdata.ts";
import { enhance } from "./dom.ts";
import { completes, completions } from "./completions.ts";
import { Listbox } from "./listbox.ts";
import type { Row } from "./listbox.ts";

/** completeFilters offers values of filters; filled is called when one was taken. */
export function completeFilters(box: HTMLInputElement, filled: () => void): void {
  const list = new Listbox(box, (row) => take(row), "cb-complete");
  list.element.classList.add("suggest");
  list.element.hidden = true;
  box.after(list.element);
  let turn = 0;

  const hide = (): void => {
    turn++;
    if (list.size) list.show([], false);
    list.element.hidden = true;
  };
  const take = (row: Row): void => {
    if (row.asks === undefined) return;
    box.value = row.asks;
    hide();
    filled();
  };
  const look = async (): Promise<void> => {
    const mine = ++turn;
    const c = await catalog();
    if (mine !== turn) return;
    const group = completions(c, box.value);
    list.show(group.rows.length ? [group] : [], true);
    list.element.hidden = !group.rows.length;
  };

  const typed = (): void => {
    const atEnd = box.selectionStart === box.value.length;
    if (atEnd && completes(box.value)) void enhance("completion", () => look().catch(hide));
    else hide();
  };

  box.addEventListener("input", typed);
  box.addEventListener("blur", hide);
  box.addEventListener("keydown", (e) => {
    if (list.element.hidden || e.isComposing || e.shiftKey || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") list.move(e.key === "ArrowDown" ? 1 : -1);
    else if (e.key === "Enter" || e.key === "Tab") list.press();
    else if (e.key === "Escape") hide();
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
  // Some may have been typed before this came.
  if (document.activeElement === box) typed();
}
