// Runs an ELM library on cases: `node run-elm.js LIBRARY.json < CASES.ndjson`, one line of parameters a case.
// Writes one line of results a case: the value of every definition.
//
// cql-execution 3.3.2 computes a definition that is false or null again each time another one reads it, when it is
// in the context Unfiltered. In the context Patient it keeps the value, so the library is run for one empty patient.
"use strict";
const fs = require("fs");
const readline = require("readline");
const cql = require("cql-execution");

const elm = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
for (const definition of elm.library.statements.def) {
  definition.context = "Patient";
}
const library = new cql.Library(elm);
const codes = new cql.CodeService({});
const now = cql.DateTime.fromJSDate(new Date(0), 0);

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const executor = new cql.Executor(library, codes, JSON.parse(line));
    const results = await executor.exec(new cql.PatientSource([{ id: "nobody" }]), now);
    process.stdout.write(JSON.stringify(results.patientResults.nobody) + "\n");
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
