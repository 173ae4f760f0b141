/*
 * The full-screen viewer of a gallery. Markup: components/gallery.html. Without this file each
 * picture is a link to itself.
 */
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const build = (gallery) => {
  const viewer = gallery.querySelector("dialog.viewer");
  const strip = viewer.querySelector(".viewer-strip");
  const links = [...gallery.querySelectorAll("a[data-picture]")];
  for (const link of links) {
    const small = link.querySelector("img");
    const figure = document.createElement("figure");
    const picture = document.createElement("img");
    const caption = document.createElement("figcaption");
    picture.loading = "lazy";
    picture.decoding = "async";
    picture.sizes = "100vw";
    picture.srcset = small.srcset;
    picture.src = link.href;
    picture.alt = small.alt;
    picture.width = small.width;
    picture.height = small.height;
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
  let opener = null;

  const tell = () => {
    count.textContent = `${at + 1} / ${links.length}`;
    back.disabled = at === 0;
    on.disabled = at === links.length - 1;
  };
  const go = (to, behavior = calm.matches ? "instant" : "smooth") => {
    at = Math.min(Math.max(to, 0), links.length - 1);
    strip.scrollTo({ left: at * strip.clientWidth, behavior });
    tell();
  };
  /* Until the large one is here, the one of the page stands in its place. */
  const open = (index) => {
    for (const [number, picture] of strip.querySelectorAll("img").entries()) {
      const shown = links[number].querySelector("img").currentSrc;
      if (shown) picture.style.background = `url("${shown}") center / contain no-repeat`;
    }
    opener = document.activeElement;
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
  /* Back to the picture that was looked at, where the page shows it. */
  viewer.addEventListener("close", () => {
    (links[at].checkVisibility?.() ? links[at] : opener)?.focus();
  });
  /* Swiped: counted once it rests, which not every browser says by itself. */
  let resting = 0;
  const rest = () => {
    at = Math.round(strip.scrollLeft / strip.clientWidth);
    tell();
  };
  const soon = () => {
    clearTimeout(resting);
    resting = setTimeout(rest, 200);
  };
  if ("onscrollend" in window) strip.addEventListener("scrollend", rest);
  else strip.addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", () => {
    if (viewer.open) go(at, "instant");
  });
};

for (const gallery of document.querySelectorAll("[data-gallery]")) wire(gallery);
