// npm start: everything that is being worked on.
import { lines } from "./list.ts";

for await (const line of lines({ statusCategories: ["NEW", "ACTIVE"] })) console.log(line);
