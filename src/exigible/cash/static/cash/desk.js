// The lettering desk. The current payment is the row with aria-current; its items stand in the pane.
// Keys that buttons declare (data-key) are pressed by keyboard.js; here are those that move and tick.
// Amounts are whole minor units (BigInt), never floats.

import { adviceForm, sendFile, watchAdvice } from "./advice.js";
import { rated, showSums as sumUp, valued } from "./sums.js";

const desk = document.querySelector(".desk");
const pane = document.getElementById("desk-pane");
const list = document.getElementById("desk-rows");
const LOAD_MS = 50;
const SEARCH_MS = 150;
const narrow = matchMedia("(max-width: 760px)");
const CHOICES = new Set(["g", "l", "p", "f", "e", "r", "t", "c"]);

let loading = 0;
let fetching = false; // another pane is on its way: keys wait for it
let busy = false; // an act is on its way: keys are let go, for one has not seen what they would do
let queued = [];
let refilter = false;
let reveal = false; // on a phone the pane is below the list: what was tapped is brought into sight
const acted = [];

const shown = () => pane.querySelector(".pane");
const form = () => document.getElementById("desk-form");
const payments = () => [...list.querySelectorAll(".pay")];
const currentRow = () => list.querySelector(".pay:has(> [aria-current])");
const showSums = () => {
  sumUp(pane);
  if (pane.querySelector(".unticked")?.textContent) sayUnticked();
};
const visible = (element) => element.checkVisibility({ visibilityProperty: true });

// --- payments ---

function markRow(row) {
  list.querySelectorAll("[aria-current]").forEach((e) => e.removeAttribute("aria-current"));
  const button = row?.querySelector(".pay-open");
  if (!button) return;
  button.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  button.focus({ preventScroll: true });
  fetchMore(row);
}

function fetchMore(row) {
  const all = payments();
  if (all.indexOf(row) > all.length - 6) list.querySelector("[data-more]:not(.htmx-request)")?.click();
}

const urlOf = (row) => row.querySelector(".pay-open").dataset.pane;

function load(url, wait = 0) {
  clearTimeout(loading);
  fetching = true;
  loading = setTimeout(() => {
    loading = 0;
    window.htmx.ajax("GET", url, { target: "#desk-pane", swap: "innerHTML" });
  }, wait);
}

function goTo(row, wait = 0) {
  if (!row) return;
  queued = [];
  markRow(row);
  load(urlOf(row), wait);
}

function walk(step) {
  const all = payments();
  const at = all.indexOf(currentRow());
  goTo(all[Math.min(all.length - 1, Math.max(0, at + step))], LOAD_MS);
}

// The payment after this one that still waits, else the one before.
function nextRow() {
  const all = payments();
  const at = all.findIndex((row) => row.dataset.line === shown()?.dataset.line);
  const waits = (row) => row.dataset.state === "todo";
  return all.slice(at + 1).find(waits) ?? all.slice(0, Math.max(at, 0)).findLast(waits);
}

// --- items ---

const items = () => [...pane.querySelectorAll("[data-item]")].filter((row) => !row.hidden);
const box = (row) => row.querySelector('input[type="checkbox"]');
const currentItem = () => pane.querySelector("[data-item].cursor");

const originals = () => [...pane.querySelectorAll('[name="original"]')];

// Among payments that may have come back, a step chooses.
function moveOriginal(step) {
  const all = originals();
  const at = all.findIndex((radio) => radio.checked);
  const radio = all[Math.min(all.length - 1, Math.max(0, at + step))];
  radio?.focus();
  radio?.click();
}

function moveItem(step) {
  const all = items();
  if (!all.length) return moveOriginal(step);
  const at = all.indexOf(currentItem());
  const row = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  setItem(row);
  box(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function setItem(row) {
  currentItem()?.classList.remove("cursor");
  row?.classList.add("cursor");
}

function tick(row = currentItem() ?? items()[0]) {
  if (!row) return;
  setItem(row);
  box(row).checked = !box(row).checked;
  showSums();
}

const filter = () => pane.querySelector('input[name="number"]');
const plain = (text) => text.toLowerCase().replace(/[\s\-./]/g, "");

function filterItems() {
  const wanted = plain(filter().value);
  for (const row of pane.querySelectorAll("[data-item]")) {
    row.hidden = Boolean(wanted) && !plain(row.dataset.number).includes(wanted) && !box(row).checked;
  }
  const match = items().find((row) => wanted && plain(row.dataset.number).includes(wanted) && !box(row).checked);
  setItem(match);
  if ("more" in filter().dataset) load(withParameters({ number: filter().value.trim(), keep: true }), SEARCH_MS);
}

function clearFilter({ ticked = false } = {}) {
  filter().value = "";
  filterItems();
  if (ticked) currentRow()?.querySelector(".pay-open").focus({ preventScroll: true });
}

// The pane of the same payment, for another customer, answer, or items found by number.
function withParameters({ customer, answer, number, keep, currency } = {}) {
  const query = new URLSearchParams();
  if (customer) query.set("customer", customer);
  if (answer) query.set("answer", answer);
  const as = filter()?.dataset.as;
  if (as) {
    query.set("as", as);
    refilter = true;
  } else if (keep) {
    query.set("customer", form().elements.customer.value);
    new FormData(form()).getAll("item").forEach((value) => query.append("item", value));
    refilter = true;
  }
  const wanted = currency ?? (keep ? form().elements.currency?.value : "");
  if (wanted) query.set("currency", wanted);
  for (const name of keep ? ["rate", "worth"] : []) {
    if (form().elements[name]?.value) query.set(name, form().elements[name].value);
  }
  if (number) query.set("number", number);
  return `${shown().dataset.url}?${query}`;
}

// --- remainders ---

function chooseRemainder(button) {
  pane.querySelectorAll("[data-remainder]").forEach((e) => e.setAttribute("aria-pressed", String(e === button)));
  showSums();
}

// A part was typed: what is still missing is said, since Enter does not letter it yet.
function sayUnticked() {
  const place = pane.querySelector(".unticked");
  const isTyped = Boolean(form().elements.share.value.trim());
  const isOpen = !pane.querySelector('[data-item] input:checked, [data-remainder][aria-pressed="true"]');
  place.textContent = isTyped && isOpen ? place.dataset.words : "";
}

function split() {
  const field = form().elements.share;
  const place = field.closest(".share");
  place.hidden = !place.hidden;
  if (place.hidden) field.value = "";
  else field.focus();
  showSums();
}

// --- acts ---

function undoLast() {
  const here = pane.querySelector("[data-undo-here]");
  if (here) return here.click();
  const row = document.getElementById(`line-${acted.at(-1)}`) ?? payments().findLast((r) => r.dataset.state === "done");
  row?.querySelector(".pay-undo")?.click();
}

function letterNow() {
  if (!busy && shown()?.dataset.line === currentRow()?.dataset.line) form()?.requestSubmit();
}

pane.addEventListener("submit", (event) => {
  if (busy) return event.preventDefault();
  const next = event.target.elements.next;
  if (next) next.value = nextRow()?.dataset.line ?? "";
}, true);

document.addEventListener("htmx:before:request", ({ detail }) => {
  if (detail.ctx?.request?.method === "POST") busy = true;
});
document.addEventListener("htmx:finally:request", ({ detail }) => {
  if (detail.ctx?.request?.method === "POST") busy = false;
  if (!loading && detail.ctx?.target === pane) {
    fetching = false;
    setTimeout(replay);
  }
});

function replay() {
  const keys = queued;
  queued = [];
  for (const key of keys) {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
}

document.addEventListener("htmx:after:swap", () => {
  const here = shown();
  if (!here) return;
  const row = document.getElementById(`line-${here.dataset.line}`);
  if (!loading && row && !row.contains(document.activeElement)) markRow(row);
  else if (row && !row.querySelector("[aria-current]") && !loading) markRow(row);
  showSums();
  if (reveal) {
    reveal = false;
    pane.scrollIntoView({ block: "start" });
  }
  if (refilter) {
    refilter = false;
    filter()?.focus();
  }
});

// What was lettered here, for "undo the last".
new MutationObserver(() => {
  for (const row of list.querySelectorAll('.pay[data-state="done"]')) {
    if (!acted.includes(row.dataset.line)) acted.push(row.dataset.line);
  }
  for (let at = acted.length - 1; at >= 0; at -= 1) {
    if (document.getElementById(`line-${acted[at]}`)?.dataset.state !== "done") acted.splice(at, 1);
  }
}).observe(list, { childList: true });

// --- the mouse ---

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  if (on(".pay-open")) {
    goTo(on(".pay"));
    reveal = narrow.matches;
  }
  else if (on("[data-walk]")) walk(Number(on("[data-walk]").dataset.walk));
  else if (on("[data-answer]")) load(withParameters({ answer: on("[data-answer]").dataset.answer }));
  else if (on("[data-remainder]")) chooseRemainder(on("[data-remainder]"));
  else if (on("[data-currency-next]")) load(withParameters({ customer: form().elements.customer.value, currency: on("[data-currency-next]").dataset.currencyNext }));
  else if (on("button[data-as]")) load(`${shown().dataset.url}?as=${on("[data-as]").dataset.as}`);
  else if (on("[data-split]")) split();
  else if (on("#desk-undo")) undoLast();
  else if (on("[data-customer]")) {
    document.getElementById("move").close();
    load(withParameters({ customer: on("[data-customer]").dataset.customer }));
  } else if (on("[data-item]") && !on("input, label, a")) tick(on("[data-item]"));
});
pane.addEventListener("change", (event) => {
  if (event.target.name === "file" && !busy) sendFile(event.target.files);
  if (event.target.name !== "item") return;
  setItem(event.target.closest("[data-item]"));
  showSums();
});
pane.addEventListener("input", (event) => {
  if (event.target.name === "number") filterItems();
  if (event.target.name === "share") rated(pane);
  if (event.target.name === "rate") rated(pane);
  if (event.target.name === "worth") valued(pane);
  if (["share", "rate", "worth"].includes(event.target.name)) showSums();
});

// --- the keyboard ---

const typing = (target) => target.matches?.('textarea, select, input:not([type="checkbox"], [type="radio"])');

const PLAIN_KEYS = {
  ArrowDown: () => moveItem(1),
  ArrowUp: () => moveItem(-1),
  ArrowLeft: () => currentRow()?.querySelector(".pay-open").focus(),
  ArrowRight: () => moveItem(0),
  x: () => tick(),
};

function inFilter(event) {
  if (filter().dataset.as && ["Enter", "ArrowDown"].includes(event.key)) moveOriginal(0);
  else if (event.key === "Enter") {
    const found = currentItem();
    if (found) tick(found);
    clearFilter({ ticked: true });
  } else if (event.key === "ArrowDown") moveItem(0);
  else if (event.key === "Escape") clearFilter({ ticked: true });
  else return false;
  return true;
}

function inShare(event) {
  if (event.key === "Enter") {
    event.target.blur();
    sayUnticked();
  } else if (event.key === "Escape") event.target.name === "share" ? split() : event.target.blur();
  else return false;
  showSums();
  currentRow()?.querySelector(".pay-open").focus({ preventScroll: true });
  return true;
}

// In the search of another customer: arrows walk what is found, Enter takes it.
function inMove(event) {
  const found = [...document.querySelectorAll("#found-customers [data-customer]")];
  const at = found.findIndex((e) => e.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.length) {
    const chosen = found[(at + step + found.length) % found.length];
    found.forEach((e) => e.setAttribute("aria-selected", String(e === chosen)));
    chosen.scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter") (found[at] ?? found[0])?.click();
  else return false;
  return true;
}

// In the reasons to put it aside: a digit takes one, arrows walk them.
function inAside(key) {
  const all = [...document.querySelectorAll("#aside [data-choice]")];
  const chosen = all.find((e) => e.dataset.choice === key);
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (chosen) chosen.click();
  else if (step) all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
  else return false;
  return true;
}

function onDigit(key) {
  const answer = "undecided" in shown().dataset && pane.querySelector(`[data-answer][data-key="${key}"]`);
  const original = pane.querySelector(`[name="original"][data-key="${key}"]`);
  if (answer || original) (answer || original).click();
  else if (originals().length) return;
  else if (filter()) {
    filter().focus();
    filter().value += key;
    filterItems();
  }
}

function onChoice(key) {
  const rate = form()?.elements.rate;
  if (key === "t" && rate && !form().elements.worth.value) {
    rate.focus();
    return true;
  }
  const button = pane.querySelector(`[data-remainder][data-key="${key}"]`);
  if (!button || !visible(button) || button.disabled) return false;
  button.click();
  return true;
}

function onPlain(event) {
  const { key, target } = event;
  if (PLAIN_KEYS[key]) PLAIN_KEYS[key]();
  else if (CHOICES.has(key) && onChoice(key)) return true;
  else if (/^\d$/.test(key) && shown()) onDigit(key);
  else if (key === " " && (target === document.body || target.matches(".pay-open, main"))) tick();
  else if (key === "Tab" && !event.shiftKey && target.matches(".pay-open") && items().length) moveItem(0);
  else if (key === "Enter" && (!target.matches("button, a, summary") || target.matches(".pay-open"))) letterNow();
  else return false;
  return true;
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest?.("#advice")) {
    adviceForm().requestSubmit();
    return true;
  }
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  if (target.matches?.("#move input")) return inMove(event);
  if (document.querySelector("#aside[open]")) return inAside(event.key);
  if (document.querySelector("dialog[open]") || document.body.classList.contains("leading")) return false;
  if (target.name === "number" && pane.contains(target)) return inFilter(event);
  if (["share", "rate", "worth"].includes(target.name) && pane.contains(target)) return inShare(event);
  if (typing(target)) return false;
  return busy || fetching ? hold(event.key) : onPlain(event);
}

const WALKING = new Set(["j", "k", "Tab", "Shift", "Escape"]);

function hold(key) {
  if (WALKING.has(key)) return false;
  if (!busy) queued.push(key);
  return true;
}

if (desk) {
  document.addEventListener("keydown", (event) => {
    if (onKey(event)) event.preventDefault();
  }, true);
  watchAdvice(pane, { typing, isBusy: () => busy || fetching });
  const first = document.getElementById(`line-${shown()?.dataset.line}`);
  if (first) markRow(first);
  showSums();
}
