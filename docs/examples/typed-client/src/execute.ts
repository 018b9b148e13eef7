// Sends a typed document. In a page: no key, the session cookie goes along by itself.
import type { TypedDocumentString } from "./graphql/graphql.ts";

const { REGISTRY_URL = "http://127.0.0.1:8000/graphql", REGISTRY_API_KEY } = process.env;

export interface Failure {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; requestId: string };
}

export interface Answer<Data> {
  data: Data | null;
  errors?: Failure[];
}

export async function execute<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  const response = await fetch(REGISTRY_URL, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept-language": "en",
      ...(REGISTRY_API_KEY ? { authorization: `Bearer ${REGISTRY_API_KEY}` } : {}),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  return (await response.json()) as Answer<Data>;
}
