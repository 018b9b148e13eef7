"use strict";

function text(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}

function lastCell(session) {
  const cell = document.createElement("td");
  if (session.current) {
    cell.textContent = "this one";
    return cell;
  }
  const button = text("button", "End");
  button.type = "button";
  button.setAttribute("aria-label", `End the session of ${session.client || "an unknown program"}`);
  button.addEventListener("click", () => act(() => end(session.id)));
  cell.append(button);
  return cell;
}

function row(session) {
  const made = document.createElement("tr");
  const used = new Date(session.lastUsedAt).toLocaleString();
  made.append(text("td", session.client || "unknown"), text("td", used), lastCell(session));
  return made;
}

async function show() {
  const told = await ask("{ me { user { name email } sessions(first: 100) { nodes { id client lastUsedAt current } } } }");
  find("signed-out").hidden = told !== null;
  find("account").hidden = told === null;
  if (!told) return;
  find("who").textContent = told.me.user.name;
  find("mail").textContent = told.me.user.email;
  find("username").value = told.me.user.email; // for what keeps passwords
  find("sessions").replaceChildren(...told.me.sessions.nodes.map(row));
}

async function end(id) {
  const told = await ask("mutation ($id: ID!) { endSession(input: {id: $id}) { errors { message } } }", { id });
  return told?.endSession;
}

async function endAll(keepThis) {
  const told = await ask(
    "mutation ($keepThis: Boolean!) { endAllSessions(input: {keepThis: $keepThis}) { errors { message } } }",
    { keepThis },
  );
  if (!keepThis) await fetch("/auth/sign-out", { method: "POST", headers: { "x-registry-preflight": "1" } });
  return told?.endAllSessions;
}

async function act(change) {
  let refused = "";
  try {
    refused = (await change())?.errors[0]?.message ?? "";
    await show();
  } catch (error) {
    refused = error.message;
  }
  find("failure").textContent = refused;
}

find("change").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = Object.fromEntries(new FormData(event.target));
  const mutation = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { errors { message } } }";
  let refused = "";
  try {
    const told = await ask(mutation, { input });
    refused = told?.changePassword.errors[0]?.message ?? "";
    if (!refused) event.target.reset();
    await show();
  } catch (error) {
    refused = error.message;
  }
  find("refusal").textContent = refused;
  find("changed").textContent = refused ? "" : "Your password is changed.";
});
find("end-others").addEventListener("click", () => act(() => endAll(true)));
find("end-all").addEventListener("click", () => act(() => endAll(false)));
act(async () => null);
