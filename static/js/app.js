/* What every page needs, in small pieces. Without this file the site works, only less smoothly. */

/* The visitor's time zone, so that the server can say when a venue's clock differs. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`joytop_tz=${encodeURIComponent(zone)}`)) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `joytop_tz=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

/* A form that is on its way cannot be sent twice; its button says that it is busy. */
const setBusy = (form, button, busy) => {
  form.toggleAttribute("data-sending", busy);
  if (!button) return;
  if (busy) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
};
const rest = () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    setBusy(form, form.querySelector("[aria-busy]"), false);
  }
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
  if (form.hasAttribute("data-sending")) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  setBusy(form, event.submitter, true);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) rest();
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const form = detail.elt.closest("form");
  const button = detail.requestConfig.triggeringEvent?.submitter;
  if (form && button) setBusy(form, button, true);
});
document.addEventListener("htmx:afterRequest", rest);

/* Menus and the like close on Escape and on a press elsewhere. */
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
});

/* Dialogs: <button data-dialog="id"> opens, [data-close-dialog] inside closes, so does the ground. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close-dialog]"))) {
    dialog.close();
  }
});

/* Messages can be put away once there is something to press. */
const showCloseButtons = (root) => {
  for (const button of root.querySelectorAll("[data-closable] [data-close]")) button.hidden = false;
};
document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest("[data-closable]")?.remove();
});

/* After an invalid form comes back, the reader is taken to what is wrong. */
const focusErrors = (root) =>
  (root.querySelector(".error-summary") ?? root.querySelector("main [aria-invalid=true]"))?.focus();

/* A card has its first picture from the server; the others come here, to be swiped through. Dots
   follow the swipe, arrows are for those who have a mouse. A picture's address holds its key, in a
   folder named by the key's first two letters. */
const named = (key) => `${key.slice(0, 2)}/${key}`;
const addPictures = (pictures) => {
  const strip = pictures.querySelector(".strip");
  const first = strip.firstElementChild;
  const { key, more } = pictures.dataset;
  for (const other of more.split(" ")) {
    const link = first.cloneNode(true);
    const image = link.querySelector("img");
    image.loading = "lazy";
    image.removeAttribute("fetchpriority");
    image.srcset = image.srcset.replaceAll(named(key), named(other));
    image.src = image.getAttribute("src").replaceAll(named(key), named(other));
    strip.append(link);
  }
  const dots = document.createElement("div");
  dots.className = "dots";
  for (const _ of strip.children) dots.append(document.createElement("i"));
  pictures.append(dots, document.getElementById("card-turns").content.cloneNode(true));
};
const wired = new WeakSet();
const wireStrips = (root) => {
  for (const pictures of root.querySelectorAll(".pictures[data-more]")) {
    if (wired.has(pictures)) continue;
    wired.add(pictures);
    // A page that comes back from the history has them, but nobody listens to them.
    if (!pictures.querySelector(".dots")) addPictures(pictures);
    const strip = pictures.querySelector(".strip");
    const dots = [...pictures.querySelectorAll(".dots i")];
    const [back, on] = pictures.querySelectorAll(".turn");
    const at = () => Math.round(strip.scrollLeft / strip.clientWidth);
    const show = () => {
      dots.forEach((dot, index) => dot.classList.toggle("is-on", index === at()));
      back.disabled = at() === 0;
      on.disabled = at() === dots.length - 1;
    };
    const turn = (step) => strip.scrollTo({ left: (at() + step) * strip.clientWidth, behavior: "smooth" });
    back.addEventListener("click", () => turn(-1));
    on.addEventListener("click", () => turn(1));
    strip.addEventListener("scroll", show, { passive: true });
    show();
  }
};

/* A row of links that scrolls begins where one is. */
const showCurrent = (root) => {
  for (const link of root.querySelectorAll("nav [aria-current='page']")) {
    const row = link.closest("nav");
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = link.offsetLeft - row.offsetLeft - 16;
  }
};

/* Arrows of a row that scrolls, where there is more of it than fits. */
const wireRails = (root) => {
  for (const button of root.querySelectorAll("[data-rail]")) {
    const rail = document.getElementById(button.dataset.rail);
    if (!rail || wired.has(button)) continue;
    wired.add(button);
    const step = Number(button.dataset.step);
    const show = () => {
      const room = rail.scrollWidth - rail.clientWidth;
      button.hidden = room < 8;
      button.disabled = step < 0 ? rail.scrollLeft < 8 : rail.scrollLeft > room - 8;
    };
    button.addEventListener("click", () => {
      rail.scrollBy({ left: step * rail.clientWidth * 0.8, behavior: "smooth" });
    });
    rail.addEventListener("scroll", show, { passive: true });
    new ResizeObserver(show).observe(rail);
  }
};

/* When a part of the page could not be had, say so. */
const sayTrouble = () => {
  const place = document.getElementById("messages");
  const words = document.getElementById("trouble");
  if (!place || !words || place.querySelector("[data-trouble]")) return;
  const banner = words.content.firstElementChild.cloneNode(true);
  banner.dataset.trouble = "";
  place.append(banner);
  showCloseButtons(place);
  place.scrollIntoView({ block: "nearest" });
};
document.addEventListener("htmx:responseError", sayTrouble);
document.addEventListener("htmx:sendError", sayTrouble);

/* The page after it came, and each part after htmx changed it. */
const prepare = (root) => {
  showCloseButtons(root);
  wireStrips(root);
  wireRails(root);
  showCurrent(root);
  focusErrors(root);
};
prepare(document);
document.addEventListener("htmx:historyRestore", () => prepare(document));
document.addEventListener("htmx:afterSettle", (event) => prepare(event.detail.elt.parentElement ?? document));
