// What is selected, what is left of the payment, and what becomes of it. Amounts are whole minor units (BigInt).
// Where the items are in another currency than the payment, all sums are in theirs: the payment is what it is worth.

import { amount } from "../web/list.js";

const shown = (pane) => pane.querySelector(".pane");
const fields = (pane) => pane.querySelector("#desk-form")?.elements;
const box = (row) => row.querySelector('input[type="checkbox"]');

// A typed number as [digits, how many of them are decimals]; null for none, undefined for what is no number.
function typed(field) {
  if (!field || field.closest("[hidden]") || !field.value.trim()) return null;
  const text = field.value.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  const [, units, decimals = ""] = text.match(/^(\d+)(?:\.(\d*))?$/) ?? [];
  return units === undefined ? undefined : [BigInt(units + decimals), decimals.length];
}

function minor(field, digits) {
  const found = typed(field);
  if (!found) return found;
  if (/^\d{1,3}[.,]\d{3}$/.test(field.value.trim())) return undefined; // fifty or fifty thousand: the server says
  return found[1] > digits ? undefined : found[0] * 10n ** BigInt(digits - found[1]);
}

// The part of the payment that is lettered now, in its own currency.
const part = (pane) => minor(fields(pane).share, Number(shown(pane).dataset.leftDigits)) ?? BigInt(shown(pane).dataset.left);

// The same in the currency of the items; null while it is not known.
export function share(pane) {
  if (!("foreign" in shown(pane).dataset)) return part(pane);
  return minor(fields(pane).worth, Number(shown(pane).dataset.digits)) ?? null;
}

// A rate was typed: the worth follows, rounded half up as the server does.
export function rated(pane) {
  const rate = typed(fields(pane)?.rate);
  if (!rate) return;
  const digits = Number(shown(pane).dataset.digits);
  const below = 10n ** BigInt(rate[1] + Number(shown(pane).dataset.leftDigits));
  const worth = (2n * part(pane) * rate[0] * 10n ** BigInt(digits) + below) / (2n * below);
  const text = String(worth).padStart(digits + 1, "0");
  fields(pane).worth.value = digits ? `${text.slice(0, -digits)},${text.slice(-digits)}` : text;
}

// The worth was typed: the rate is what it makes, and is said no more.
export function valued(pane) {
  fields(pane).rate.value = "";
}

function selected(pane) {
  const boxes = [...pane.querySelectorAll("[data-item] input:checked")];
  return boxes.reduce((sum, e) => sum + BigInt(e.dataset.minor), 0n);
}

export function showSums(pane) {
  if (!pane.querySelector("[data-sum]")) return;
  const { currency } = shown(pane).dataset;
  const sum = selected(pane);
  const whole = share(pane);
  const rest = whole === null ? null : whole - sum;
  pane.querySelector("[data-sum]").textContent = amount(sum, currency);
  pane.querySelector("[data-rest]").textContent = rest === null ? "—" : amount(rest, currency);
  pane.querySelector(".sums .left").classList.toggle("some", rest !== 0n);
  pane.querySelectorAll("[data-item]").forEach((row) => row.classList.toggle("selected", box(row).checked));
  showChoices(pane, rest, whole);
}

// A refund is a payment seen in a mirror.
function showChoices(pane, left, whole) {
  const mirror = BigInt(shown(pane).dataset.left) < 0n ? -1n : 1n;
  const rest = (left ?? 0n) * mirror;
  const size = rest < 0n ? -rest : rest;
  for (const button of pane.querySelectorAll("[data-remainder]")) {
    const isEither = ["exchange", "write_off"].includes(button.dataset.remainder);
    button.hidden = isEither ? !rest : button.dataset.short === "1" ? rest >= 0n : rest <= 0n;
    const over = "cap" in button.dataset && size > BigInt(button.dataset.cap);
    button.disabled = over;
    button.title = over ? button.dataset.capWords : "";
    if (button.hidden || over) button.setAttribute("aria-pressed", "false");
  }
  const chosen = pane.querySelector('[data-remainder][aria-pressed="true"]');
  fields(pane).remainder.value = chosen?.dataset.remainder ?? "";
  const waits = left === null || (rest !== 0n && !chosen) || whole * mirror <= 0n;
  pane.querySelector("[data-letter]").classList.toggle("waits", waits);
}
