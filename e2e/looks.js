// Read into a page by e2e/looks.py, which asks it questions. Each answer is a list of lines.
window.looks = (() => {
  const TOUCH = 44;
  const CONTROLS = "a[href], button, input, select, textarea, summary, [role=button], [tabindex='0']";
  const PRESSED = "button, summary, [role=button], .btn, .chip, .tab";

  const named = (one) => {
    const words = (one.getAttribute("aria-label") || one.innerText || one.name || "").trim();
    const kind = [one.tagName.toLowerCase(), ...one.classList].slice(0, 4).join(".");
    return `${kind} “${words.replace(/\s+/g, " ").slice(0, 40)}”`;
  };

  const isShown = (one) => {
    if (!one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return false;
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(one).clipPath === "none";
  };

  // Whether something between it and the page scrolls or cuts sideways.
  const isHeld = (one) => {
    for (let above = one.parentElement; above && above !== document.body; above = above.parentElement) {
      if (getComputedStyle(above).overflowX !== "visible") return true;
    }
    return false;
  };

  const overflow = () => {
    const root = document.documentElement;
    const lines = [];
    const wide = root.clientWidth;
    const over = [...document.body.querySelectorAll("*")].filter(
      (one) => one.getBoundingClientRect().right > wide + 1 && isShown(one) && !isHeld(one),
    );
    if (root.scrollWidth > wide + 1 || over.length) {
      lines.push(`scrolls to ${root.scrollWidth}: ${over.slice(-3).map(named).join(", ")}`);
    }
    for (const one of document.querySelectorAll(PRESSED)) {
      if (isShown(one) && isCut(one)) lines.push(`words cut: ${named(one)}`);
    }
    return lines;
  };

  // Shown up to some line, on purpose.
  const isFolded = (one) => getComputedStyle(one).webkitLineClamp !== "none";

  const isCut = (one) => {
    const box = one.getBoundingClientRect();
    const range = document.createRange();
    const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || !isShown(node.parentElement)) continue;
      if (isFolded(node.parentElement)) continue;
      range.selectNodeContents(node);
      const words = range.getBoundingClientRect();
      if (words.right > box.right + 1 || words.left < box.left - 1) return true;
      if (words.bottom > box.bottom + 2 || words.top < box.top - 2) return true;
    }
    return one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible";
  };

  // What a finger meets: the control, its label, or what is laid over it to be larger.
  const reach = (one) => {
    const boxes = [one, ...(one.labels || [])].map((part) => part.getBoundingClientRect());
    const edge = (side, pick) => pick(...boxes.map((box) => box[side]));
    const wide = edge("right", Math.max) - edge("left", Math.min);
    const high = edge("bottom", Math.max) - edge("top", Math.min);
    if (Math.min(wide, high) >= TOUCH - 0.5) return [wide, high];
    const grown = ["::before", "::after"].map((part) => getComputedStyle(one, part));
    const larger = grown.filter((style) => style.content !== "none" && style.position === "absolute");
    return larger.reduce(
      ([width, height], style) => [
        Math.max(width, Number.parseFloat(style.width) || 0),
        Math.max(height, Number.parseFloat(style.height) || 0),
      ],
      [wide, high],
    );
  };

  const isInline = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline";

  const touch = () =>
    [...document.querySelectorAll(CONTROLS)]
      .filter((one) => isShown(one) && !isInline(one) && !one.disabled && one.type !== "hidden")
      .map((one) => [one, reach(one)])
      .filter(([, [wide, high]]) => Math.min(wide, high) < TOUCH - 0.5)
      .map(([one, [wide, high]]) => `${Math.round(wide)} × ${Math.round(high)}: ${named(one)}`)
      .filter((line, index, all) => all.indexOf(line) === index)
      .slice(0, 8);

  const pictures = () => {
    const fold = window.innerHeight;
    return [...document.images].flatMap((one) => {
      const file = one.getAttribute("src") || "";
      const lacks = ["alt", "width", "height"].filter((name) => !one.hasAttribute(name));
      if (/\/media\/.*\.(webp|avif|jpe?g)/.test(file)) {
        lacks.push(...["srcset", "sizes"].filter((name) => !one.hasAttribute(name)));
      }
      const top = one.getBoundingClientRect().top + window.scrollY;
      // Without an address it waits for somebody to swipe.
      if (file && top > fold && one.loading !== "lazy" && one.checkVisibility()) lacks.push("loading=lazy");
      return lacks.length ? [`${file.slice(-40)} lacks ${lacks.join(", ")}`] : [];
    });
  };

  // Bytes on the wire of every script that the page has loaded.
  const scripts = () =>
    performance
      .getEntriesByType("resource")
      .filter((one) => /\.js(\?|$)/.test(one.name))
      .reduce((sum, one) => sum + one.encodedBodySize, 0);

  const LETTERS = Object.fromEntries(
    [..."abcdefghijklmnopqrstuvwxyz"].map((letter, index) => [
      letter,
      [..."абцдёфгхйжклмнопщрстувшыюз"][index],
    ]),
  );
  let written = [];

  const longer = (words) =>
    words.replace(/\p{L}{2,}/gu, (word) => {
      const foreign = [...word].map((letter) => {
        const other = LETTERS[letter.toLowerCase()] || letter;
        return letter === letter.toLowerCase() ? other : other.toUpperCase();
      });
      const more = foreign.slice(-Math.ceil(word.length * 0.4)).join("").toLowerCase();
      return foreign.join("") + more;
    });

  const lengthen = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (/^(SCRIPT|STYLE)$/.test(node.parentElement.tagName)) continue;
      written.push([node, node.data]);
      node.data = longer(node.data);
    }
  };

  const restore = () => {
    for (const [node, words] of written) node.data = words;
    written = [];
  };

  return { lengthen, overflow, pictures, restore, scripts, touch };
})();
