// Small manners of the page: menus, dialogs, messages.

import { showKeys } from "./keyboard.js";

const MESSAGE_MS = 8000;
const PATIENCE_MS = 1000;

// The hands start in the first field: left to the browser they would be on the button that closes.
function openDialog(dialog) {
  dialog?.showModal();
  if (dialog?.querySelector("[autofocus]")) return;
  dialog?.querySelector('form :is(input:not([type="hidden"]), select, textarea)')?.focus();
}

document.addEventListener("click", (event) => {
  const { target } = event;
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
  const opener = target.closest?.("[data-dialog]");
  if (opener) openDialog(document.getElementById(opener.dataset.dialog));
  if (target.matches?.("dialog.dialog")) target.close();
  if (target.closest?.("[data-keys-help]") && showKeys()) event.preventDefault();
  target.closest?.("[data-dismiss]")?.closest(".message")?.remove();
});

// What a dialog offers in its first field gives way to what is typed.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("dialog input[autofocus]")) target.select();
});

// A question before an act that cannot be taken back.
document.addEventListener("click", (event) => {
  const asking = event.target.closest?.("[data-confirm]");
  if (asking && !window.confirm(asking.dataset.confirm)) event.preventDefault();
}, true);

// Once sent, a form is not sent again by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 3000);
});

// Good news leaves by itself unless it can be undone or is being read; the rest stays until closed.
function fade(message) {
  if (message.dataset.fading || !message.classList.contains("success") || message.querySelector("form")) return;
  message.dataset.fading = "1";
  setTimeout(() => (message.matches(":hover, :focus-within") ? delete message.dataset.fading : message.remove()), MESSAGE_MS);
}

// After one second of waiting the page says so; when no answer comes, it says that.
const working = document.querySelector(".working");
let waiting = 0;
let patience = 0;
document.addEventListener("htmx:before:request", () => {
  waiting += 1;
  patience ||= setTimeout(() => (working.hidden = false), PATIENCE_MS);
});
document.addEventListener("htmx:finally:request", () => {
  waiting = Math.max(0, waiting - 1);
  if (waiting) return;
  clearTimeout(patience);
  patience = 0;
  working.hidden = true;
});
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.response || detail.error?.name === "AbortError") return;
  const note = Object.assign(document.createElement("div"), { className: "message error", role: "alert" });
  note.textContent = working.dataset.lost;
  messages.replaceChildren(note);
  setTimeout(() => note.remove(), MESSAGE_MS);
});

const messages = document.getElementById("messages");
new MutationObserver(() => messages.querySelectorAll(".message").forEach(fade)).observe(messages, { childList: true });
messages.querySelectorAll(".message").forEach(fade);

// The tab one is on is in sight, where a telephone does not show them all.
for (const here of document.querySelectorAll(".tabs > [aria-current]")) {
  const tabs = here.parentElement;
  tabs.scrollLeft = here.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2;
}
