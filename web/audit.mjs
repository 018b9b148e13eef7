/**
 * Runs the public GraphQL over HTTP audits against a server: node audit.mjs URL ["name: value" of a header]...
 *
 * Writes [{"id", "name", "status", "reason"}] as JSON to standard output; "ok" is the status of those that hold.
 */
import { serverAudits } from "graphql-http";

const [url, ...given] = process.argv.slice(2);
const added = given.map((header) => header.split(/: (.*)/, 2));

function ask(target, { headers, ...options } = {}) {
  return fetch(target, { ...options, headers: { ...headers, ...Object.fromEntries(added) } });
}

const results = [];
for (const { fn } of serverAudits({ url, fetchFn: ask })) {
  const { id, name, status, reason } = await fn();
  results.push({ id, name, status, reason });
}
process.stdout.write(JSON.stringify(results));
