/**
 * Copies the browser files that the gateway serves from the installed packages to one folder, assets/.
 * They are complete in themselves: the page works without any other host.
 */
import { cpSync, mkdirSync, rmSync } from "node:fs";

const FILES = {
  "react.js": "react/umd/react.production.min.js",
  "react-dom.js": "react-dom/umd/react-dom.production.min.js",
  "graphiql.js": "graphiql/graphiql.min.js",
  "graphiql.css": "graphiql/graphiql.min.css",
};

const here = (path) => new URL(path, import.meta.url);

rmSync(here("assets"), { recursive: true, force: true });
mkdirSync(here("assets"));
for (const [name, source] of Object.entries(FILES)) {
  cpSync(here(`node_modules/${source}`), here(`assets/${name}`));
}
