/**
 * Composes subgraphs into one supergraph.
 *
 * Reads [{"name", "url", "sdl"}] as JSON from standard input. Writes the supergraph SDL to standard output and exits
 * with 0, or writes one line for each thing that does not fit together to standard error and exits with 1.
 */
import { readFileSync } from "node:fs";
import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { GraphQLError, parse } from "graphql";

const subgraphs = JSON.parse(readFileSync(0, "utf8"));

function parsed({ name, url, sdl }) {
  try {
    return { name, url, typeDefs: parse(sdl) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { line, column } = error.locations[0];
    fail([`[${name}] line ${line}, column ${column}: ${error.message}`]);
  }
}

function fail(messages) {
  for (const message of messages) console.error(message.replaceAll("\n", " "));
  process.exit(1);
}

const result = composeServices(subgraphs.map(parsed));
if (compositionHasErrors(result)) {
  fail(result.errors.map((error) => `${error.message} (${error.extensions?.code ?? "INVALID"})`));
}
process.stdout.write(result.supergraphSdl.trimEnd() + "\n");
