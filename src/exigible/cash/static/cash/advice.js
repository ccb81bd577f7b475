// A remittance advice: its file is chosen, dropped on the payment or pasted on it; so is a copied list.

export const adviceForm = () => document.querySelector("#desk-pane .advice-form");

export function sendFile(files) {
  if (!files?.length || !adviceForm()) return false;
  adviceForm().elements.file.files = files;
  adviceForm().requestSubmit();
  return true;
}

export function watchAdvice(pane, { typing, isBusy }) {
  const takes = () => adviceForm() && !isBusy();

  document.addEventListener("paste", (event) => {
    if (!takes() || document.querySelector("dialog[open]") || typing(event.target)) return;
    const text = event.clipboardData.getData("text/plain");
    if (sendFile(event.clipboardData.files)) event.preventDefault();
    else if (text.trim()) {
      event.preventDefault();
      adviceForm().elements.text.value = text;
      pane.querySelector("#advice").showModal();
    }
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    pane.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files") || !takes()) return;
      event.preventDefault();
      pane.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop") sendFile(event.dataTransfer.files);
    });
  }
}
