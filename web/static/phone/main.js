// The page: handsets side by side on one exchange, or (web.phone, replay) a call that is played again.

import { Course } from "./course.js";
import { Exchange } from "./exchange.js";
import { Handset } from "./handset.js";
import { live } from "./live.js";
import { Reader, plain } from "./reading.js";
import { replay } from "./replay.js";
import { Sound } from "./sound.js";

const config = JSON.parse(document.getElementById("phone-config").textContent);
const { texts, people } = config;
const place = (name) => document.getElementById(name);
const clock = new Intl.DateTimeFormat(config.language === "da" ? "da-DK" : "en-GB", { timeStyle: "medium", timeZone: "Europe/Copenhagen" });

const whose = (number) => people.find((one) => one.number === number)?.name ?? (/\d/.test(number ?? "") ? plain(number) : texts.nobody);
let worry = null;

// A sentence at the top; one about a single act goes away by itself.
function complain(sentence, passing = false) {
  clearTimeout(worry);
  place("notice").textContent = sentence;
  if (sentence && passing) worry = setTimeout(() => (place("notice").textContent = ""), 4000);
}

const page = {
  config,
  texts,
  people,
  whose,
  place,
  complain,
  handsets: [],
  now: () => Date.now(),
  timeOf: (moment) => clock.format(new Date(moment)),
  reader: new Reader(texts, whose),
  sound: new Sound(config),
  course: new Course(place("course"), config.calls),
  asks: new Exchange(config.exchange, texts, complain),

  handsetOf: (number) => page.handsets.find((one) => one.number === number),

  add(number, wishes = {}) {
    const made = new Handset(page, number, { removed: page.remove, chosen: () => {}, moved: page.move, ...wishes });
    page.handsets.push(made);
    place("handsets").append(made.element);
    made.element.addEventListener("focusin", () => page.select(made));
    page.arrange();
    return made;
  },

  remove(handset) {
    page.sound.ring(handset, null);
    page.sound.hush(handset);
    page.handsets = page.handsets.filter((one) => one !== handset);
    handset.element.remove();
    page.arrange();
  },

  move(handset, by) {
    const next = page.handsets[(page.handsets.indexOf(handset) + by + page.handsets.length) % page.handsets.length];
    page.select(next);
    next.element.focus();
  },

  // In a narrow window one handset is seen at a time.
  select(handset) {
    for (const one of page.handsets) one.element.classList.toggle("selected", one === handset);
    page.tabs();
  },

  arrange() {
    const most = Math.max(page.handsets.length - 1, 1);
    page.handsets.forEach((one, index) => (one.pan = (index / most) * 1.2 - 0.6));
    for (const one of page.handsets) one.element.querySelector("[data-do=remove]").disabled = page.handsets.length < 3;
    if (!page.handsets.some((one) => one.element.classList.contains("selected")) && page.handsets.length) page.select(page.handsets[0]);
    page.tabs();
  },

  tabs() {
    const made = page.handsets.map((one) => {
      const tab = Object.assign(document.createElement("button"), { type: "button" });
      tab.textContent = one.isFree ? one.name : `${one.name} · ${texts[`state_${one.now.state}`]}`;
      tab.setAttribute("aria-pressed", String(one.element.classList.contains("selected")));
      tab.classList.toggle("rings", one.now.rings);
      tab.addEventListener("click", () => page.select(one));
      return tab;
    });
    const shown = [...place("tabs").children];
    if (shown.length !== made.length) return place("tabs").replaceChildren(...made);
    made.forEach((tab, index) => {
      if (shown[index].outerHTML !== tab.outerHTML && shown[index] !== document.activeElement) shown[index].replaceWith(tab);
    });
  },

  // Who hears whom, in one line.
  bridge() {
    const told = new Set(page.handsets.map((one) => heard(one)).filter(Boolean));
    const sentence = [...told].join(" · ") || texts.bridge_quiet;
    if (place("bridge").textContent !== sentence) place("bridge").textContent = sentence;
    place("bridge").dataset.talks = String(page.handsets.some((one) => one.now.state === "bridged"));
    page.tabs();
  },
};
page.exchange = config.call ? null : page.asks;
place("phone").classList.toggle("replayed", Boolean(config.call));

function heard(handset) {
  const { state } = handset.now;
  const say = (name, other = "") => texts[name].replace("{one}", handset.name).replace("{other}", other);
  if (state === "bridged") {
    const [one, other] = [handset.name, whose(handset.now.with)].sort();
    return texts.bridge_hear_each_other.replace("{one}", one).replace("{other}", other);
  }
  if (state === "dialling") return say("bridge_hears_ring", whose(handset.hearsRing));
  if (state === "music") return say("bridge_hears_music");
  return ["speaking", "asking", "listening", "recording"].includes(state) ? say("bridge_hears_line") : "";
}

place("sound").addEventListener("click", ({ currentTarget }) => {
  const isOn = currentTarget.getAttribute("aria-pressed") !== "true";
  currentTarget.setAttribute("aria-pressed", String(isOn));
  page.sound.turn(isOn);
});

(config.call ? replay : live)(page);
