/* How long a time is held, by the server's clock: the visitor's own may be wrong. The page says
   until when by itself; here it counts down, turns amber near the end, and speaks at 5, 2 and 1
   minutes. Once it is over the page is asked for again, unless somebody is typing. */
const MINUTE = 60_000;
const AMBER = 2 * MINUTE;
const SPOKEN = [5, 2, 1];

const start = (pill) => {
  const ahead = Date.parse(pill.dataset.now) - Date.now();
  const until = Date.parse(pill.dataset.until);
  const text = pill.querySelector("[data-countdown-text]");
  const says = pill.querySelector("[data-countdown-says]");
  const told = new Set();

  const tell = (left) => {
    const minutes = SPOKEN.findLast((it) => left <= it * MINUTE);
    if (!minutes || told.has(minutes)) return;
    SPOKEN.filter((it) => it >= minutes).forEach((it) => told.add(it));
    says.textContent =
      minutes === 1 ? says.dataset.one : says.dataset.many.replace("{minutes}", minutes);
  };
  const show = () => {
    const left = until - Date.now() - ahead;
    pill.classList.toggle("is-near", left < AMBER);
    if (left <= 0) {
      clearInterval(timer);
      text.textContent = text.dataset.over;
      if (!document.activeElement?.matches("input, textarea, select")) location.reload();
      return;
    }
    const seconds = Math.ceil(left / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    text.textContent = text.dataset.words.replace("{time}", clock);
    tell(left);
  };
  const timer = setInterval(show, 1000);
  show();
};

for (const pill of document.querySelectorAll("[data-countdown]")) start(pill);
