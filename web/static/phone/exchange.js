// The exchange's desk, through the house's own address. What it refuses and what it does not answer is said once, in one place.

const NEWEST = Number.MAX_SAFE_INTEGER; // what happened is told by `events`; a telephone only says how it stands

export class Exchange {
  // `complain` is given a sentence, or nothing when all is well again.
  constructor(address, texts, complain) {
    Object.assign(this, { address, texts, complain });
    this.acts = Promise.resolve();
  }

  calls = () => this.#ask("calls");
  call = (sid) => this.#ask(`calls/${sid}`);
  clock = () => this.#ask("clock");
  telephone = (number) => this.#ask(`phones/${encodeURIComponent(number)}?after=${NEWEST}`);
  events = (after, wait) => this.#ask(`events?after=${after}&wait=${wait}`);

  choosePace = (speed) => this.#tell("clock", { speed });
  order = (fault) => this.#tell("network", { fault });
  act = (number, act, body = {}) => this.#tell(`phones/${encodeURIComponent(number)}/${act}?after=${NEWEST}`, body);

  // What is done is done in the order in which it was asked for: keys that overtake each other would be another number.
  #tell(path, body) {
    const done = this.acts.then(() =>
      this.#ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    );
    this.acts = done.catch(() => {});
    return done;
  }

  async #ask(path, how = {}) {
    let answer, told;
    try {
      answer = await fetch(`${this.address}/${path}`, { cache: "no-store", ...how });
      told = await answer.json();
    } catch {
      return this.#fail(this.texts.away);
    }
    if (!answer.ok) return this.#fail(answer.status === 409 ? this.texts.not_possible : told.error, answer.status < 500);
    if (this.isAway) this.complain("");
    this.isAway = false;
    return told;
  }

  #fail(sentence, passing = false) {
    this.isAway = !passing;
    this.complain(sentence, passing);
    throw new Error(sentence);
  }
}
