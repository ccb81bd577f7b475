// The call sheet: whatever form ends the call takes the notes and the number that was dialled with it.

const notes = document.getElementById("notes");
const kept = `call-notes ${location.pathname}`;

document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches("[data-call]")) return;
  const dialled = document.querySelector("input[name=dialled]:checked");
  formData.set("text", notes.value);
  formData.set("number", dialled?.value ?? "");
  formData.set("contact", dialled?.dataset.contact ?? "");
  sessionStorage.removeItem(kept);
});

// The number that is dialled is the one that was called.
document.addEventListener("click", ({ target }) => {
  const radio = target.closest?.(".dial")?.closest("li").querySelector("input");
  if (radio) radio.checked = true;
});

// What was typed is not lost by opening another page.
notes.value ||= sessionStorage.getItem(kept) ?? "";
notes.addEventListener("input", () => sessionStorage.setItem(kept, notes.value));
