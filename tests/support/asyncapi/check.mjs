/**
 * Reads the AsyncAPI document in the file DOCUMENT with the official parser.
 *
 * Writes what it has against it as JSON: [{"severity": 0 (error) to 3 (hint), "code", "message", "path"}].
 */
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const found = await new Parser().validate(readFileSync(process.env.DOCUMENT, "utf8"));
const told = found.map(({ severity, code, message, path }) => ({ severity, code, message, path: path.join("/") }));
process.stdout.write(JSON.stringify(told) + "\n");
