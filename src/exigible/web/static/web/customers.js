// The dialog that the address asks for (?act=promise) is open when the page is.

const ready = document.getElementById("ready")?.dataset.ready;
const dialog = ready && document.getElementById(ready);
if (dialog) {
  dialog.showModal();
  if (location.search.includes("act=")) history.replaceState(null, "", location.pathname);
}

// In another currency another amount is claimed; what was typed by hand stays.
for (const form of document.querySelectorAll(".promise-form")) {
  const { amount, currency } = form.elements;
  if (!currency?.options) continue;
  const claimed = () => currency.getAttribute(`data-claimed-${currency.value.toLowerCase()}`) ?? "";
  let offered = amount.value;
  currency.addEventListener("change", () => {
    if (amount.value === offered) amount.value = offered = claimed();
  });
}
