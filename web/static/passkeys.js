// Passkeys: asks the house what the browser needs, lets the device answer, and brings the answer back.
const token = () => document.querySelector('meta[name="csrf-token"]').content;

async function send(address, document_) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
    body: JSON.stringify(document_ ?? {}),
  });
  const said = await answer.json();
  if (!answer.ok && said.next) location.assign(said.next); // the password is asked for first
  if (!answer.ok) throw new Error(said.problem);
  return said;
}

async function acts(button) {
  const { passkey, ask, answer } = button.dataset;
  const options = await send(ask);
  const credential =
    passkey === "make"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  const name = document.querySelector("#passkey-name")?.value;
  location.assign((await send(answer, { credential: credential.toJSON(), name })).next);
}

const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;
for (const button of document.querySelectorAll("button[data-passkey]")) {
  button.closest("[data-needs-passkeys]").hidden = !able;
  const told = button.parentElement.querySelector("[role=status]");
  button.addEventListener("click", () => acts(button).catch((problem) => (told.textContent = problem.name === "Error" ? problem.message : told.dataset.otherwise)));
}
