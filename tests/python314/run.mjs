// Run by `functional/test_python314.py` under Node.js: starts the browser's Python, and in it `inside.py`.
import { pathToFileURL } from "node:url";

const [runtime, project, packages, ...given] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
const python = await loadPyodide({
  indexURL: `${runtime}/`,
  env: {
    HOME: "/home/pyodide", PYTHONHASHSEED: "0", PYTHONDONTWRITEBYTECODE: "1", PYDANTIC_DISABLE_PLUGINS: "__all__",
    HYPOTHESIS_STORAGE_DIRECTORY: "/tmp/hypothesis", HYPOTHESIS_PROFILE: "browser",
  },
});
for (const [name, folder] of [["/project", project], ["/packages", packages]]) {
  python.FS.mkdirTree(name);
  python.mountNodeFS(name, folder);
}
python.globals.set("given", python.toPy(given));
process.exitCode = await python.runPythonAsync(`
import os, sys
os.chdir("/project")
sys.path[:0] = ["/packages", "/project/src", "/project/tests", "/project"]
from python314.inside import run
run(given)
`);
