// The arrows move through the list of the rota as j and k do, and what stands in the list is marked in the picture.
const rows = () => [...document.querySelectorAll("[data-arrows] [data-row] a.open")];

document.addEventListener("keydown", (event) => {
  const here = rows().indexOf(document.activeElement);
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (by === undefined || here < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  rows()[Math.min(Math.max(here + by, 0), rows().length - 1)]?.focus();
});

document.addEventListener("focusin", (event) => {
  const key = event.target.closest("[data-stretch-row]")?.dataset.stretchRow;
  for (const one of document.querySelectorAll("[data-stretch]")) one.classList.toggle("here", one.dataset.stretch === key);
});
