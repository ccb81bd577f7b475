// The dialog that the address asks for (?act=call) is open when the page is.

const ready = document.getElementById("ready")?.dataset.ready;
const dialog = ready && document.getElementById(ready);
if (dialog) {
  dialog.showModal();
  history.replaceState(null, "", location.pathname);
}
