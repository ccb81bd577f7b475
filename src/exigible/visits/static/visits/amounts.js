// Amounts in whole minor units: read from what is typed, shown as the reader's language writes them. No float.

export function toMinor(typed, digits) {
  const text = typed.replace(/[\s\u00a0\u202f]/g, "");
  const found = /^(\d{1,12})(?:[.,](\d*))?$/.exec(text);
  if (!found || (found[2] ?? "").length > digits) return 0;
  return Number(found[1] + (found[2] ?? "").padEnd(digits, "0"));
}

export function shown(minor, { code, digits }) {
  const text = String(minor).padStart(digits + 1, "0");
  const decimal = digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
  const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: code });
  return format.format(decimal);
}
