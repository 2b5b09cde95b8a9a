// Fragments that move by themselves (ui.md 7): where nothing changed nothing is put in; what stood open stays open, and the focus
// stays with whatever has an id (htmx sees to that). While somebody marks text, the text stays where it is.
const last = new Map();
let open = [];

function marked(within) {
  const chosen = document.getSelection();
  return chosen !== null && !chosen.isCollapsed && within.contains(chosen.anchorNode);
}

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap || !detail.target.hasAttribute("data-live")) return;
  const place = detail.pathInfo.requestPath;
  detail.shouldSwap = last.get(place) !== detail.serverResponse && !marked(detail.target);
  if (!detail.shouldSwap) return;
  last.set(place, detail.serverResponse);
  open = [...detail.target.querySelectorAll("details[open][id]")].map((one) => one.id);
});

document.body.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
});
