/* The search page, as results are fetched: only what is whole is asked, the sheet closes on what was
   sent, and the reader is taken to the answer. */
const form = document.getElementById("search");
const isOpen = () => CSS.supports("selector(:popover-open)") && form.matches(":popover-open");

/* From and until come as a pair, with a day; while one is being chosen there is nothing to ask. */
const isWhole = () => {
  const { date, starts, ends } = form.elements;
  return Boolean(starts.value) === Boolean(ends.value) && (!starts.value || Boolean(date.value));
};
let sent = false;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt !== form) return;
  sent = event.detail.requestConfig.triggeringEvent?.type === "submit";
  if (!sent && !isWhole()) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "results") return;
  const wrong = document.querySelector("#search-errors .error-summary");
  for (const field of form.elements) {
    const error = wrong?.querySelector(`[href="#${field.id}"]`);
    const place = document.getElementById(`${field.id}_error`);
    if (field.name) field.setAttribute("aria-invalid", String(Boolean(error)));
    if (place) place.textContent = error?.dataset.says ?? "";
  }
  if (sent || isOpen()) wrong?.focus();
  if (!sent || wrong) return;
  if (isOpen()) form.hidePopover();
  document.getElementById("found").focus();
});
