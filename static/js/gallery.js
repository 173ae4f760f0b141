/*
 * The full-screen viewer of a gallery. Markup: components/gallery.html. Without this file each
 * picture is a link to itself.
 */
const build = (gallery) => {
  const viewer = gallery.querySelector("dialog.viewer");
  const strip = viewer.querySelector(".viewer-strip");
  const links = [...gallery.querySelectorAll("a[data-picture]")];
  for (const link of links) {
    const small = link.querySelector("img");
    const figure = document.createElement("figure");
    const picture = document.createElement("img");
    const caption = document.createElement("figcaption");
    picture.src = link.href;
    picture.alt = small.alt;
    picture.loading = "lazy";
    picture.decoding = "async";
    caption.textContent = small.alt;
    figure.append(picture, caption);
    strip.append(figure);
  }
  return { viewer, strip, links };
};

const wire = (gallery) => {
  const { viewer, strip, links } = build(gallery);
  const count = viewer.querySelector(".viewer-count");
  const back = viewer.querySelector(".viewer-back");
  const on = viewer.querySelector(".viewer-on");
  let at = 0;

  const tell = () => {
    count.textContent = `${at + 1} / ${links.length}`;
    back.disabled = at === 0;
    on.disabled = at === links.length - 1;
  };
  const go = (to, behavior = "smooth") => {
    at = Math.min(Math.max(to, 0), links.length - 1);
    strip.scrollTo({ left: at * strip.clientWidth, behavior });
    tell();
  };
  const open = (index) => {
    viewer.showModal();
    go(index, "instant");
  };

  for (const [index, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(index);
    });
  }
  gallery.querySelector("[data-open-gallery]")?.addEventListener("click", (event) => {
    event.preventDefault();
    open(0);
  });
  back.addEventListener("click", () => go(at - 1));
  on.addEventListener("click", () => go(at + 1));
  viewer.querySelector(".viewer-close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: links.length - 1 };
    if (event.key in moves) {
      event.preventDefault();
      go(moves[event.key]);
    }
  });
  viewer.addEventListener("close", () => links[at]?.focus());
  strip.addEventListener(
    "scrollend",
    () => {
      at = Math.round(strip.scrollLeft / strip.clientWidth);
      tell();
    },
    { passive: true },
  );
  addEventListener("resize", () => {
    if (viewer.open) go(at, "instant");
  });
};

for (const gallery of document.querySelectorAll("[data-gallery]")) wire(gallery);
