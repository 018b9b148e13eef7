"use strict";

async function ask(body, { headers } = {}) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify(body),
  });
  const streamed = answer.headers.get("content-type").startsWith("text/event-stream");
  return streamed ? answers(answer.body.getReader()) : answer.json();
}

// Server-sent events: "event: next", "data: {...}" and an empty line; a line that begins with a colon is a comment.
async function* answers(reader) {
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (true) {
      const { value, done } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event);
        if (data) yield JSON.parse(data[1]);
      }
    }
  } finally {
    reader.cancel();
  }
}

async function showSession(who) {
  const { user } = await (await fetch("/auth/session")).json();
  if (user) {
    who.textContent = `Signed in as ${user.name}`;
    return;
  }
  const link = document.createElement("a");
  link.href = "/";
  link.textContent = "Sign in";
  who.replaceChildren(link);
}

const page = document.getElementById("graphiql");
if (window.GraphiQL) {
  const defaultQuery = document.getElementById("first-query").content.textContent.trimStart();
  ReactDOM.createRoot(page).render(React.createElement(GraphiQL, { fetcher: ask, defaultQuery }));
} else {
  page.textContent = "The files of the query page are not installed here; docs/operating.md says how to add them.";
}
const who = document.getElementById("who");
if (who) showSession(who);
