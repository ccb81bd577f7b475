// The list of a page: a cursor on its rows, the rows selected, the side panel. Rows are <tr data-row>.

const list = () => document.querySelector("[data-list]");
const panel = () => document.getElementById("panel");
const box = (row) => row?.querySelector('input[type="checkbox"][name]');

export const rows = () => [...(list()?.querySelectorAll("[data-row]") ?? [])].filter((row) => !row.hidden);
export const current = () => list()?.querySelector(".cursor");

export function moveTo(row, { follow = true } = {}) {
  if (!row) return;
  current()?.classList.remove("cursor");
  row.classList.add("cursor");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("a[data-open], a, button")?.focus({ preventScroll: true });
  if (follow && !panel().hidden) peek(row);
}

export function move(step, { select = false } = {}) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
  if (select) [current(), next].forEach((row) => toggle(row, true));
  moveTo(next);
}

export function toggle(row = current(), value = undefined) {
  const input = box(row);
  if (!input || input.disabled) return;
  input.checked = value ?? !input.checked;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function open() {
  const row = current();
  (row?.querySelector("a[data-open]") ?? row?.querySelector("a[href]"))?.click();
}

// An act on rows needs a row: with none selected, it is the one under the cursor.
export function ensureSelection() {
  if (!rows().some((row) => box(row)?.checked)) toggle(current(), true);
}

// The row that the panel follows: an answer for another one, or for a panel closed meanwhile, comes too late.
let peeked = null;
let peeking = 0;
export function peek(row = current()) {
  const url = row?.dataset.peek;
  if (!url) return;
  showPanel(true);
  peeked = row;
  clearTimeout(peeking);
  const ask = () => window.htmx.ajax("GET", url, { source: row, target: "#side", swap: "innerHTML" });
  peeking = setTimeout(ask, 60);
}

export function closeSide() {
  if (panel().hidden) return false;
  peeked = null;
  clearTimeout(peeking);
  showPanel(false);
  document.getElementById("side").replaceChildren();
  current()?.querySelector("a, button")?.focus({ preventScroll: true });
  return true;
}

function showPanel(open) {
  panel().hidden = !open;
  document.querySelector("[data-side-toggle]")?.setAttribute("aria-expanded", String(open));
}

export const togglePeek = () => closeSide() || peek(current() ?? rows()[0]);

function readPage() {
  const toggle = document.querySelector("[data-side-toggle]");
  if (toggle) toggle.hidden = !rows().some((row) => row.dataset.peek);
  showSelection();
}

// The sum of the rows selected, by currency: whole minor units, never a float.
function sums(selected) {
  const totals = new Map();
  for (const { dataset } of selected) {
    if (!dataset.minor) continue;
    totals.set(dataset.currency, (totals.get(dataset.currency) ?? 0n) + BigInt(dataset.minor));
  }
  return totals;
}

export function amount(minor, currency) {
  const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits;
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  const decimal = digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
  return (minor < 0n ? "−" : "") + format.format(decimal);
}

function showSelection() {
  const selected = rows().filter((row) => box(row)?.checked);
  rows().forEach((row) => row.classList.toggle("selected", selected.includes(row)));
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  bar.classList.toggle("some", selected.length > 0);
  const totals = [...sums(selected)].map(([currency, minor]) => amount(minor, currency));
  const words = selected.length ? bar.dataset.words.replace("#", selected.length) : bar.dataset.none;
  bar.querySelector("output").textContent = [words, ...totals].join(" · ");
}

let lastClicked = null;
function clickedBox(event) {
  const input = event.target.closest?.('[data-row] input[type="checkbox"]');
  if (!input) return;
  const row = input.closest("[data-row]");
  if (event.shiftKey && lastClicked?.isConnected) {
    const all = rows();
    const [from, to] = [all.indexOf(lastClicked), all.indexOf(row)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((between) => toggle(between, input.checked));
  }
  lastClicked = row;
}

document.addEventListener("click", (event) => {
  clickedBox(event);
  if (event.target.closest?.("[data-side-close]")) closeSide();
  if (event.target.closest?.("[data-side-toggle]")) togglePeek();
  const row = event.target.closest?.("[data-row]");
  if (!row || event.target.closest("a, button, input, label, select")) return;
  if (!getSelection().toString()) moveTo(row);
});
document.addEventListener("dblclick", (event) => {
  if (event.target.closest?.("[data-row]") && !event.target.closest("a, button, input, label")) open();
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row && row !== current()) moveTo(row, { follow: false });
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-select-all]")) rows().forEach((row) => toggle(row, event.target.checked));
  if (event.target.closest?.("[data-list]")) showSelection();
});
document.addEventListener("htmx:before:swap", (event) => {
  const { sourceElement } = event.detail.ctx;
  if (sourceElement.matches("[data-row]") && sourceElement !== peeked) event.preventDefault();
});
document.addEventListener("htmx:after:swap", () => {
  if (document.getElementById("side").childElementCount) showPanel(true);
  readPage();
});
readPage();
