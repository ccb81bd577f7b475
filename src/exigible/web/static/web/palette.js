// The palette: one field, results as HTML from the server, arrows to walk them. The field keeps the focus.

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const results = document.getElementById("palette-results");

const options = () => [...results.querySelectorAll('[role="option"]:not([aria-disabled])')];

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

export function openPalette() {
  if (!dialog) return false;
  if (!dialog.open) dialog.showModal();
  input.select();
  input.dispatchEvent(new Event("palette-open"));
  return true;
}

function walk(step) {
  const all = options();
  if (!all.length) return;
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(all[(at + step + all.length) % all.length]);
}

const WALKS = { ArrowDown: 1, ArrowUp: -1 };

if (dialog) {
  input.addEventListener("keydown", (event) => {
    if (WALKS[event.key]) {
      event.preventDefault();
      walk(WALKS[event.key]);
    } else if (event.key === "Enter") {
      const chosen = options().find((option) => option.getAttribute("aria-selected") === "true");
      if (!chosen) return;
      event.preventDefault();
      dialog.close();
      chosen.click();
    }
  });
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    if (detail.ctx.target === results) choose(options()[0]);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-palette]")) {
      event.preventDefault();
      openPalette();
    } else if (event.target === dialog || event.target.closest?.("#palette-results a")) dialog.close();
  });
}
