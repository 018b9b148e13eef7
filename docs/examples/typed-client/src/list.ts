// The list: the query is typed where it is written, so `incident` below has the columns that it asks for and no others.
import { execute } from "./execute.ts";
import { graphql } from "./graphql/gql.ts";
import type { IncidentFilter } from "./graphql/graphql.ts";

const LIST = graphql(`
  query List($filter: IncidentFilter, $first: Int = 20, $after: String) {
    incidents(filter: $filter, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id reference title registeredAt severity { name } status { name } responsible { name } }
    }
  }
`);

/** A line for each incident, page by page. */
export async function* lines(filter: IncidentFilter): AsyncGenerator<string> {
  let after: string | null | undefined;
  do {
    const { data, errors } = await execute(LIST, { filter, first: 5, after });
    for (const error of errors ?? []) console.error(`${error.extensions.code}: ${error.message}`);
    if (!data?.incidents) return;
    for (const incident of data.incidents.nodes) {
      yield [incident.reference, incident.severity?.name ?? "not assessed", incident.title].join("  ");
    }
    after = data.incidents.pageInfo.hasNextPage ? data.incidents.pageInfo.endCursor : null;
  } while (after);
}
