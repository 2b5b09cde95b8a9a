// A call played again from what the exchange remembers of it. Nothing is sent to anybody.

import { after } from "./reading.js";

const LONGEST_PAUSE = 4000; // milliseconds between two things, however long it really took
const SLACK = 300; // milliseconds by which the house's clock may be behind the exchange's
const FREE = { state: "idle", rings: false, with: null, shows: null, keyed: "", behaviour: { kind: "hand" } };

export async function replay(page) {
  const { config, place, asks, texts, course } = page;
  const told = await asks.call(config.call).catch(() => null);
  course.about(config.call);
  if (!told) return page.complain(texts.forgotten);
  const events = told.events.filter((it) => it.kind !== "webhook");
  for (const number of told.telephones) page.add(number);
  let at = 0;
  let timer = null;
  place("place").max = events.length;

  place("play").addEventListener("click", () => (timer ? pause() : play()));
  place("step").addEventListener("click", () => (pause(), go(at + 1)));
  place("step-back").addEventListener("click", () => (pause(), go(at - 1)));
  place("from-start").addEventListener("click", () => (pause(), go(0)));
  place("place").addEventListener("input", ({ target }) => (pause(), go(Number(target.value))));
  place("copy").addEventListener("click", async ({ currentTarget }) => {
    await navigator.clipboard.writeText(location.href);
    page.complain(currentTarget.dataset.copied, true);
  });
  for (const name of ["play", "step", "step-back", "from-start", "place"]) place(name).disabled = false;
  go(0);

  function play() {
    if (at === events.length) go(0);
    place("play").textContent = texts.pause;
    next();
  }

  function next() {
    go(at + 1);
    if (at === events.length) return pause();
    const pace = Number(place("speed").querySelector(":checked").value);
    const lasted = Date.parse(events[at].at) - Date.parse(events[at - 1].at);
    timer = setTimeout(next, Math.min(lasted, LONGEST_PAUSE) / pace);
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    place("play").textContent = texts.play;
  }

  // One step is heard; a jump is only written down.
  function go(to) {
    const aim = Math.max(0, Math.min(to, events.length));
    const isStep = aim === at + 1;
    if (!isStep) for (const one of page.handsets) one.forget();
    const seen = new Map(page.handsets.map((one) => [one, isStep ? one.now : FREE]));
    for (const event of events.slice(isStep ? at : 0, aim)) {
      const handset = page.handsetOf(event.number);
      if (!handset) continue;
      handset.hear(event, { silently: !isStep });
      seen.set(handset, after(seen.get(handset), event));
    }
    at = aim;
    page.now = () => (at ? Date.parse(events[at - 1].at) : 0);
    for (const [handset, now] of seen) handset.show(now);
    const moment = at ? Date.parse(events[at - 1].at) : Date.parse(told.at);
    place("place").value = at;
    place("clock").textContent = page.timeOf(moment);
    course.until(at === events.length ? undefined : moment + SLACK);
    page.bridge();
  }
}
