/* Marks the section that is being read in the guide's index. */

const links = new Map(
  [...document.querySelectorAll(".guide-index a")].map((link) => [link.hash.slice(1), link]),
);

const mark = (id) => {
  for (const [name, link] of links) {
    if (name === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};

const watch = new IntersectionObserver(
  (seen) => {
    const now = seen.find((each) => each.isIntersecting);
    if (now) mark(now.target.id);
  },
  { rootMargin: "-25% 0px -70%" },
);
for (const section of document.querySelectorAll(".guide-body > section")) watch.observe(section);
