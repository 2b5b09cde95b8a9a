// One handset: what it shows, what its owner keys. It knows its number and what the exchange says of it, nothing else.

import { filled, plain } from "./reading.js";

const DIGITS = /^[0-9]$/;
const KEYS = /^[0-9*#]$/;
const MOST_LINES = 300;
const SPOKEN_SECONDS = 5;
const VOICEMAIL_AFTER = 4;
const FREE = { state: "idle", rings: false, call: null, with: null, shows: null, keyed: "", behaviour: { kind: "hand" } };

export class Handset {
  // `desk` is what all handsets share: texts, people, whose, reader, sound, exchange (none where a call is played again), timeOf.
  constructor(desk, number, { removed, chosen, moved }) {
    Object.assign(this, { desk, number, pan: 0, now: FREE, dialling: "", lines: [], removed, chosen, moved });
    this.element = document.getElementById("handset").content.firstElementChild.cloneNode(true);
    this.parts = {};
    for (const part of this.element.querySelectorAll("[data-part]")) this.parts[part.dataset.part] = part;
    this.#listen();
    this.belongsTo(number);
  }

  get name() {
    return this.desk.whose(this.number);
  }

  get isFree() {
    return this.now.state === "idle";
  }

  belongsTo(number) {
    const { texts, people } = this.desk;
    this.number = number;
    const person = people.find((one) => one.number === number && one.role !== "line");
    this.pin = person?.pin ?? null;
    this.parts.number.textContent = person ? plain(number) : "";
    this.parts.beside.textContent = person?.beside ? `· ${person.beside}` : "";
    this.parts.pin.classList.toggle("absent", !this.pin);
    this.parts["pin-shown"].textContent = this.pin ? `${this.pin.slice(0, 4)} ${this.pin.slice(4)}` : "";
    this.element.setAttribute("aria-label", filled(texts.telephone, { name: this.name }));
    this.parts.talk.setAttribute("aria-label", filled(texts.talk, { name: this.name }));
    this.parts.controls.hidden = !this.desk.exchange;
    const lines = people.filter((one) => one.role === "line");
    this.dialling = lines[0]?.number ?? "";
    this.parts.lines.replaceChildren(...lines.map((one) => new Option(`${one.name} · ${plain(one.number)}`, one.number)));
    this.#fillWhose();
    this.forget();
    this.show(FREE);
  }

  // What the exchange says of it now.
  show(now) {
    const { texts, sound } = this.desk;
    this.now = now;
    this.element.dataset.state = now.state;
    this.parts.state.textContent = texts[`state_${now.state}`] ?? now.state;
    this.parts.line.textContent = this.#line();
    const lift = this.element.querySelector("[data-do=lift]");
    const hangUp = this.element.querySelector("[data-do=hang-up]");
    lift.textContent = now.rings ? texts.lift : texts.dial;
    lift.disabled = !this.isFree && !now.rings;
    hangUp.textContent = now.rings ? texts.decline : texts.hang_up;
    hangUp.disabled = this.isFree;
    for (const act of ["pin", "speak", "drop"]) this.element.querySelector(`[data-do=${act}]`).disabled = this.isFree || now.rings;
    this.parts.whose.disabled = !this.desk.exchange || !this.isFree;
    this.parts.behaviour.value = now.behaviour.kind;
    sound.ring(this, now.rings ? "bell" : now.state === "dialling" ? "tone" : null, this.pan);
    if (this.isFree || now.state === "bridged") sound.hush(this);
  }

  // Something that happened to it. `silently`: it is only written down.
  hear(event, { silently = false } = {}) {
    this.#write(event);
    if (event.kind === "ring_tone") this.hearsRing = event.text;
    if (event.kind === "bridged") this.bridgedAt = Date.parse(event.at);
    if (silently) return;
    const { sound } = this.desk;
    if (event.kind === "said") sound.say(this, event.text, event.language, this.pan);
    if (event.kind === "music") sound.music(this, event.text, this.pan);
    if (event.kind === "key") sound.hush(this);
    if (event.kind === "tone" || (event.kind === "key" && !this.desk.exchange)) sound.key(event.text, this.pan);
  }

  // Time passes: how long it has been talking.
  tick() {
    if (this.now.state === "bridged") this.parts.line.textContent = this.#line();
  }

  forget() {
    this.lines = [];
    this.parts.talk.replaceChildren();
  }

  // What its owner does.

  press(key) {
    const { exchange, sound } = this.desk;
    if (!exchange || this.now.rings) return;
    sound.key(key, this.pan);
    if (this.isFree) return this.#dialMore(key);
    sound.hush(this);
    this.#act("key", { keys: key });
  }

  lift() {
    if (this.now.rings) return this.#act("pick-up");
    if (!this.isFree || !this.dialling) return;
    this.hasTyped = false;
    const hidden = this.parts.withheld.checked ? { caller_id: "anonymous" } : {};
    this.#act("dial", { to: international(this.dialling), ...hidden });
  }

  hangUp() {
    if (!this.isFree) this.#act(this.now.rings ? "decline" : "hang-up");
  }

  keyPin() {
    if (this.pin && !this.isFree && !this.now.rings) this.#act("key", { keys: `${this.pin}#` });
  }

  #dialMore(key) {
    if (key === "Backspace") this.dialling = this.hasTyped ? this.dialling.slice(0, -1) : "";
    else if (DIGITS.test(key)) this.dialling = this.hasTyped ? this.dialling + key : key;
    this.hasTyped = true;
    this.parts.line.textContent = this.#line();
  }

  #act(act, body) {
    return this.desk.exchange.act(this.number, act, body).then((now) => this.show(now), () => {});
  }

  #line() {
    const { texts, whose } = this.desk;
    if (this.isFree) return this.desk.exchange ? `${texts.to_dial}: ${plain(international(this.dialling)) || "–"}` : "";
    if (this.now.rings) return filled(texts.calls_you, { who: whose(this.now.shows ?? this.now.with) });
    if (this.now.keyed && this.now.state !== "bridged") return filled(texts.keyed, { keys: this.now.keyed });
    const who = this.now.with ? filled(texts.with, { who: whose(this.now.with) }) : "";
    return this.now.state === "bridged" && this.bridgedAt ? `${who} · ${lasted(this.desk.now() - this.bridgedAt)}` : who;
  }

  #write(event) {
    const line = this.desk.reader.line(event);
    if (!line) return;
    const last = this.lines.at(-1);
    if (last && ["key", "tone"].includes(event.kind) && last.event.kind === event.kind && last.event.call === event.call) {
      last.event = { ...event, text: last.event.text + event.text };
      last.said.textContent = this.desk.reader.line(last.event).text;
      return;
    }
    if (last && line.text === last.said.textContent && line.voice === "note") return;
    const written = document.createElement("p");
    const time = document.createElement("time");
    const said = document.createElement("span");
    written.className = `handset-said ${line.voice}`;
    time.dateTime = event.at;
    time.textContent = this.desk.timeOf(event.at);
    said.textContent = line.text;
    if (line.language) said.lang = line.language;
    written.append(time, " ", said);
    this.lines.push({ event, said });
    this.parts.talk.append(written);
    if (this.lines.length > MOST_LINES) this.lines.shift().said.parentElement.remove();
    this.parts.talk.scrollTop = this.parts.talk.scrollHeight;
  }

  #fillWhose() {
    const { texts, people } = this.desk;
    const group = (label, role) => {
      const made = Object.assign(document.createElement("optgroup"), { label });
      for (const one of people.filter((it) => it.role === role)) {
        const name = role === "supporter" && !one.is_on_duty ? filled(texts.off_duty, { name: one.name }) : one.name;
        made.append(new Option(name, one.number, false, one.number === this.number));
      }
      return made;
    };
    const isKnown = people.some((one) => one.number === this.number && one.role !== "line");
    const own = new Option(isKnown ? texts.other : plain(this.number), "own", false, !isKnown);
    this.parts.whose.replaceChildren(group(texts.callers, "caller"), group(texts.supporters, "supporter"), own);
    this.parts["own-field"].hidden = isKnown;
    this.parts.own.value = isKnown ? "" : plain(this.number);
  }

  #listen() {
    const acts = {
      lift: () => this.lift(),
      "hang-up": () => this.hangUp(),
      pin: () => this.keyPin(),
      speak: () => this.#act("speak", { seconds: SPOKEN_SECONDS }),
      drop: () => this.#act("drop"),
      remove: () => this.removed(this),
    };
    this.element.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.key) this.press(button.dataset.key);
      if (button?.dataset.do) acts[button.dataset.do]();
    });
    this.element.addEventListener("keydown", (event) => this.#keyed(event));
    this.parts.behaviour.addEventListener("change", ({ target }) =>
      this.#act("behaviour", { kind: target.value, after: VOICEMAIL_AFTER, says: "" }),
    );
    this.parts.whose.addEventListener("change", ({ target }) => {
      if (target.value !== "own") return this.chosen(this, target.value);
      this.parts["own-field"].hidden = false;
      this.parts.own.focus();
    });
    this.parts.lines.addEventListener("change", ({ target }) => {
      Object.assign(this, { dialling: target.value, hasTyped: false });
      this.parts.line.textContent = this.#line();
    });
    this.parts.own.addEventListener("change", ({ target }) => this.chosen(this, international(target.value)));
  }

  #keyed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const isOnHandset = event.target === this.element;
    const isInField = event.target.matches("input:not([type=checkbox]), select");
    const does =
      event.key === "Escape" ? () => this.hangUp()
      : isInField ? null
      : KEYS.test(event.key) || (event.key === "Backspace" && this.isFree) ? () => this.press(event.key)
      : event.key === "Enter" && isOnHandset ? () => this.lift()
      : event.key.toLowerCase() === "p" ? () => this.keyPin()
      : event.key === "ArrowRight" && isOnHandset ? () => this.moved(this, 1)
      : event.key === "ArrowLeft" && isOnHandset ? () => this.moved(this, -1)
      : null;
    if (!does) return;
    event.preventDefault();
    does();
  }
}

// As in "17:04".
function lasted(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// A number as the exchange wants it: +45 before eight digits, + instead of 00.
export function international(text) {
  const digits = text.replace(/[\s().-]/g, "");
  if (/^[0-9]{8}$/.test(digits)) return `+45${digits}`;
  return digits.replace(/^00(?=[1-9])/, "+");
}
