// Diagrams: drawn at build, complete as they are. Here nodes are walked by
// arrows, the neighbours of one are put forward, and the drawing is zoomed and
// dragged.

import { all, attrs, enhance, one } from "./lib/dom.ts";

const ways: Record<string, [x: number, y: number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

interface Point {
  x: number;
  y: number;
}

function centre(node: Element): Point {
  const r = (one<SVGElement>("rect", node) ?? node).getBoundingClientRect();
  return { x: r.x + r.width / 2, y: r.y + r.height / 2 };
}

// nearest is the node one arrives at by an arrow: near, and rather straight on
// than aside.
function nearest(nodes: SVGElement[], from: Element, [dx, dy]: [number, number]): SVGElement | undefined {
  const a = centre(from);
  let best: SVGElement | undefined;
  let least = Infinity;
  for (const node of nodes) {
    const b = centre(node);
    const along = (b.x - a.x) * dx + (b.y - a.y) * dy;
    const aside = Math.abs((b.x - a.x) * dy) + Math.abs((b.y - a.y) * dx);
    if (node === from || along < 4 || along + 2 * aside >= least) continue;
    best = node;
    least = along + 2 * aside;
  }
  return best;
}

// forward marks a node, the lines of its edges and their other ends with the
// class "on", and the drawing with "dim", as long as the node is pointed at or has the focus.
function forward(svg: SVGElement): void {
  const edges = all<SVGElement>("[data-f]", svg);
  const nodes = new Map(all<SVGElement>("[data-n]", svg).map((n) => [n.dataset.n, n]));
  const show = (e: Event): void => {
    const over = e.type === "pointerout" || e.type === "focusout" ? (e as MouseEvent | FocusEvent).relatedTarget : e.target;
    const node = over instanceof Element ? over.closest<SVGElement>("[data-n]") : null;
    svg.classList.toggle("dim", node !== null);
    for (const x of all(".on", svg)) x.classList.remove("on");
    node?.classList.add("on");
    for (const edge of node ? edges : []) {
      const { f, t } = edge.dataset;
      if (f !== node?.dataset.n && t !== node?.dataset.n) continue;
      for (const x of [...edge.children, nodes.get(f), nodes.get(t)]) x?.classList.add("on");
    }
  };
  for (const type of ["pointerover", "pointerout", "focusin", "focusout"]) svg.addEventListener(type, show);
}

function zooming(box: HTMLElement, svg: SVGElement): void {
  const width = Number(svg.getAttribute("width"));
  const height = Number(svg.getAttribute("height"));
  let scale = 1;
  // What is at (x, y) of the box stays there.
  const zoom = (to: number, x = box.clientWidth / 2, y = box.clientHeight / 2): void => {
    const next = Math.min(3, Math.max(0.5, to));
    const by = next / scale;
    scale = next;
    attrs(svg, { width: width * scale, height: height * scale });
    box.scrollTo((box.scrollLeft + x) * by - x, (box.scrollTop + y) * by - y);
  };
  box.addEventListener("keydown", (e) => {
    const to = { "+": scale * 1.25, "=": scale * 1.25, "-": scale / 1.25, "0": 1 }[e.key];
    if (to === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    zoom(to);
  });
  box.addEventListener(
    "wheel",
    (e) => {
      if (!e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      const r = box.getBoundingClientRect();
      zoom(scale * Math.exp(-e.deltaY / 300), e.clientX - r.x, e.clientY - r.y);
    },
    { passive: false },
  );
}

// dragging pans by mouse; fingers scroll the box by themselves.
function dragging(box: HTMLElement): void {
  box.addEventListener("pointerdown", (e) => {
    if (e.button !== 0 || e.pointerType !== "mouse" || (e.target as Element).closest("a")) return;
    const from = { x: box.scrollLeft + e.clientX, y: box.scrollTop + e.clientY };
    const move = (m: PointerEvent): void => box.scrollTo(from.x - m.clientX, from.y - m.clientY);
    const end = (): void => box.removeEventListener("pointermove", move);
    box.setPointerCapture(e.pointerId);
    box.addEventListener("pointermove", move);
    box.addEventListener("lostpointercapture", end, { once: true });
  });
}

function live(box: HTMLElement): void {
  const svg = one<SVGElement>("svg", box);
  if (!svg) return;
  const subject = one<SVGElement>(".me", svg);
  if (subject) {
    const r = box.getBoundingClientRect();
    const at = centre(subject);
    box.scrollBy(at.x - r.x - r.width / 2, at.y - r.y - r.height / 2);
  }
  const links = all<SVGElement>("a[data-n]", svg);
  svg.addEventListener("keydown", (e) => {
    const way = ways[e.key];
    const here = (e.target as Element).closest("[data-n]");
    const next = way && here && !e.ctrlKey && !e.metaKey && !e.altKey ? nearest(links, here, way) : undefined;
    if (!next) return;
    e.preventDefault();
    next.focus();
  });
  forward(svg);
  zooming(box, svg);
  dragging(box);
}

for (const box of all(".graph")) enhance("diagram", () => live(box));
