// Runs an ELM library on cases: `node run-elm.js LIBRARY.json < CASES.ndjson`, one line of parameters a case.
// Writes one line of results a case: the value of every definition.
"use strict";
const fs = require("fs");
const readline = require("readline");
const cql = require("cql-execution");

const library = new cql.Library(JSON.parse(fs.readFileSync(process.argv[2], "utf8")));
const now = cql.DateTime.fromJSDate(new Date(0), 0);

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const executor = new cql.Executor(library, new cql.CodeService({}), JSON.parse(line));
    const results = await executor.exec(new cql.PatientSource([]), now);
    process.stdout.write(JSON.stringify(results.unfilteredResults) + "\n");
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
