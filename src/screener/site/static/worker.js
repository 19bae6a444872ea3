// The worker that holds Python and the application. It is started by a page, and everything in it ends with that page.
import { loadPyodide } from "./pyodide.mjs";

const PACKED = { "pyodide.asm.wasm": "application/wasm", "python_stdlib.zip": "application/zip" };
const HERE = new URL(".", self.location.href);
const ENVIRONMENT = { HOME: "/home/pyodide", PYTHONHASHSEED: "0", PYDANTIC_DISABLE_PLUGINS: "__all__" };

let files = {};
let python = null;
let session = null;
let loaded = 0;

function tell(kind, more) {
  self.postMessage({ kind, ...more });
}

// A file of the folder `run`, with its hash checked by the browser; what was packed is unpacked on the way.
async function file(name) {
  const { hash, size } = files[name];
  const answer = await load(new URL(name, HERE), { integrity: `sha256-${hash}` });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  const content = await answer.blob();
  loaded += size;
  tell("loaded", { bytes: loaded });
  return content;
}

function unpacked(blob, type) {
  const stream = blob.stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream, { headers: { "content-type": type } });
}

const load = self.fetch.bind(self);
self.fetch = async (given, options) => {
  const url = new URL(given instanceof Request ? given.url : given, HERE);
  const name = url.pathname.split("/").pop();
  if (url.origin !== HERE.origin) throw new TypeError("no request to anywhere else");
  return PACKED[name] ? unpacked(await file(`${name}.gz`), PACKED[name]) : load(given, options);
};

// The many files in one: the length of the head, the head, the contents; see `packing.py`.
function lay(content) {
  const length = new DataView(content).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(content, 4, length)));
  const made = new Set();
  let place = 4 + length;
  for (const [name, size] of head) {
    const path = `/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) python.FS.mkdirTree(folder);
    made.add(folder);
    python.FS.writeFile(path, new Uint8Array(content, place, size), { canOwn: true });
    place += size;
  }
}

async function start({ given, place, state, book }) {
  files = given.files;
  const pack = file("pack.bin.gz").then((blob) => unpacked(blob, "").arrayBuffer());
  pack.catch(() => {});
  python = await loadPyodide({
    indexURL: HERE.href, env: ENVIRONMENT, lockFileContents: { info: given.info, packages: {} }, packageBaseUrl: HERE.href,
    stdout: () => {}, stderr: (text) => console.warn(text),
  });
  tell("step", { step: "python" });
  lay(await pack);
  const version = python.runPython("import sys; sys.path.insert(0, '/site/lib'); sys.version.split()[0]");
  const inside = python.pyimport("screener.site.inside.session");
  tell("step", { step: "program" });
  session = inside.begin(inside.Place(place.scheme, place.host, place.root));
  if (book) use(book);
  const engine = await session.engine();
  if (state) session.bridge.restore(python.toPy(state));
  tell("ready", { engine, python: version });
}

function use(book) {
  const given = python.toPy(book.map(({ name, content }) => [name, content]));
  const found = session.use(given);
  const told = { title: found.title, errors: found.errors.toJs(), warnings: found.warnings.toJs() };
  found.destroy();
  given.destroy();
  return told;
}

const TASKS = {
  async request({ method, target, headers, body }) {
    const pairs = python.toPy(headers);
    const content = python.toPy(new Uint8Array(body ?? 0));
    const found = await session.answer(method, target, pairs, content);
    const kept = session.bridge.state();
    const told = { status: found.status, headers: found.headers.toJs(), body: found.body.toJs(), state: kept.toJs() };
    for (const proxy of [pairs, content, found, kept]) proxy.destroy();
    return told;
  },
  async book({ given }) {
    return use(given);
  },
  async published() {
    session.use_published();
    return {};
  },
  async memory() {
    return { bytes: python._module.HEAP8.length };
  },
};

let last = Promise.resolve(); // one thing after the other: the application is made for that

self.onmessage = ({ data, ports }) => {
  if (data.kind === "start") {
    start(data).catch((error) => tell("failed", { message: String(error.message ?? error) }));
    return;
  }
  const reply = (message) => (ports[0] ?? self).postMessage({ ...message, id: data.id });
  last = last.then(() => TASKS[data.kind](data)).then(
    (told) => reply({ kind: "done", told }),
    (error) => reply({ kind: "done", failed: String(error.message ?? error) }),
  );
};
