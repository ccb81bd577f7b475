// A tour on a telephone. What is noted is kept by the browser first, then sent; each result has a number of its own
// made here, so that one sent twice is one. Nothing leaves the store before the server says that it has it.

import { shown, toMinor } from "./amounts.js";
import { Signature } from "./signature.js";
import { forget, keep, waiting } from "./store.js";

const AGAIN_MS = 30_000;
const page = document.getElementById("tour").dataset;
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const stops = read("stops-data");
const words = read("words");
const me = Number(page.user);
const dialog = document.getElementById("note");
const form = dialog.querySelector("form.note-form");
const field = form.elements;
const signature = new Signature(dialog.querySelector("canvas"));
const status = document.getElementById("sync");
const signIn = document.getElementById("sign-in");

const say = (sentence, values) => sentence.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
const labelOf = (outcome) => form.querySelector(`[name=outcome][value=${CSS.escape(outcome)}]`)?.parentElement.textContent.trim() ?? outcome;

// --- what was noted ---

// A random UUID (RFC 9562, version 4), also where the site is not served over HTTPS.
function newNumber() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

let noting = null;
const OF_FORM = new Set([
  "outcome", "person", "text", "currency", "due_on", "reason", "means", "cheque_number", "cheque_bank", "signer", "email",
]);

function note(stop, known = null) {
  noting = { stop, uuid: known?.uuid ?? newNumber(), before: known?.payload };
  const { name, currencies, items, email } = stops[stop];
  form.reset();
  signature.clear();
  dialog.querySelector("#note-title").textContent = name;
  field.currency.replaceChildren(...currencies.map(({ code }) => new Option(code, code)));
  field.due_item.replaceChildren(...items.map(({ id, label }) => new Option(label, id)));
  field.email.value = email;
  for (const [name, value] of Object.entries(known?.payload ?? {})) {
    if (OF_FORM.has(name)) field[name].value = value;
  }
  if (known) field.amount.value = known.typed;
  if (known?.payload.item) field.due_item.value = known.payload.item;
  complain(known?.problem ?? "");
  showParts(!known);
  dialog.showModal();
}

const outcome = () => field.outcome.value;
const currency = () => {
  const { currencies, items } = stops[noting.stop];
  const code = outcome() === "dispute" ? items.find(({ id }) => String(id) === field.due_item.value)?.currency : field.currency.value;
  return currencies.find((one) => one.code === code) ?? currencies[0];
};

// Only what the outcome asks for is shown; what is claimed stands in the amount already.
function showParts(fills = true) {
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(outcome());
  form.querySelector("[data-cheque]").hidden = field.means.value !== "cheque";
  if (fills) field.amount.value = offered();
  showReceived();
}

function offered() {
  const { items } = stops[noting.stop];
  if (outcome() === "dispute") return items.find(({ id }) => String(id) === field.due_item.value)?.left ?? "";
  return currency().claimed;
}

function showReceived() {
  const minor = toMinor(field.amount.value, currency().digits);
  form.querySelector("[data-received]").textContent = minor ? say(words.received, { amount: shown(minor, currency()) }) : "";
}

function complain(sentence) {
  const place = form.querySelector("[role=alert]");
  place.textContent = sentence;
  place.hidden = !sentence;
}

const NEEDS_AMOUNT = ["promised", "paid", "dispute"];

function wrong(minor) {
  if (!outcome()) return words.outcome;
  if (outcome() === "dispute" && !field.due_item.value) return words.item;
  if (NEEDS_AMOUNT.includes(outcome()) && !minor) return words.amount;
  if (outcome() === "promised" && !field.due_on.value) return words.date;
  if (outcome() === "paid" && field.means.value === "cheque" && !field.cheque_number.value.trim()) return words.cheque;
  return form.checkValidity() ? "" : form.querySelector(":invalid").validationMessage;
}

const OF = {
  promised: ["due_on"],
  dispute: ["reason"],
  paid: ["means", "cheque_number", "cheque_bank", "signer", "email"],
};

function payload(minor) {
  const told = {
    uuid: noting.uuid, stop: Number(noting.stop), outcome: outcome(), noted_by: me,
    noted_at: noting.before?.noted_at ?? new Date().toISOString(), person: field.person.value, text: field.text.value,
  };
  for (const name of OF[outcome()] ?? []) told[name] = field[name].value;
  if (NEEDS_AMOUNT.includes(outcome())) Object.assign(told, { amount_minor: minor, currency: currency().code });
  if (outcome() === "dispute") told.item = field.due_item.value;
  if (told.means === "cash") told.cheque_number = told.cheque_bank = "";
  if (outcome() === "paid") told.signature = signature.picture || signedBefore(told);
  return told;
}

// What was signed for the same money stays signed when something else is corrected.
function signedBefore(told) {
  const same = ["amount_minor", "currency", "means"].every((name) => noting.before?.[name] === told[name]);
  return same ? noting.before.signature : "";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const minor = toMinor(field.amount.value, currency().digits);
  const mistake = wrong(minor);
  complain(mistake);
  if (mistake) return;
  const told = payload(minor);
  try {
    await keep({ uuid: told.uuid, by: me, url: page.results, payload: told, typed: field.amount.value, problem: "" });
  } catch {
    complain(words.no_store);
    return;
  }
  dialog.close();
  await show();
  sync();
});

form.addEventListener("input", ({ target }) => {
  if (["outcome", "currency", "due_item", "means"].includes(target.name)) showParts(target.name !== "means");
  if (target.name === "amount") showReceived();
  if (["outcome", "currency", "means", "amount"].includes(target.name)) signature.clear(); // one signs for what is shown
});

// --- what is shown ---

let onServer = {};
let trouble = "";

function line(text, ...more) {
  const paragraph = document.createElement("p");
  paragraph.append(text, ...more);
  return paragraph;
}

function button(label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: label });
  made.addEventListener("click", act);
  return made;
}

function showStop(article, queued) {
  const place = article.querySelector("[data-result]");
  const server = onServer[article.dataset.stop];
  const lines = [];
  if (server) {
    const link = Object.assign(document.createElement("a"), { href: server.receipt_url ?? "", textContent: server.receipt ?? "" });
    lines.push(line(say(words.sent, server), ...(server.receipt ? [" · ", link] : [])));
  }
  for (const one of queued) {
    lines.push(line(say(words.noted, { outcome: labelOf(one.payload.outcome) })));
    if (one.problem) {
      const discard = async () => confirm(words.discard) && (await forget(one.uuid), show());
      const mend = button(place.dataset.correct, () => note(article.dataset.stop, one));
      lines.push(line(say(words.refused, { why: one.problem }), " "), line("", mend, " ", button(place.dataset.discard, discard)));
    }
  }
  place.replaceChildren(...lines);
  article.classList.toggle("done", Boolean(server) && !queued.length);
  article.classList.toggle("waiting", queued.length > 0);
  article.querySelector("[data-note]").hidden = Boolean(server) || queued.length > 0;
}

async function show() {
  const all = await waiting().catch(() => null);
  if (!all) return void (status.textContent = words.no_store);
  const mine = all.filter(({ by }) => by === me);
  for (const article of document.querySelectorAll("[data-stop]")) {
    showStop(article, mine.filter(({ payload }) => String(payload.stop) === article.dataset.stop));
  }
  const parts = [mine.length ? say(words.waiting, { count: mine.length }) : words.all_sent];
  if (all.length > mine.length) parts.push(say(words.other_person, { count: all.length - mine.length }));
  if (trouble) parts.push(trouble);
  status.textContent = parts.join(" · ");
  status.className = mine.length ? "notice warning" : "notice";
  signIn.hidden = trouble !== words.sign_in;
}

// --- what is sent ---

class SignedOut extends Error {}
class SomeoneElse extends Error {}
class NoNetwork extends Error {}

async function ask(url, options = {}) {
  const asked = fetch(url, { redirect: "manual", credentials: "same-origin", cache: "no-store", ...options });
  const response = await asked.catch(() => Promise.reject(new NoNetwork()));
  if (response.type === "opaqueredirect" || response.status === 403) throw new SignedOut();
  return response;
}

// One result: taken (200, 201), refused with the reason (409, 422), or to be tried again.
async function send(one, csrf) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf, Accept: "application/json" };
  const response = await ask(one.url, { method: "POST", headers, body: JSON.stringify(one.payload) });
  if (response.status === 409 || response.status === 422) {
    await keep({ ...one, problem: (await response.json()).sentence });
  } else if (response.ok) {
    onServer[one.payload.stop] = await response.json();
    await forget(one.uuid);
  } else if (response.status === 404) {
    await keep({ ...one, problem: words.gone });
  } else throw new Error(response.status);
}

async function sendAll() {
  const response = await ask(page.state);
  if (!response.ok) throw new Error(response.status);
  const { user, csrf, visits } = await response.json();
  onServer = visits;
  if (user !== me) throw new SomeoneElse();
  for (const one of await waiting()) {
    if (one.by === me && !one.problem) await send(one, csrf);
  }
}

function wordsFor(error) {
  if (error instanceof SignedOut) return words.sign_in;
  if (error instanceof SomeoneElse) return words.someone_else;
  if (error instanceof NoNetwork) return words.offline;
  console.error(error);
  return words.trouble;
}

// The network may come back while an attempt without it is still failing: that one is made once more.
let sending = false;
let again = false;
async function sync() {
  again = sending;
  if (sending) return;
  sending = true;
  do {
    again = false;
    trouble = await sendAll().then(() => "", wordsFor);
  } while (again);
  sending = false;
  await show();
}

// --- kept for later ---

async function keepPage() {
  const said = document.getElementById("kept");
  try {
    await navigator.serviceWorker.register(page.worker);
    const { active } = await navigator.serviceWorker.ready;
    const parts = performance.getEntriesByType("resource").map(({ name }) => name.split("#")[0]);
    const own = new Set(parts.filter((url) => /\.(js|css|woff2|svg)$/.test(new URL(url).pathname) && url.startsWith(location.origin)));
    own.delete(new URL(page.worker, location.href).href);
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => (said.textContent = data === "kept" ? words.ready : words.online_only);
    active.postMessage({ urls: [location.href.split("#")[0], ...own] }, [channel.port2]);
    navigator.storage?.persist?.();
  } catch {
    said.textContent = words.online_only;
  }
}

// The pages of tours leave this telephone; what is not sent yet stays.
async function removePages() {
  for (const name of await caches.keys()) if (name.startsWith("exigible-visits")) await caches.delete(name);
  document.getElementById("kept").textContent = words.removed;
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-remove]")) removePages();
  const opener = target.closest?.("[data-note]");
  if (opener) note(opener.closest("[data-stop]").dataset.stop);
  if (target.closest?.("[data-clear]")) signature.clear();
});

window.addEventListener("online", sync);
document.addEventListener("visibilitychange", () => document.hidden || sync());
setInterval(() => waiting().then((all) => all.length && sync(), show), AGAIN_MS);

await show();
sync();
if (!navigator.onLine) document.getElementById("kept").textContent = words.ready;
else if (document.readyState === "complete") keepPage();
else window.addEventListener("load", keepPage);
