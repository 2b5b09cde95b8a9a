// Keys that work on every page (ui.md 9): / goes to the search, j and k move through rows, Enter opens one, ? tells.
const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog, [data-keys]") !== null;
const rows = () => [...document.querySelectorAll("[data-row] a.open")];

function move(by) {
  const all = rows();
  const here = all.indexOf(document.activeElement);
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const acts = {
    "/": () => document.querySelector("#search")?.focus(),
    j: () => move(1),
    k: () => move(-1),
    "?": () => document.querySelector("dialog.keys")?.showModal(),
  };
  if (!(event.key in acts)) return;
  event.preventDefault();
  acts[event.key]();
});

document.querySelector("#problems")?.focus();
