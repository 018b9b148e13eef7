"use strict";

const ATTEMPTS = 4; // of each piece, with new links, before the person is asked
const KINDS = { MAIN_REPORT: "Main report", ATTACHMENT: "Attachment", EVIDENCE: "Evidence" };
const STATES = { CHECKING: "being checked", AVAILABLE: "available", QUARANTINED: "waits for the scanner", REFUSED: "refused" };
const LINKS = `uploads { id request { method url headers { name value } }
  parts { offset size isUploaded request { method url headers { name value } } } } errors { message }`;
const FILE = "id version name kind size state url previewUrl findings { detail }";

async function change(mutation, kind, fields, input) {
  const told = await ask(`mutation ($input: ${kind}!) { ${mutation}(input: $input) { ${fields} } }`, { input });
  if (told === null) throw new Error("You are signed out by now: sign in again.");
  return told[mutation];
}

function made(tag, words, more = {}) {
  return Object.assign(document.createElement(tag), { textContent: words }, more);
}

function told(bytes) {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${(bytes / 1024 ** power).toLocaleString(undefined, { maximumFractionDigits: 1 })} ${units[power]}`;
}

// Sending one piece. What is there already (412) was sent by an attempt whose answer was lost.
function send(request, piece, sent) {
  return new Promise((done, failed) => {
    const call = new XMLHttpRequest();
    call.open(request.method, request.url);
    for (const { name, value } of request.headers) {
      if (name.toLowerCase() !== "content-length") call.setRequestHeader(name, value);
    }
    call.upload.addEventListener("progress", (event) => sent(event.loaded));
    call.addEventListener("load", () => (call.status < 300 || call.status === 412 ? done() : failed(new Error(`The store answered ${call.status}.`))));
    call.addEventListener("error", () => failed(new Error("The store could not be reached.")));
    call.send(piece);
  });
}

function pieces(upload, file) {
  if (upload.request) return [{ request: upload.request, offset: 0, size: file.size }];
  return upload.parts.filter((part) => !part.isUploaded);
}

// All that is missing of one file; a link that failed is asked for anew.
async function transfer(upload, file, bar) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const missing = pieces(upload, file);
      let before = file.size - missing.reduce((sum, piece) => sum + piece.size, 0);
      for (const piece of missing) {
        await send(piece.request, file.slice(piece.offset, piece.offset + piece.size), (loaded) => {
          bar.value = before + loaded;
        });
        before += piece.size;
      }
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((go) => setTimeout(go, 500 * 2 ** attempt));
      const again = await change("resumeUpload", "ResumeUploadInput", LINKS, { id: upload.id });
      if (again.errors.length) throw new Error(again.errors[0].message);
      [upload] = again.uploads;
    }
  }
}

async function uploadOne(upload, file) {
  const item = made("li", "");
  const bar = Object.assign(document.createElement("progress"), { max: file.size || 1, value: 0 });
  const state = made("span", "uploading", { className: "state" });
  bar.setAttribute("aria-label", `Upload of ${file.name}`);
  item.append(made("span", file.name, { className: "name" }), bar, state);
  find("progress").append(item);
  try {
    await transfer(upload, file, bar);
    bar.value = bar.max;
    const done = await change("completeUploads", "CompleteUploadsInput", `files { id } errors { message }`, { ids: [upload.id] });
    if (done.errors.length) throw new Error(done.errors[0].message);
    item.remove();
  } catch (error) {
    state.textContent = error.message;
    state.className = "state bad";
  }
  await show();
}

async function uploadAll(event) {
  event.preventDefault();
  const files = [...find("chosen").files];
  find("failure").textContent = "";
  try {
    const wanted = files.map(({ name, size, type }) => ({ name, size, mediaType: type || undefined, kind: find("kind").value }));
    const asked = await change("requestUploads", "RequestUploadsInput", LINKS, { incidentId: find("incident").value, files: wanted });
    if (asked.errors.length) throw new Error(asked.errors.map((error) => error.message).join(" "));
    find("upload").reset();
    await Promise.all(asked.uploads.map((upload, number) => uploadOne(upload, files[number])));
  } catch (error) {
    find("failure").textContent = error.message;
  }
}

async function remove(file) {
  const reason = window.prompt(`Why is ${file.name} deleted?`);
  if (!reason) return;
  const payload = await change("deleteFile", "DeleteFileInput", "errors { message }", { id: file.id, expectedVersion: file.version, reason });
  find("failure").textContent = payload.errors[0]?.message ?? "";
  await show();
}

function row(file) {
  const line = document.createElement("tr");
  const name = document.createElement("td");
  if (file.previewUrl) name.append(Object.assign(new Image(48, 48), { src: file.previewUrl, alt: "" }));
  name.append(file.url ? made("a", file.name, { href: file.url }) : made("span", file.name));
  for (const { detail } of file.findings) name.append(made("p", detail, { className: "note" }));
  const button = made("button", "Delete", { type: "button" });
  button.setAttribute("aria-label", `Delete ${file.name}`);
  button.addEventListener("click", () => remove(file).catch(fail));
  const last = document.createElement("td");
  last.append(button);
  const state = made("td", STATES[file.state], { className: file.state === "REFUSED" ? "bad" : "" });
  line.append(name, made("td", KINDS[file.kind]), made("td", told(file.size)), state, last);
  return line;
}

let looking;

async function show() {
  clearTimeout(looking);
  const id = find("incident").value;
  if (!id) return;
  const answer = await ask(`query ($id: ID!) { incident(id: $id) { reportFile { ${FILE} } attachments { ${FILE} } } }`, { id });
  const incident = answer?.incident;
  const files = [incident?.reportFile, ...(incident?.attachments ?? [])].filter(Boolean);
  find("files").replaceChildren(...files.map(row));
  const all = files.some(({ url }) => url) ? [made("a", "All of them as one archive", { href: `/files/incidents/${id}/bundle` })] : [];
  find("bundle").replaceChildren(...all);
  if (files.some((file) => file.state === "CHECKING")) looking = setTimeout(() => show().catch(fail), 500);
}

function fail(error) {
  find("failure").textContent = error.message;
}

async function begin() {
  const wanted = new URLSearchParams(window.location.search).get("incident");
  const query = `query ($wanted: ID!, $named: Boolean!) {
    incident(id: $wanted) @include(if: $named) { id reference title }
    incidents(first: 50) { nodes { id reference title } } }`;
  const answer = await ask(query, { wanted: wanted ?? "00000000-0000-0000-0000-000000000000", named: wanted !== null });
  find("signed-out").hidden = answer !== null;
  find("page").hidden = answer === null;
  if (!answer) return;
  const others = answer.incidents.nodes.filter(({ id }) => id !== answer.incident?.id);
  const shown = [answer.incident, ...others].filter(Boolean);
  find("incident").replaceChildren(...shown.map(({ id, reference, title }) => made("option", `${reference} ${title}`, { value: id })));
  find("nothing").hidden = shown.length > 0;
  await show();
}

find("incident").addEventListener("change", () => show().catch(fail));
find("upload").addEventListener("submit", uploadAll);
begin().catch(fail);
