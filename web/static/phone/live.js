// The page on the exchange as it is now: events are waited for, telephones looked at whenever something has happened.

const WAIT = 2; // seconds that a question for events may be open
const AGAIN = 1000; // milliseconds until an exchange that does not answer is asked once more
const MOST_CALLS = 20;

export async function live(page) {
  const { place, asks, people } = page;
  for (const number of wanted(people)) show(page, number);

  place("add").addEventListener("click", () => {
    const next = people.find((one) => one.role !== "line" && !page.handsetOf(one.number));
    const made = show(page, next?.number ?? unused(page));
    look(page, made).catch(() => {});
    made.element.focus();
  });
  place("speed").addEventListener("change", ({ target }) => asks.choosePace(Number(target.value)).catch(() => {}));
  place("network").addEventListener("click", ({ target }) => {
    const { fault } = target.dataset;
    if (fault) asks.order(target.getAttribute("aria-pressed") === "true" ? null : fault).then((told) => pressed(page, told.fault), () => {});
  });
  place("calls").addEventListener("change", ({ target }) => follow(page, target.value));

  for (;;) {
    try {
      await run(page);
    } catch {
      await new Promise((done) => setTimeout(done, AGAIN)); // said by `asks`; everything is looked at anew then
    }
  }

  async function run() {
    const [told, clock] = await Promise.all([asks.calls(), asks.clock()]);
    for (const radio of place("speed").querySelectorAll("input")) radio.checked = Number(radio.value) === clock.chosen;
    let { last } = told;
    list(page, told.calls);
    const running = told.calls.filter((it) => !it.over);
    const calls = await Promise.all(running.map((it) => asks.call(it.call)));
    for (const handset of page.handsets) handset.forget();
    for (const event of calls.flatMap((it) => it.events).filter((it) => it.id <= last))
      page.handsetOf(event.number)?.hear(event, { silently: true });
    follow(page, (running[0] ?? told.calls[0])?.call ?? "");
    for (;;) {
      await Promise.all([...page.handsets.map((one) => look(page, one)), tick(page)]);
      const happened = await asks.events(last, WAIT);
      last = happened.last;
      if (happened.events.some((it) => it.kind === "ringing" && !people.some((one) => one.number === it.number))) await meet(page);
      for (const event of happened.events) take(page, event);
      if (happened.events.some((it) => ["dialled", "ended"].includes(it.kind))) list(page, (await asks.calls()).calls);
      await page.course.look();
    }
  }
}

// Somebody may have got a telephone since the page was opened.
async function meet({ people, config }) {
  const answer = await fetch(config.directory, { cache: "no-store" });
  if (answer.ok) people.splice(0, people.length, ...(await answer.json()).people);
}

function take(page, event) {
  if (event.kind === "ringing" && !page.handsetOf(event.number)) show(page, event.number); // or it would ring where nobody sees it
  page.handsetOf(event.number)?.hear(event);
  if (event.kind === "network") pressed(page, null);
  if (event.kind === "webhook" && event.text.startsWith("voice ")) follow(page, event.call);
}

function show(page, number) {
  const chosen = (handset, other) => choose(page, handset, other);
  const removed = (handset) => (page.remove(handset), keep(page));
  const made = page.add(number, { chosen, removed });
  keep(page);
  return made;
}

async function look(page, handset) {
  handset.show(await page.asks.telephone(handset.number));
  page.bridge();
}

async function tick(page) {
  const { virtual, speed } = await page.asks.clock();
  const read = performance.now();
  clearInterval(page.ticking);
  page.now = () => (virtual + ((performance.now() - read) / 1000) * speed) * 1000;
  const show = () => {
    page.place("clock").textContent = page.timeOf(page.now());
    for (const one of page.handsets) one.tick();
  };
  show();
  page.ticking = setInterval(show, 200);
}

function list(page, calls) {
  const { texts, whose, timeOf, course } = page;
  const chosen = course.sid;
  const options = calls.slice(0, MOST_CALLS).map((it) => new Option(`${timeOf(it.at)} ${whose(it.from)}`, it.call, false, it.call === chosen));
  page.place("calls").replaceChildren(...(options.length ? options : [new Option(texts.no_call, "")]));
}

function follow(page, sid) {
  page.course.about(sid);
  page.place("calls").value = sid;
  page.place("replay").hidden = !sid;
  page.place("replay").href = `${page.config.replays}/${sid}`;
}

function choose(page, handset, number) {
  if (!/^\+[0-9]{7,15}$/.test(number)) return page.complain(page.texts.bad_number, true);
  if (page.handsetOf(number) && page.handsetOf(number) !== handset) page.handsetOf(number).element.focus();
  else handset.belongsTo(number);
  page.tabs();
  keep(page);
  return look(page, handset).catch(() => {});
}

function pressed(page, fault) {
  for (const button of page.place("network").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.fault === fault));
}

// The telephones that are shown stand in the address, so that a reload and a link show the same.
function wanted(people) {
  const asked = new URLSearchParams(location.search).getAll("with").filter((it) => /^[0-9]{7,15}$/.test(it)).map((it) => `+${it}`);
  const first = (role) => people.filter((one) => one.role === role).slice(0, 1).map((one) => one.number);
  return asked.length ? [...new Set(asked)] : [...first("caller"), ...first("supporter")];
}

function keep(page) {
  const asked = new URLSearchParams(page.handsets.map((one) => ["with", one.number.slice(1)]));
  history.replaceState(null, "", `?${asked}`);
}

function unused(page) {
  for (let last = 1; ; last += 1) if (!page.handsetOf(`+450099${String(last).padStart(4, "0")}`)) return `+450099${String(last).padStart(4, "0")}`;
}
