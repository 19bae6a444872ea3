// Run by `screener site` under Node.js: starts the browser's Python, and in it `inside/prepare.py`.
import { pathToFileURL } from "node:url";

const [runtime, given, made] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
try {
  const python = await loadPyodide({
    indexURL: `${runtime}/`,
    env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0", PYDANTIC_DISABLE_PLUGINS: "__all__" },
  });
  for (const [name, folder] of [["/in", given], ["/out", made]]) {
    python.FS.mkdirTree(name);
    python.mountNodeFS(name, folder);
  }
  await python.runPythonAsync(python.FS.readFile("/in/prepare.py", { encoding: "utf8" }) + "\nawait prepare()\n");
} catch (error) {
  console.error(String(error.message ?? error).trim());
  process.exitCode = 1;
}
