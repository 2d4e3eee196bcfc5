// Each file by itself, with its progress; after a break it goes on from the last part that arrived.
// Comfort only: without this file the form sends its files as forms do.

const PART = 5 * 1024 * 1024;
const HEAD = 64 * 1024;
const PAUSES = [1000, 3000, 10_000, 30_000];

const field = document.getElementById("uppladdning");
const form = field?.closest("form");
const input = document.getElementById("fil");
const list = document.getElementById("uppladdningar");
const spoken = document.getElementById("uppladdat");
const template = document.getElementById("uppladdning-rad");
const words = template?.dataset;

const kept = new Map(); // by file: its row
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const megabytes = (bytes) =>
  `${(bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;

class Broken extends Error {}
class Cancelled extends Error {}
class Refused extends Error {}

// One request with a part of the file as its body. The answer is JSON; anything else is a page that nobody asked for.
function send(row, address, body, headers = {}, progress = () => {}) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    row.request = request;
    request.open("POST", address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.upload.addEventListener("load", () => row.say(words.checking));
    request.addEventListener("load", () => {
      let answer;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        return failed(request.status >= 500 ? new Broken() : new Refused(words.failed));
      }
      if (request.status === 422) failed(new Refused(answer.fel));
      else if (request.status >= 500) failed(new Broken(answer.fel));
      else done({ status: request.status, ...answer });
    });
    request.addEventListener("error", () => failed(new Broken()));
    request.addEventListener("abort", () => failed(new Cancelled()));
    request.send(body);
  });
}

class Row {
  constructor(file) {
    this.file = file;
    this.state = "waiting";
    const made = template.content.cloneNode(true);
    this.item = made.querySelector("li");
    this.bar = made.querySelector("progress");
    this.parts = Object.fromEntries([...made.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.parts.name.textContent = file.name;
    this.bar.setAttribute("aria-label", file.name);
    for (const button of [this.parts.cancel, this.parts.retry])
      button.querySelector("span").textContent = ` ${file.name}`;
    this.parts.cancel.addEventListener("click", () => this.cancel());
    this.parts.retry.addEventListener("click", () => this.again());
    this.say(words.waiting);
    list.append(made);
    list.hidden = false;
  }

  say(sentence) {
    this.parts.status.textContent = sentence;
  }

  shows(bytes) {
    this.bar.value = (100 * bytes) / Math.max(1, this.file.size);
    this.say(words.sending.replace("{part}", megabytes(bytes)).replace("{whole}", megabytes(this.file.size)));
  }

  fails(sentence, retry) {
    this.state = retry ? "broken" : "refused";
    if (!retry) forget(this.file);
    this.parts.error.textContent = sentence;
    this.parts.error.hidden = false;
    this.parts.retry.hidden = !retry;
    this.parts.cancel.hidden = !retry;
    this.say("");
    spoken.textContent = sentence;
  }

  // Until the file is a document, or nothing more can be done about it.
  async run() {
    this.state = "sending";
    this.parts.error.hidden = this.parts.retry.hidden = true;
    this.parts.cancel.hidden = false;
    for (let tried = 0; this.state === "sending"; tried += 1) {
      try {
        const before = this.come ?? 0;
        await this.send();
        // Of a connection that breaks now and then each stretch has its own tries.
        if ((this.come ?? 0) > before) tried = 0;
      } catch (error) {
        if (error instanceof Cancelled) return this.state === "sending" ? this.fails(words.broken, true) : undefined;
        if (error instanceof Refused) return this.fails(error.message, false);
        if (!(error instanceof Broken)) throw error;
        if (error.message && !this.at) return this.fails(error.message, true);
        if (tried >= PAUSES.length) return this.fails(words.broken, true);
        this.say(words.again);
        await wait(PAUSES[tried]);
      }
    }
  }

  async send() {
    const { file } = this;
    if (this.at && this.come === undefined) await this.ask();
    if (!this.at) {
      const first = file.size > PART ? file.slice(0, HEAD) : file;
      const { begin } = field.dataset;
      const told = `namn=${encodeURIComponent(file.name)}&storlek=${file.size}`;
      const address = `${begin}${begin.includes("?") ? "&" : "?"}${told}`;
      const whole = file.size <= PART;
      const begun = await send(this, address, first, {}, whole ? (bytes) => this.shows(bytes) : undefined);
      if (begun.klart) return this.done(begun);
      this.follows(begun);
    }
    const from = this.come;
    const rest = file.slice(from);
    const range = rest.size ? `bytes ${from}-${file.size - 1}/${file.size}` : `bytes */${file.size}`;
    this.come = undefined; // asked for again unless the answer tells
    const answer = await send(this, this.at, rest, { "Content-Range": range }, (bytes) => this.shows(from + bytes));
    if (answer.klart) return this.done(answer);
    if (answer.annan) return this.fails(words.elsewhere, true);
    this.come = answer.kommit;
  }

  // How much has come: after a break, or after somebody else has gone on with it.
  async ask() {
    let answer;
    try {
      answer = await fetch(this.at);
    } catch {
      throw new Broken();
    }
    if (answer.status === 404) this.at = undefined;
    else if (answer.ok) this.follows(await answer.json());
    else throw new Broken();
  }

  follows(begun) {
    this.at = begun.adress;
    this.cancelAt = begun.avbryt;
    this.come = begun.kommit;
    this.shows(this.come);
  }

  done(answer) {
    this.state = "done";
    forget(this.file);
    if (!form.elements.uppladdat) add("uppladdat", "ja");
    this.bar.value = 100;
    this.parts.cancel.hidden = true;
    this.say(words.done);
    spoken.textContent = `${this.file.name}: ${words.done}`;
    if (answer.forut) add("forut", answer.forut);
    if (answer.fardigt) add("fardigt", answer.fardigt);
  }

  async cancel() {
    this.state = "cancelled";
    forget(this.file);
    this.request?.abort();
    this.parts.cancel.hidden = this.parts.retry.hidden = true;
    this.parts.error.hidden = true;
    if (this.cancelAt) {
      const typed = new FormData(form);
      typed.delete("fil");
      await fetch(this.cancelAt, { method: "POST", body: typed, redirect: "manual" }).catch(() => {});
    }
    this.say(words.cancelled);
    spoken.textContent = `${this.file.name}: ${words.cancelled}`;
  }

  async again() {
    await this.run();
    finish();
  }
}

function add(name, value) {
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name, value });
  form.append(hidden);
}

// What has come, or will not come, is no longer chosen: what is left in the field is what is still to be sent.
function forget(file) {
  const left = new DataTransfer();
  for (const each of input.files) if (each !== file) left.items.add(each);
  input.files = left.files;
}

// What was pressed happens when every file has come; of one that has not, its row tells, and the page stays.
let pressed;
function finish() {
  const rows = [...kept.values()];
  if (pressed && rows.length && rows.every((row) => row.state === "done")) form.requestSubmit(pressed);
}

form?.addEventListener("submit", async (event) => {
  const files = [...input.files];
  const takesFiles = event.submitter && !/\/(ta-bort|avbryt|ateranvand)$/.test(event.submitter.formAction);
  if (!files.length || !takesFiles) return;
  event.preventDefault();
  if ([...kept.values()].some((row) => row.state === "sending")) return;
  pressed = event.submitter;
  for (const [file, row] of kept) {
    if (!files.includes(file) && row.state !== "done") {
      row.item.remove();
      kept.delete(file);
    }
  }
  const rows = [];
  for (const file of files) {
    const row = kept.get(file) ?? new Row(file);
    kept.set(file, row);
    if (["waiting", "broken"].includes(row.state)) rows.push(row);
  }
  // Three at a time: enough to fill a line, and few enough that each is seen to move.
  await Promise.all([0, 1, 2].map(async () => {
    for (let row = rows.shift(); row; row = rows.shift()) if (row.state !== "cancelled") await row.run();
  }));
  finish();
});

addEventListener("beforeunload", (event) => {
  if ([...kept.values()].some((row) => row.state === "sending")) event.preventDefault();
});
