// What is generated from the schema of a running registry and the queries in src/: types, and documents as text.
import type { CodegenConfig } from "@graphql-codegen/cli";

const { REGISTRY_URL = "http://127.0.0.1:8000/graphql", REGISTRY_API_KEY } = process.env;

const config: CodegenConfig = {
  schema: [{ [REGISTRY_URL]: { headers: { authorization: `Bearer ${REGISTRY_API_KEY}` } } }],
  documents: ["src/**/*.ts"],
  importExtension: ".ts",
  generates: {
    "./src/graphql/": {
      preset: "client",
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { DateTime: "string", Date: "string", Decimal: "string", ByteCount: "number" },
      },
    },
  },
};

export default config;
