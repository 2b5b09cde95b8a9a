// What a telephone went through, as lines that people read: the exchange's events in, lines out. No page here.

export const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// A number as people write it: "6318 6363"; one from abroad as it is.
export function plain(number) {
  const home = /^\+45(\d{4})(\d{4})$/.exec(number);
  return home ? `${home[1]} ${home[2]}` : number;
}

const WITHOUT_TEXT = { picked_up: "picked_up", music: "music_plays", recording: "recording_begins", parted: "parted", unreached: "unreached" };
const WITH_TEXT = { recorded: "recorded", text: "text", problem: "problem" };

export class Reader {
  // `whose` says who has a number.
  constructor(texts, whose) {
    Object.assign(this, { texts, whose });
  }

  // {voice: line | own | note | fault, text, language?}, or nothing where a telephone's owner notices nothing.
  line(event) {
    const note = (name, values = {}) => ({ voice: "note", text: filled(this.texts[name], values) });
    const last = event.text.split(" ").pop();
    if (event.kind === "said") return { voice: "line", text: event.text, language: event.language };
    if (event.kind === "key") return { voice: "own", text: filled(this.texts.keys, { keys: event.text }) };
    if (event.kind === "tone") return note("tone", { keys: event.text });
    if (event.kind === "dialled") return note("dialled", { who: this.whose(event.text) });
    if (event.kind === "ringing") return note("rings", { who: this.whose(last) });
    if (event.kind === "bridged") return note("bridged_with", { who: this.whose(last) });
    if (event.kind === "network") return { ...note(`network_${event.text.split(" ")[0]}`), voice: "fault" };
    if (event.kind in WITHOUT_TEXT) return note(WITHOUT_TEXT[event.kind]);
    if (event.kind in WITH_TEXT) return { ...note(WITH_TEXT[event.kind], { text: event.text }), voice: event.kind === "problem" ? "fault" : "note" };
    return event.kind === "ended" ? note(ending(event.text, this.texts)) : null;
  }
}

function ending(text, texts) {
  const [, state, by] = /^(\S+) \((.*)\)$/.exec(text) ?? ["", text, ""];
  const known = `by_${by.replaceAll(" ", "_")}`;
  return known in texts ? known : state === "busy" ? "declined" : "you_hung_up";
}

// How a telephone stands after an event, for a call that is played again: there the exchange's own telephones are elsewhere by now.
export function after(seen, event) {
  const now = { ...seen, keyed: event.kind === "key" ? seen.keyed + event.text : event.kind === "said" ? "" : seen.keyed };
  const states = {
    dialled: "waiting", said: "asking", music: "music", recording: "recording", recorded: "waiting", ring_tone: "dialling",
    ringing: "ringing", picked_up: "waiting", bridged: "bridged", parted: "waiting", ended: "idle", unreached: "waiting",
  };
  now.state = states[event.kind] ?? seen.state;
  now.rings = now.state === "ringing";
  if (event.kind === "dialled") now.with = event.text;
  if (event.kind === "ringing" || event.kind === "bridged") now.with = event.text.split(" ").pop();
  if (event.kind === "ring_tone") now.with = event.text;
  if (event.kind === "ended") now.with = null;
  return now;
}
