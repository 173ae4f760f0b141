/* Keys of the moderators' pages. Every one of them does what a link or a button does too. */

const cases = () => [...document.querySelectorAll("[data-queue] [data-case]")];

/* The case before or after the open one; from the queue itself, the first. */
const step = (by) => {
  const links = cases();
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  const link = at < 0 ? links[0] : links[at + by];
  link?.click();
};

/* Opens a decision's form and puts the cursor into its first field. */
const open = (name) => {
  const part = document.querySelector(`[data-decision="${name}"]`);
  if (!part) return;
  if (part instanceof HTMLDetailsElement) part.open = true;
  const field = part.querySelector("select, textarea, input:not([type=hidden]), button");
  part.scrollIntoView({ block: "nearest" });
  field?.focus();
};

const keys = {
  j: () => step(1),
  k: () => step(-1),
  a: () => open("approve"),
  c: () => open("changes"),
  r: () => open("reject"),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, dialog[open]")) return;
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

/* One more row of the list of changes, without a round trip. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const form = button.form;
  const total = form.querySelector("[name$='-TOTAL_FORMS']");
  const most = form.querySelector("[name$='-MAX_NUM_FORMS']");
  const rows = form.querySelectorAll("[data-row]");
  const count = Number(total.value);
  if (count >= Number(most.value)) return;
  event.preventDefault();
  const row = rows[rows.length - 1].cloneNode(true);
  for (const error of row.querySelectorAll(".field-error")) error.remove();
  for (const element of row.querySelectorAll("*")) {
    for (const name of ["id", "name", "for"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(/-\d+-/, `-${count}-`));
    }
    element.removeAttribute("aria-invalid");
    element.removeAttribute("aria-describedby");
    if ("value" in element && element.matches("select, textarea, input")) element.value = "";
  }
  rows[rows.length - 1].after(row);
  total.value = String(count + 1);
  row.querySelector("select").focus();
});
