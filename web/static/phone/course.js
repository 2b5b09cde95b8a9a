// The call as the house tells it: a piece of HTML that is asked for again and again, and of which only what is new is put in.

const CLOSE = 40; // pixels from the end at which somebody reads the end

export class Course {
  constructor(place, address) {
    Object.assign(this, { place, address, sid: null, etag: null });
  }

  // Another call is shown from now on.
  about(sid) {
    if (this.sid === sid) return;
    Object.assign(this, { sid, etag: null });
    if (sid) this.look();
  }

  // Looks whether there is something new. A call that the house does not know yet leaves the place as it is.
  async look() {
    const { sid, etag } = this;
    if (!sid) return;
    const answer = await fetch(`${this.address}/${sid}`, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
    if (answer.status !== 200 || sid !== this.sid) return;
    this.etag = answer.headers.get("ETag");
    const told = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
    const shown = this.place.firstElementChild;
    if (shown?.id === told.id) grown(shown, told);
    else this.place.replaceChildren(told);
    this.until(this.moment);
  }

  // Shows what had happened by then (a time in milliseconds; everything where there is none).
  until(moment) {
    this.moment = moment;
    for (const row of this.place.querySelectorAll("[data-at]")) row.hidden = moment !== undefined && Date.parse(row.dataset.at) > moment;
    const list = this.place.querySelector(".diagram-rows");
    if (list && moment !== undefined) list.scrollTop = list.scrollHeight;
  }
}

// What is open stays open, what has the focus keeps it: a row that has not changed is not touched.
function grown(shown, told) {
  const summary = (of) => of.querySelector(".diagram-summary");
  if (summary(shown).innerHTML !== summary(told).innerHTML) summary(shown).replaceWith(summary(told));
  const list = shown.querySelector(".diagram-rows");
  const isAtEnd = list.scrollTop + list.clientHeight > list.scrollHeight - CLOSE;
  let place = list.firstElementChild;
  for (const row of [...told.querySelectorAll(".diagram-row")]) {
    const known = document.getElementById(row.id);
    const stays = known && sentence(known) === sentence(row);
    if (known && !stays) {
      if (known === place) place = row;
      known.replaceWith(row);
    }
    const there = stays ? known : row;
    if (there === place) place = place.nextElementSibling;
    else list.insertBefore(there, place);
  }
  if (isAtEnd) list.scrollTop = list.scrollHeight; // who reads further up is left there
}

const sentence = (row) => row.querySelector(".diagram-said").textContent + row.dataset.at;
