// Handing in a file: dropped or chosen, and how far it has come on its way.

for (const form of document.querySelectorAll("[data-upload]")) prepare(form);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    for (const form of node.querySelectorAll?.("[data-upload]") ?? []) prepare(form);
  }
}).observe(document.getElementById("main"), { childList: true, subtree: true });

function prepare(form) {
  if (form.dataset.prepared) return;
  form.dataset.prepared = "1";
  const drop = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => over(event, drop, true));
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, (event) => over(event, drop, false));
  drop.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => say(form, tooLarge(form, input) ? form.dataset.tooLarge : ""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (tooLarge(form, input)) say(form, form.dataset.tooLarge);
    else send(form);
  });
}

function over(event, drop, isOver) {
  event.preventDefault();
  drop.classList.toggle("over", isOver);
}

function tooLarge(form, input) {
  return input.files[0]?.size > Number(form.dataset.limit);
}

function say(form, sentence) {
  form.querySelector("[data-upload-error]").textContent = sentence;
  form.querySelector("[data-drop]").classList.toggle("wrong", Boolean(sentence));
}

function send(form) {
  const bar = form.querySelector("[data-upload-progress]");
  const button = form.querySelector("[data-upload-send]");
  const request = new XMLHttpRequest();
  const stop = (sentence) => {
    bar.hidden = true;
    button.disabled = false;
    say(form, sentence);
  };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.querySelector("progress").value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => {
    if (request.response?.url) location.assign(request.response.url);
    else stop(request.response?.error || form.dataset.lost);
  });
  request.addEventListener("error", () => stop(form.dataset.lost));
  bar.querySelector("[data-upload-words]").textContent = form.dataset.sending;
  bar.hidden = false;
  button.disabled = true;
  say(form, "");
  request.send(new FormData(form));
}
