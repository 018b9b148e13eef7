"use strict";

// What the pages share: an element by its id, and a question to the graph, which is null for who is not signed in.
const find = (id) => document.getElementById(id);

async function ask(query, variables) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  if (answer.status === 401) return null;
  const { data, errors } = await answer.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}
