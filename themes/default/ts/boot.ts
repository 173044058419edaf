// Runs before the first paint: restores theme and density, and tells the styles
// that scripts run. Must stay under 400 bytes.
const root = document.documentElement;
try {
  const theme = localStorage.getItem("cb:theme");
  const density = localStorage.getItem("cb:density");
  if (theme) root.dataset.theme = JSON.parse(theme);
  if (density) root.dataset.density = JSON.parse(density);
} catch {
  // Storage may be refused; the page is then as the system wants it.
}
root.classList.add("js");
// From a disk, nobody finds the page of a directory.
if (location.protocol === "file:")
  addEventListener("click", (e) => {
    const a = (e.target as Element).closest?.("a");
    if (a && a.pathname.endsWith("/")) a.pathname += "index.html";
  });
