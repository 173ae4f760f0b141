/* What every page needs, in small pieces. Without this file the site works, only less smoothly. */

/* A cookie that the server reads too. An age of nothing forgets it. */
const YEAR = 31536000;
const remember = (name, value, age = YEAR) => {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
};

/* The visitor's time zone, so that the server can say when a venue's clock differs. */
const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
if (zone && !document.cookie.includes(`joytop_tz=${zone}`)) remember("joytop_tz", zone);

/* Light or dark, as the cookie has it. The server has written the page so; this is for a theme
   chosen here, in another tab, or after a page that comes back from the history was left. */
const showTheme = () => {
  const theme = document.cookie.match(/(?:^|; )joytop_theme=(light|dark)(?:;|$)/)?.[1];
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const meta of document.querySelectorAll("meta[data-for]")) {
    const { for: shade } = meta.dataset;
    meta.media = theme ? (theme === shade ? "all" : "not all") : `(prefers-color-scheme: ${shade})`;
  }
  for (const button of document.querySelectorAll(".preferences [name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === (theme ?? "system")));
  }
};
document.addEventListener("submit", (event) => {
  if (event.submitter?.name !== "theme") return;
  event.preventDefault();
  const theme = event.submitter.value;
  remember("joytop_theme", theme, theme === "system" ? 0 : YEAR);
  showTheme();
});
document.addEventListener("visibilitychange", showTheme);

/* A bar at the top while something is fetched; the next page comes without it. What is saved and
   not shown leaves this page standing, so it goes by itself in the end. */
const LONGEST = 10_000;
let waiting = 0;
const load = () => {
  document.documentElement.dataset.loading = "";
  clearTimeout(waiting);
  waiting = setTimeout(loaded, LONGEST);
};
const loaded = () => {
  delete document.documentElement.dataset.loading;
  clearTimeout(waiting);
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || elsewhere || event.defaultPrevented || link.target || link.hasAttribute("download")) {
    return;
  }
  const stays = link.pathname === location.pathname && link.search === location.search && link.hash;
  if (link.origin === location.origin && !stays) load();
});
document.addEventListener("htmx:beforeRequest", load);
document.addEventListener("htmx:afterRequest", loaded);

/* A form that is on its way cannot be sent twice; its button says that it is busy. */
const setBusy = (form, button, busy) => {
  if (busy) form.dataset.sending = busy;
  else delete form.dataset.sending;
  if (!button) return;
  if (busy) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
};
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.dataset.sending) return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.matches("[hx-post], [hx-get], [method=dialog]")) return;
  load();
  if (form.method === "post") setBusy(form, event.submitter, "page");
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  showTheme();
  loaded();
  for (const form of document.querySelectorAll("[data-sending]")) {
    setBusy(form, form.querySelector("[aria-busy]"), "");
  }
});
/* What htmx sends. The end of one request ends no other's wait. */
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const form = detail.elt.closest("form");
  const button = detail.requestConfig.triggeringEvent?.submitter;
  if (form && button) setBusy(form, button, "part");
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest("form");
  if (form?.dataset.sending === "part") setBusy(form, form.querySelector("[aria-busy]"), "");
});

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
  (
    root.querySelector(".error-summary:not(.specimen *)") ??
    root.querySelector("main [aria-invalid=true]:not(.specimen *)")
  )?.focus();

/* A card has its first picture from the server; the others come here, to be swiped through, and are
   fetched once somebody points at the card or swipes. Dots follow the swipe, arrows are for those
   who have a mouse. A picture's address holds its key, in a
   folder named by the key's first two letters. */
const named = (key) => `${key.slice(0, 2)}/${key}`;
const addPictures = (pictures) => {
  const strip = pictures.querySelector(".strip");
  const first = strip.firstElementChild;
  const { key, more } = pictures.dataset;
  // In a template nothing is fetched while its copy is made.
  const copy = document.createElement("template");
  copy.innerHTML = first.outerHTML;
  const image = copy.content.querySelector("img");
  const sizes = image.getAttribute("srcset");
  for (const name of ["src", "srcset", "fetchpriority", "loading"]) image.removeAttribute(name);
  for (const other of more.split(" ")) {
    image.dataset.srcset = sizes.replaceAll(named(key), named(other));
    strip.append(document.importNode(copy.content, true));
  }
  const fetchAll = () => {
    for (const image of strip.querySelectorAll("img[data-srcset]")) {
      image.srcset = image.dataset.srcset;
      delete image.dataset.srcset;
    }
  };
  for (const interest of ["pointerenter", "touchstart", "scroll"]) {
    pictures.addEventListener(interest, fetchAll, { capture: true, once: true, passive: true });
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
    const show = (shown) => {
      dots.forEach((dot, index) => dot.classList.toggle("is-on", index === shown));
      back.disabled = shown === 0;
      on.disabled = shown === dots.length - 1;
    };
    const turn = (step) => strip.scrollTo({ left: (at() + step) * strip.clientWidth, behavior: "smooth" });
    back.addEventListener("click", () => turn(-1));
    on.addEventListener("click", () => turn(1));
    strip.addEventListener("scroll", () => show(at()), { passive: true });
    // Not asked for: the answer would have the page laid out anew for each card.
    show(0);
  }
};

/* A row of links that scrolls begins where one is. */
const showCurrent = (root) => {
  for (const link of root.querySelectorAll("nav [aria-current='page']")) {
    const row = link.closest("nav");
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = link.offsetLeft - row.offsetLeft - 16;
  }
};

/* A date that is not set says "Any", as its neighbours do; its pattern shows where one types. */
const showAnyDates = (root) => {
  for (const input of root.querySelectorAll(".search-bar [type=date]")) {
    const show = () => input.classList.toggle("is-any", !input.value && !input.validity.badInput);
    if (!wired.has(input)) input.addEventListener("input", show);
    wired.add(input);
    show();
  }
};
// What a browser puts back into a form comes late.
addEventListener("pageshow", () => showAnyDates(document));

/* A long text shows how it begins, where there is more of it than that; a press opens it. */
const wireFolds = (root) => {
  for (const fold of root.querySelectorAll("[data-fold]")) {
    if (wired.has(fold)) continue;
    wired.add(fold);
    const [text, button] = fold.children;
    text.classList.add("fold");
    const size = new ResizeObserver(() => {
      button.hidden = text.scrollHeight <= text.clientHeight;
    });
    size.observe(text);
    button.addEventListener("click", () => {
      size.disconnect();
      text.classList.remove("fold");
      text.tabIndex = -1;
      text.focus();
      button.remove();
    });
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
  const toast = words.content.firstElementChild.cloneNode(true);
  toast.dataset.trouble = "";
  place.append(toast);
  showCloseButtons(place);
};
document.addEventListener("htmx:responseError", sayTrouble);
document.addEventListener("htmx:sendError", sayTrouble);

/* The page after it came, and each part after htmx changed it. */
const prepare = (root) => {
  showCloseButtons(root);
  wireStrips(root);
  wireRails(root);
  wireFolds(root);
  showAnyDates(root);
  showCurrent(root);
  focusErrors(root);
};
prepare(document);
document.addEventListener("htmx:historyRestore", () => prepare(document));
document.addEventListener("htmx:afterSettle", (event) => prepare(event.detail.elt.parentElement ?? document));
