"use strict";

const find = (id) => document.getElementById(id);

function cell(text, kind) {
  const made = document.createElement("td");
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

async function showParts() {
  const { parts } = await (await fetch("/status")).json();
  find("parts").replaceChildren(
    ...parts.map((part) => {
      const row = document.createElement("tr");
      row.append(cell(part.name), cell(part.purpose), cell(part.state, part.state === "ok" ? "ok" : "failed"));
      return row;
    }),
  );
}

async function showProviders() {
  const { providers } = await (await fetch("/auth/oidc")).json();
  find("providers").replaceChildren(
    ...providers.map(({ name, title }) => {
      const link = document.createElement("a");
      link.className = "button";
      link.href = `/auth/oidc/${encodeURIComponent(name)}/start?return_to=/`;
      link.textContent = `Sign in with ${title}`;
      return link;
    }),
  );
}

async function showSession() {
  const { user } = await (await fetch("/auth/session")).json();
  find("sign-in").hidden = user !== null;
  find("providers").hidden = user !== null || !find("providers").hasChildNodes();
  find("signed-in").hidden = user === null;
  find("who").textContent = user ? user.name : "";
}

// Who was given a password chooses one of their own, and is signed in by that.
function askForNewPassword(wanted) {
  const label = find("new-password");
  const input = label.querySelector("input");
  const appears = wanted && label.hidden;
  label.hidden = !wanted;
  input.disabled = !wanted;
  input.required = wanted;
  if (appears) input.focus();
}

find("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(event.target));
  const answer = await fetch("newPassword" in given ? "/auth/change-password" : "/auth/sign-in", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(given),
  });
  const refusal = answer.ok ? null : (await answer.json()).errors[0];
  find("refusal").textContent = refusal ? refusal.message : "";
  if (answer.ok) event.target.reset();
  if (answer.ok || refusal.extensions.code === "PASSWORD_CHANGE_REQUIRED") askForNewPassword(!answer.ok);
  await showSession();
});

find("sign-out").addEventListener("click", async () => {
  const answer = await fetch("/auth/sign-out", { method: "POST", headers: { "x-registry-preflight": "1" } });
  if (answer.status === 200) location.href = (await answer.json()).signOutAddress; // out of the provider, too
  else await showSession();
});

find("address").textContent = new URL("/graphql", location.href).href;
showParts();
showProviders().then(showSession);
