// The editor of a policy: the customer on whom it is tried.

const form = document.getElementById("policy");
const search = document.getElementById("find-customer");
const found = document.getElementById("found");

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-customer]");
  if (!button) return;
  form.elements.customer.value = button.dataset.customer;
  search.value = "";
  search.placeholder = button.firstChild.textContent.trim();
  found.replaceChildren();
  search.focus();
  form.dispatchEvent(new Event("looked"));
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit();
  }
});

search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    found.querySelector("[data-customer]")?.click();
  } else if (event.key === "Escape") found.replaceChildren();
});
