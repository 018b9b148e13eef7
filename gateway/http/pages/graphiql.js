"use strict";

const FIRST_QUERY = `# Press Ctrl-Enter to run this.
query {
  me { user { name } permissions { permission } }
  incidents(first: 5) {
    totalCount
    nodes {
      reference
      title
      company { name }
      type { name }
      status { name color }
      responsible { name }
    }
  }
}
`;

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

async function showSession() {
  const answer = await fetch("/auth/session");
  const who = document.getElementById("who");
  if (answer.status === 404) {
    who.textContent = "No sign-in needed";
    return;
  }
  const { user } = await answer.json();
  who.textContent = user ? `Signed in as ${user.name}` : "Not signed in: go to the start page to sign in.";
}

const page = document.getElementById("graphiql");
if (window.GraphiQL) {
  const graphiql = React.createElement(GraphiQL, { fetcher: ask, defaultQuery: FIRST_QUERY });
  ReactDOM.createRoot(page).render(graphiql);
} else {
  page.textContent = "The files of the query page are not installed here; docs/operating.md says how to add them.";
}
showSession();
