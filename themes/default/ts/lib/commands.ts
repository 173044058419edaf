// What the palette does by ">": commands, filtered by what follows.

import { act } from "./acts.ts";
import { catalog, refOf, shown } from "./catalogdata.ts";
import { copyText, permanentLink } from "./copy.ts";
import { one, say } from "./dom.ts";
import { findEntities } from "./finder.ts";
import type { Group, Row } from "./listbox.ts";
import { match } from "./match.ts";
import { chooseTeam, star } from "./personal.ts";
import { alone, kindTint, parseRef, refText } from "./refs.ts";
import { chosenTeam, exported, imported, myTeam, putTeamFirst, remember, remembered, stars, teamFirst } from "./store.ts";
import { nextTheme, toggleDensity } from "./theme.ts";

// What is typed, or put into the field by a command, to be asked for more.
const teamPrompt = ">my team:";
const importPrompt = ">import:";

/** commandGroups is what a text that begins with ">" shows. */
export async function commandGroups(text: string): Promise<Group[]> {
  const after = (prompt: string): string | undefined => (text.toLowerCase().startsWith(prompt) ? text.slice(prompt.length).trim() : undefined);
  const team = after(teamPrompt);
  if (team !== undefined) return [{ title: "My team is", rows: await teams(team.toLowerCase()) }];
  const settings = after(importPrompt);
  if (settings !== undefined) return [{ title: "Import my settings", rows: [importing(settings)] }];
  return [{ title: "Commands", rows: filtered([...ofPage(), ...ofReader()], text.slice(1).trim().toLowerCase()) }];
}

const command = (label: string, run: () => unknown, sub = "", icon = "terminal"): Row => ({ icon, label, sub, run: () => void run() });

function filtered(rows: Row[], query: string): Row[] {
  if (!query) return rows;
  const scored = rows.flatMap((row) => {
    const m = match(query, String(row.label));
    return m ? [{ row, score: m.score }] : [];
  });
  return scored.sort((a, b) => b.score - a.score).map((x) => x.row);
}

// ofPage are the commands about the page and its entity.
function ofPage(): Row[] {
  const { ref } = document.body.dataset;
  const out = [command("Copy link to this page", () => copyText(permanentLink(), "Link copied"), "y", "link")];
  if (ref) {
    const starred = stars().includes(ref);
    out.unshift(command(starred ? "Remove star" : "Star this page", () => star(ref), "s", starred ? "star-fill" : "star"));
    out.push(command("Copy reference", () => copyText(ref, "Reference copied"), "Y", "copy"));
  }
  const links = { runbook: ["Open runbook", "book", "r"], source: ["Open source", "code", "o"], edit: ["Edit entry", "pencil", "e"] } as const;
  for (const [name, [label, icon, sub]] of Object.entries(links)) {
    const a = act(name as keyof typeof links);
    if (a) out.push({ icon, label, sub, href: a.href });
  }
  const team = one("[data-my-team]")?.dataset.myTeam;
  if (team && team !== chosenTeam()) out.push(command("This is my team", () => chooseTeam(team), "", "group"));
  return out;
}

// ofReader are the commands about how the portal is for this reader.
function ofReader(): Row[] {
  const nokeys = remembered("nokeys", false);
  const compact = document.documentElement.dataset.density === "compact";
  const out: Row[] = [
    command("Switch colour theme", nextTheme, document.documentElement.dataset.theme ?? "as the system", "moon"),
    command(compact ? "Comfortable rows" : "Compact rows", toggleDensity, "density", "list"),
    ...(alone() ? [] : [{ icon: "group", label: "Set my team", sub: myTeam(), asks: `${teamPrompt} ` }]),
  ];
  if (myTeam()) {
    const first = teamFirst().length > 0;
    out.push(command(first ? "Search without putting my team first" : "Search with my team first", () => switchTeam(!first), myTeam(), "group"));
    if (chosenTeam()) out.push(command("Forget my team", () => chooseTeam(), "", "x"));
  }
  return [
    ...out,
    command(nokeys ? "Turn on single-key shortcuts" : "Turn off single-key shortcuts", () => switchKeys(!nokeys)),
    command("Export my settings", () => copyText(exported(), "Settings copied"), "copies JSON", "copy"),
    { icon: "download", label: "Import my settings", sub: "from JSON", asks: `${importPrompt} ` },
  ];
}

function switchKeys(off: boolean): void {
  remember("nokeys", off || undefined);
  say(off ? "Single-key shortcuts are off" : "Single-key shortcuts are on");
}

function switchTeam(first: boolean): void {
  putTeamFirst(first);
  say(first ? "What your team owns comes first" : "Your team is not put first");
}

async function teams(query: string): Promise<Row[]> {
  const c = await catalog();
  return findEntities(c, query, "group", 50).map(({ row }) => {
    const ref = refText(refOf(c, row));
    return { ...command(shown(c, row), () => chooseTeam(ref), parseRef(ref).name, "group"), tint: kindTint("group") };
  });
}

function importing(text: string): Row {
  if (!text) return { icon: "info", label: "Paste what “Export my settings” copied, then press Enter" };
  return command("Take over these settings and reload", () => {
    if (imported(text)) location.reload();
    else say("This is not what “Export my settings” copied");
  });
}
