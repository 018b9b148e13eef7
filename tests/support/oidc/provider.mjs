/**
 * A certified OpenID Connect provider for tests: node provider.mjs PORT CALLBACK_ORIGIN
 *
 * Whoever comes is the account that was set last, without being asked. `POST /control` with JSON changes things:
 * {"account": "sub"} or {"account": null} who comes next (null: access is denied), {"claims": {"sub": {...} | null}}
 * what is known of accounts, {"rotate": true} other signing keys.
 */
import { generateKeyPairSync } from "node:crypto";
import http from "node:http";
import Provider from "oidc-provider";

const [port, origin] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const accounts = new Map();
let current = null;
let keys = 0;
let provider;

function key(kind, options, alg) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg, kid: `key-${(keys += 1)}` };
}

function start() {
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: "registry",
        client_secret: "secret-of-the-registry",
        redirect_uris: [`${origin}/auth/oidc/main/callback`],
        post_logout_redirect_uris: [`${origin}/`],
        grant_types: ["authorization_code", "refresh_token"],
      },
      {
        client_id: "machine",
        client_secret: "secret-of-the-machine",
        redirect_uris: [],
        response_types: [],
        grant_types: ["client_credentials"],
      },
    ],
    jwks: { keys: [key("rsa", { modulusLength: 2048 }, "RS256"), key("ec", { namedCurve: "P-256" }, "ES256")] },
    cookies: { keys: ["a key of the tests"] },
    claims: { openid: ["sub", "groups"], email: ["email", "email_verified"], profile: ["name"] },
    scopes: ["openid", "offline_access", "email", "profile"],
    findAccount: (_, id) =>
      accounts.has(id) ? { accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) } : undefined,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    ttl: { Interaction: 60, Grant: 3600, Session: 3600, AccessToken: 60, IdToken: 60, RefreshToken: 3600, ClientCredentials: 60 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: "incident.view incident.add",
          audience: "https://registry.example.org/graphql",
          accessTokenFormat: "jwt",
          accessTokenTTL: 60,
        }),
      },
    },
  });
  provider.on("server_error", (_, error) => console.error(error));
}

async function interact(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (current === null) {
    await provider.interactionFinished(request, response, { error: "access_denied" });
  } else if (prompt.name === "login") {
    await provider.interactionFinished(request, response, { login: { accountId: current } });
  } else {
    const grant = grantId
      ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const result = { consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  }
}

async function control(request, response) {
  let text = "";
  for await (const piece of request) text += piece;
  const told = JSON.parse(text);
  if ("account" in told) current = told.account;
  for (const [id, claims] of Object.entries(told.claims ?? {})) claims ? accounts.set(id, claims) : accounts.delete(id);
  if (told.rotate) start();
  response.end("{}");
}

start();
http
  .createServer((request, response) => {
    const handle = request.url === "/control" ? control : request.url.startsWith("/interaction/") ? interact : null;
    if (handle === null) return provider.callback()(request, response);
    return handle(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500).end();
    });
  })
  .listen(Number(port), "127.0.0.1", () => console.log("ready"));
