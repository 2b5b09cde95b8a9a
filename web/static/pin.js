// A PIN that somebody asked to see goes when they do: to another tab, to another page, or back to this one later (R2).
const hide = () => {
  for (const pin of document.querySelectorAll("[data-pin]")) pin.textContent = pin.dataset.pin;
};

document.addEventListener("visibilitychange", () => document.hidden && hide());
window.addEventListener("pagehide", hide);
