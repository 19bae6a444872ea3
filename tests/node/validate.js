// Validates FHIR R4 resources with FHIR.js: `node validate.js < RESOURCES.ndjson`, one line of messages a resource.
"use strict";
const readline = require("readline");
const { Fhir } = require("fhir");

async function main() {
  const fhir = new Fhir();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const result = fhir.validate(JSON.parse(line), { errorOnUnexpected: true });
    const wrong = result.messages.filter((message) => message.severity === "error" || message.severity === "fatal");
    process.stdout.write(JSON.stringify(wrong) + "\n");
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
