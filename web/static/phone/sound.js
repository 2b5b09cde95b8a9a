// What telephones sound like: keys, ringing, music, and prompts in a voice of the server or, where it has none, of the browser.

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const DANISH_TONE = { pitches: [425], on: 1, off: 4, level: 0.06 };
const BELL = { pitches: [440, 480], on: 0.9, off: 2.1, level: 0.08 };
const CYCLES = 30;
const LONGEST = 280;

export class Sound {
  // `speech` is where the server speaks, `speaks` the languages in which it does.
  constructor({ speech, speaks, language }) {
    Object.assign(this, { speech, speaks, language, isOn: true, rings: new Map(), voices: new Map(), kept: new Map() });
    // A browser lets nobody hear anything before they have touched the page.
    for (const touched of ["pointerdown", "keydown"]) addEventListener(touched, () => this.#wake(), { once: true, capture: true });
  }

  turn(isOn) {
    this.isOn = isOn;
    if (this.master) this.master.gain.value = isOn ? 1 : 0;
    if (!isOn) globalThis.speechSynthesis?.cancel();
  }

  key(key, pan) {
    const place = KEYS.indexOf(key);
    if (!this.context || place < 0) return;
    const { ends } = this.#tones([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0.08, pan);
    ends(this.context.currentTime + 0.14);
  }

  // The bell of a telephone that rings, the tone of one that hears another ring, or silence (nothing).
  ring(who, what, pan) {
    if (this.rings.get(who)?.what === what) return;
    this.rings.get(who)?.stop();
    this.rings.delete(who);
    if (!what || !this.context) return;
    const pattern = what === "bell" ? BELL : DANISH_TONE;
    const { gain, ends, stop } = this.#tones(pattern.pitches, 0, pan);
    const start = this.context.currentTime;
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const at = start + cycle * (pattern.on + pattern.off);
      gain.gain.setValueAtTime(pattern.level, at);
      gain.gain.setValueAtTime(0, at + pattern.on);
    }
    ends(start + CYCLES * (pattern.on + pattern.off));
    this.rings.set(who, { what, stop });
  }

  // A prompt, behind what is being said at that telephone already.
  say(who, text, language, pan) {
    const voice = this.#voice(who);
    const turn = voice.turn;
    const spoken = (language || this.language).slice(0, 2);
    for (const part of parts(text))
      voice.queue = voice.queue.then(() => (voice.turn === turn ? this.#speak(voice, part, spoken, pan) : null)).catch(() => {});
  }

  music(who, address, pan) {
    const voice = this.#voice(who);
    const turn = voice.turn;
    if (!this.context || new URL(address, location.href).origin !== location.origin) return;
    this.#loaded(new URL(address, location.href).href)
      .then((buffer) => (voice.turn === turn ? this.#played(voice, buffer, pan, 0.5) : null))
      .catch(() => {});
  }

  // Nothing is said any more at that telephone: its owner keyed something, talks, or has hung up.
  hush(who) {
    const voice = this.#voice(who);
    voice.turn += 1;
    voice.queue = Promise.resolve();
    voice.stop?.();
    voice.stop = null;
  }

  #voice(who) {
    if (!this.voices.has(who)) this.voices.set(who, { turn: 0, queue: Promise.resolve(), stop: null });
    return this.voices.get(who);
  }

  async #speak(voice, text, language, pan) {
    if (!this.isOn || !this.context) return;
    if (!this.speaks.includes(language)) return spokenByBrowser(voice, text, language);
    const address = `${this.speech}?${new URLSearchParams({ language, text })}`;
    const turn = voice.turn;
    const buffer = await this.#loaded(address);
    if (voice.turn === turn) await this.#played(voice, buffer, pan, 0.9);
  }

  #loaded(address) {
    if (!this.kept.has(address)) {
      const asked = fetch(address).then((answer) => answer.arrayBuffer()).then((bytes) => this.context.decodeAudioData(bytes));
      this.kept.set(address, asked);
    }
    return this.kept.get(address);
  }

  #played(voice, buffer, pan, level) {
    const source = new AudioBufferSourceNode(this.context, { buffer });
    const gain = new GainNode(this.context, { gain: level });
    source.connect(gain).connect(this.#place(pan));
    source.start();
    voice.stop = () => source.stop();
    return new Promise((done) => source.addEventListener("ended", done));
  }

  #tones(pitches, level, pan) {
    const gain = new GainNode(this.context, { gain: level });
    const sources = pitches.map((frequency) => new OscillatorNode(this.context, { frequency }));
    for (const source of sources) source.connect(gain);
    gain.connect(this.#place(pan));
    for (const source of sources) source.start();
    return { gain, ends: (at) => sources.forEach((one) => one.stop(at)), stop: () => sources.forEach((one) => one.stop()) };
  }

  #place(pan) {
    const place = new StereoPannerNode(this.context, { pan });
    place.connect(this.master);
    return place;
  }

  #wake() {
    if (this.context) return;
    this.context = new AudioContext();
    this.master = new GainNode(this.context, { gain: this.isOn ? 1 : 0 });
    this.master.connect(this.context.destination);
    this.context.resume();
  }
}

// Sentences, a few at a time, each short enough for an address.
export function parts(text) {
  const sentences = text.match(/[^.!?]+[.!?]*\s*/g) ?? [];
  const found = [""];
  for (const sentence of sentences.flatMap((one) => one.match(new RegExp(`.{1,${LONGEST}}`, "gs")) ?? [])) {
    if (found.at(-1).length + sentence.length > LONGEST) found.push("");
    found[found.length - 1] += sentence;
  }
  return found.map((one) => one.trim()).filter(Boolean);
}

function spokenByBrowser(voice, text, language) {
  const chosen = globalThis.speechSynthesis?.getVoices().find((one) => one.lang.toLowerCase().startsWith(language));
  if (!chosen) return null;
  return new Promise((done) => {
    const said = Object.assign(new SpeechSynthesisUtterance(text), { voice: chosen, lang: chosen.lang, onend: done, onerror: done });
    voice.stop = () => speechSynthesis.cancel();
    speechSynthesis.speak(said);
  });
}
