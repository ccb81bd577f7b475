// The editor of templates: a value put where one types, Ctrl+S, Esc, and nothing lost by leaving.

const form = document.getElementById("template");
let last = form.elements.email_body;
let changed = "changed" in form.dataset;
let leaving = false;

form.addEventListener("focusin", ({ target }) => {
  if ("words" in target.dataset) last = target;
});
form.addEventListener("input", ({ target }) => {
  if ("words" in target.dataset) changed = true;
});
form.addEventListener("submit", () => (leaving = true));

function put(text) {
  if (last.readOnly) return;
  last.focus();
  last.setRangeText(text, last.selectionStart, last.selectionEnd, "end");
  last.dispatchEvent(new Event("input", { bubbles: true }));
}

// Line and column count whole characters, the field counts halves of pairs.
function go({ part, line, column }) {
  const field = form.elements[part];
  field.closest("details")?.setAttribute("open", "");
  const lines = field.value.split("\n");
  const before = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const at = before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  field.focus();
  field.setSelectionRange(at, at);
}

function choose(code, name) {
  form.elements.customer.value = code;
  const search = document.getElementById("find-customer");
  search.value = "";
  search.placeholder = name;
  document.getElementById("found").replaceChildren();
  search.focus();
  form.dispatchEvent(new Event("looked"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert], [data-part], [data-customer]");
  if (button?.dataset.insert) put(`{${button.dataset.insert}}`);
  else if (button?.dataset.part) go(button.dataset);
  else if (button?.dataset.customer) choose(button.dataset.customer, button.firstChild.textContent.trim());
});

const mayLeave = () => !changed || window.confirm(form.dataset.unsaved);

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]") ?? undefined);
  } else if (event.key === "Escape" && !document.querySelector("dialog[open], details.menu[open]")) {
    event.preventDefault();
    if (document.querySelector("#found > *")) document.getElementById("found").replaceChildren();
    else if (mayLeave()) {
      leaving = true;
      location.assign(form.dataset.leave);
    }
  }
}, true);

window.addEventListener("beforeunload", (event) => {
  if (changed && !leaving) event.preventDefault();
});
