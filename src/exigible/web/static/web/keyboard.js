// The keyboard. An element declares its key: data-key="e" or data-key="g c", with data-key-label for the help.
// Nothing fires while one types in a field, with Ctrl, Alt or Meta held, or behind a dialog.

import * as list from "./list.js";
import { openPalette } from "./palette.js";

const LEAD_MS = 1500;
let lead = "";
let leadTimer = 0;

const typing = (target) =>
  target.isContentEditable ||
  target.matches?.('textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])');

const visible = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? true;

const declared = () => [...document.querySelectorAll("[data-key]")].filter(visible);

function holdLead(key) {
  lead = key;
  document.body.classList.toggle("leading", Boolean(key));
  clearTimeout(leadTimer);
  if (key) leadTimer = setTimeout(() => holdLead(""), LEAD_MS);
}

function act(element) {
  if (element.dataset.keyScope === "rows") list.ensureSelection();
  if (element.matches("input, select, textarea")) element.focus();
  else element.click();
}

// A key that each row has is the current row's.
function trigger(keys) {
  const found = declared().filter((e) => e.dataset.key === keys);
  const element = found.find((e) => list.current()?.contains(e)) ?? found[0];
  if (element) act(element);
  return Boolean(element);
}

const leads = (key) => declared().some((e) => e.dataset.key.startsWith(`${key} `));

// Closes what is on top, one thing at a time.
function escape(event) {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (typing(event.target)) event.target.blur();
  else list.closeSide();
}

const ON_LIST = {
  j: () => list.move(1),
  k: () => list.move(-1),
  J: () => list.move(1, { select: true }),
  K: () => list.move(-1, { select: true }),
  x: () => list.toggle(),
  " ": () => list.togglePeek(),
  Enter: () => list.open(),
};

function onList(event) {
  const { key, target } = event;
  if (!ON_LIST[key] || !list.rows().length) return false;
  const onControl = target.matches?.("a, button, summary, input");
  const inRow = target.closest?.("[data-row]");
  if (key === "Enter" && (onControl || !list.current())) return false;
  if (key === " " && ((onControl && !(inRow && target.matches("a"))) || !list.current()?.dataset.peek)) return false;
  ON_LIST[key]();
  return true;
}

function everywhere(key) {
  if (key === "?") return showKeys();
  if (key === "/") return openPalette();
  return false;
}

function pressed({ key }) {
  if (lead) {
    const keys = `${lead} ${key}`;
    holdLead("");
    return trigger(keys);
  }
  if (leads(key)) {
    holdLead(key);
    return true;
  }
  return trigger(key) || everywhere(key);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    if (openPalette()) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return escape(event);
  if (typing(event.target)) return;
  if ((!lead && onList(event)) || pressed(event)) event.preventDefault();
});

// The help: what works here and now.
function line(keys, label) {
  const div = document.createElement("div");
  const term = document.createElement("dt");
  term.className = "key";
  for (const cap of keys.split(" ")) {
    const named = document.querySelector(`kbd[data-cap="${CSS.escape(cap)}"]`);  // as the reader's keyboard says it
    term.append(Object.assign(document.createElement("kbd"), { textContent: named?.textContent ?? cap }));
  }
  div.append(term, Object.assign(document.createElement("dd"), { textContent: label }));
  return div;
}

function fill(section, elements) {
  section.querySelectorAll("[data-declared]").forEach((e) => e.remove());
  const seen = new Set();
  for (const { dataset } of elements) {
    if (seen.has(dataset.key) || !dataset.keyLabel) continue;
    seen.add(dataset.key);
    const entry = line(dataset.key, dataset.keyLabel);
    entry.dataset.declared = "";
    section.append(entry);
  }
}

const NEEDS = {
  row: () => list.rows().length > 0,
  peek: () => list.rows().some((row) => row.dataset.peek),
  select: () => list.rows().some((row) => row.querySelector('input[type="checkbox"][name]')),
};

export function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return false;
  const found = declared();
  dialog.querySelectorAll("[data-needs]").forEach((e) => (e.hidden = !NEEDS[e.dataset.needs]()));
  for (const section of dialog.querySelectorAll("[data-keys]")) {
    fill(section, found.filter((e) => (e.dataset.keyGroup ?? "page") === section.dataset.keys));
    section.parentElement.hidden = ![...section.children].some((e) => !e.hidden);
  }
  dialog.showModal();
  return true;
}
