// The inbox. The current mail is the row with aria-current; it stands in the pane.
// Keys that buttons declare (data-key) are pressed by keyboard.js; here is what goes with walking and acting.

const pane = document.getElementById("mail-pane");
const list = document.getElementById("mail-rows");
const LOAD_MS = 50;
const narrow = matchMedia("(max-width: 760px)");

let loading = 0;
let fetching = false; // another mail is on its way: nothing is done to the one still shown
let busy = false; // an act is on its way
let reveal = false; // on a phone the mail is below the list: what was tapped is brought into sight
const acted = [];

const shown = () => pane.querySelector(".letter");
const form = () => document.getElementById("act-form");
const mails = () => [...list.querySelectorAll(".mail")];
const currentRow = () => list.querySelector(".mail:has(> [aria-current])");

function markRow(row, { focus = true } = {}) {
  list.querySelectorAll("[aria-current]").forEach((e) => e.removeAttribute("aria-current"));
  const button = row?.querySelector(".mail-open");
  if (!button) return;
  button.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  if (focus) button.focus({ preventScroll: true });
}

function goTo(row) {
  if (!row) return;
  markRow(row);
  clearTimeout(loading);
  fetching = true;
  const url = row.querySelector(".mail-open").dataset.pane;
  loading = setTimeout(() => {
    loading = 0;
    window.htmx.ajax("GET", url, { target: "#mail-pane", swap: "innerHTML" });
  }, LOAD_MS);
}

function walk(step) {
  const all = mails();
  const at = all.indexOf(currentRow());
  goTo(all[Math.min(all.length - 1, Math.max(0, at + step))]);
}

// The mail after this one that still waits, else the one before.
function nextRow() {
  const all = mails();
  const at = all.findIndex((row) => row.dataset.mail === shown()?.dataset.mail);
  const waits = (row) => row.dataset.state === "waiting";
  return all.slice(at + 1).find(waits) ?? all.slice(0, Math.max(at, 0)).findLast(waits);
}

function setAside() {
  const act = form().querySelector('input[name="act"]') ?? form().appendChild(hiddenAct());
  act.value = "aside";
  form().requestSubmit();
}

function hiddenAct() {
  return Object.assign(document.createElement("input"), { type: "hidden", name: "act" });
}

function undoLast() {
  const here = pane.querySelector("[data-undo-here]");
  if (here) return here.click();
  document.getElementById(`mail-${acted.at(-1)}`)?.querySelector(".mail-undo")?.click();
}

pane.addEventListener("submit", (event) => {
  if (busy || fetching) return event.preventDefault();
  const next = event.target.elements.next;
  if (next) next.value = nextRow()?.dataset.mail ?? "";
}, true);

// A form pressed in the instant before htmx has seen it would load another page: htmx is shown it, and it goes.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !pane.contains(event.target)) return;
  event.preventDefault();
  if (event.target.dataset.again) return;
  event.target.dataset.again = "true";
  window.htmx.process(event.target);
  event.target.requestSubmit();
});

document.addEventListener("htmx:before:request", ({ detail }) => {
  if (detail.ctx?.request?.method === "POST") busy = true;
});
document.addEventListener("htmx:finally:request", ({ detail }) => {
  if (detail.ctx?.request?.method === "POST") busy = false;
  if (!loading && detail.ctx?.target === pane) fetching = false;
});

document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (!loading && !busy && detail.ctx?.target === pane) fetching = false;
  const here = shown();
  if (!here || loading) return;
  const row = document.getElementById(`mail-${here.dataset.mail}`);
  const inPane = pane.contains(document.activeElement);
  if (row) markRow(row, { focus: !inPane && !document.querySelector("dialog[open]") });
  const wrong = pane.querySelector(".field.wrong :is(input, select, textarea)");
  wrong?.focus();
  if (reveal) {
    reveal = false;
    pane.scrollIntoView({ block: "start" });
  }
});

// What was answered here, for "undo the last".
new MutationObserver(() => {
  for (const row of mails()) {
    const at = acted.indexOf(row.dataset.mail);
    if (row.dataset.state !== "waiting" && at < 0) acted.push(row.dataset.mail);
    if (row.dataset.state === "waiting" && at >= 0) acted.splice(at, 1);
  }
}).observe(list, { childList: true });

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  if (on(".mail-open")) {
    goTo(on(".mail"));
    reveal = narrow.matches;
  } else if (on("[data-walk]")) walk(Number(on("[data-walk]").dataset.walk));
  else if (on("[data-aside]")) setAside();
  else if (on("#inbox-undo")) undoLast();
});

// Enter does what is proposed, unless it presses the very button that has the focus; nothing while one waits.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
  const { target } = event;
  if (document.querySelector("dialog[open]")) return;
  if (target.matches?.("button:not(.mail-open), a, summary, select")) event.stopImmediatePropagation();
  else if (busy || fetching) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

const first = document.getElementById(`mail-${shown()?.dataset.mail}`);
if (first) markRow(first);
