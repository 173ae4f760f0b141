/*
 * JoyTop's design tokens.
 *
 * Every colour is written once, here, for a light and a dark ground, and reaches the page as a
 * CSS variable (`--brand`), so templates never say `dark:`. The contrast of the pairs that meet
 * on a page is checked by marketplace/styleguide/tests/test_tokens.py; the lines of `colours`
 * below are read for it, and for the style guide: keep one token a line.
 */
import typography from "@tailwindcss/typography";
import plugin from "tailwindcss/plugin";

const colours = {
  // What one may do next: actions, links, what is selected. Nothing else.
  brand: { light: "#0B5D4E", dark: "#4FBFA5" },
  "brand-hover": { light: "#084A3E", dark: "#74D1BB" },
  "brand-tint": { light: "#E6F1EE", dark: "#17302B" },
  "on-brand": { light: "#FFFFFF", dark: "#0B1F1A" },
  // Stars, instant, promoted. Never text on white; text on it is `on-apricot`.
  apricot: { light: "#F2994A", dark: "#F5B06E" },
  "on-apricot": { light: "#1B1A17", dark: "#1B1A17" },
  // Text. `faint` is for large text and icons only.
  ink: { light: "#1B1A17", dark: "#EDEBE6" },
  secondary: { light: "#5C5A54", dark: "#B3B0A8" },
  faint: { light: "#8A877F", dark: "#85827B" },
  // Grounds, hairlines, and the edge of a control.
  page: { light: "#FFFFFF", dark: "#141513" },
  raised: { light: "#FFFFFF", dark: "#1D1F1C" },
  sunken: { light: "#F6F4F0", dark: "#0E0F0D" },
  line: { light: "#E4E1DA", dark: "#33352F" },
  control: { light: "#87847C", dark: "#7B7871" },
  // What a state means, and its ground.
  good: { light: "#18794E", dark: "#63CB95" },
  "good-tint": { light: "#E7F4EC", dark: "#14291E" },
  warning: { light: "#8F5400", dark: "#E9B05A" },
  "warning-tint": { light: "#FBF1E1", dark: "#2E2412" },
  danger: { light: "#B42318", dark: "#F7938A" },
  "danger-tint": { light: "#FCECEA", dark: "#361A17" },
  info: { light: "#175CD3", dark: "#8FB4F7" },
  "info-tint": { light: "#EAF1FC", dark: "#17243D" },
};

const variables = (ground) =>
  Object.fromEntries(Object.entries(colours).map(([name, value]) => [`--${name}`, value[ground]]));

const palette = Object.fromEntries(Object.keys(colours).map((name) => [name, `var(--${name})`]));

const light = { ...variables("light"), "color-scheme": "light" };
const dark = { ...variables("dark"), "color-scheme": "dark" };

/** The colours as CSS variables: as the reader chose (`data-theme`), else as their system is. */
const tokens = plugin(({ addBase }) => {
  addBase({
    ":root": light,
    "@media (prefers-color-scheme: dark)": { ':root:not([data-theme="light"])': dark },
    ':root[data-theme="dark"]': dark,
  });
});

export default {
  theme: {
    colors: {
      ...palette,
      transparent: "transparent",
      current: "currentColor",
      // Over photographs only.
      white: "#FFFFFF",
      black: "#000000",
    },
    fontFamily: {
      sans: ['"Inter Variable"', '"Inter Fallback"', "system-ui", "sans-serif"],
    },
    fontSize: {
      xs: ["0.75rem", "1rem"],
      sm: ["0.875rem", "1.25rem"],
      base: ["1rem", "1.5rem"],
      lg: ["1.125rem", "1.75rem"],
      xl: ["1.25rem", "1.75rem"],
      "2xl": ["1.5rem", "2rem"],
      "3xl": ["1.875rem", "2.25rem"],
      "4xl": ["2.25rem", "2.5rem"],
      "5xl": ["3rem", "3.25rem"],
      "6xl": ["3.75rem", "4rem"],
    },
    borderRadius: {
      none: "0",
      control: "0.5rem",
      card: "0.75rem",
      picture: "1rem",
      full: "9999px",
    },
    boxShadow: {
      none: "none",
      rest: "0 0 0 1px var(--line), 0 1px 2px rgb(27 26 23 / 0.05)",
      float: "0 0 0 1px rgb(27 26 23 / 0.06), 0 12px 32px -8px rgb(27 26 23 / 0.22)",
    },
    extend: {
      // Long texts (`prose`) in our colours.
      typography: {
        DEFAULT: {
          css: {
            "--tw-prose-body": "var(--ink)",
            "--tw-prose-headings": "var(--ink)",
            "--tw-prose-lead": "var(--secondary)",
            "--tw-prose-links": "var(--brand)",
            "--tw-prose-bold": "var(--ink)",
            "--tw-prose-counters": "var(--secondary)",
            "--tw-prose-bullets": "var(--control)",
            "--tw-prose-hr": "var(--line)",
            "--tw-prose-quotes": "var(--ink)",
            "--tw-prose-quote-borders": "var(--line)",
            "--tw-prose-captions": "var(--secondary)",
            "--tw-prose-th-borders": "var(--control)",
            "--tw-prose-td-borders": "var(--line)",
            "--tw-prose-code": "var(--ink)",
            "--tw-prose-kbd": "var(--ink)",
          },
        },
      },
      maxWidth: { shell: "80rem", wide: "100rem", prose: "42rem" },
      transitionDuration: { DEFAULT: "150ms" },
      transitionTimingFunction: { DEFAULT: "cubic-bezier(0, 0, 0.2, 1)" },
    },
  },
  plugins: [typography, tokens],
};
