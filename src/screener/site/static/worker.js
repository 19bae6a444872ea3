// The worker that holds Python and the application. It is started by a page, and everything in it ends with that page.
import { loadPyodide } from "./pyodide.mjs";
import create from "./pyodide.asm.mjs";

const PACKED = { "pyodide.asm.wasm": "application/wasm", "python_stdlib.zip": "application/zip" };
const HERE = new URL(".", self.location.href);
const ENVIRONMENT = { HOME: "/home/pyodide", PYTHONHASHSEED: "0", PYDANTIC_DISABLE_PLUGINS: "__all__" };

const BEGIN = `
import gc, sys
gc.disable()  # until everything is there: see PageSession.warm
sys.path.insert(0, "/site/lib")
from screener.site.inside.session import Address, begin
session = begin(Address(*where.split(" ")))
await session.warm()
`;

let files = {};
let python = null;
let session = null;
let loaded = 0;

function tell(kind, more) {
  self.postMessage({ kind, ...more });
}

function failed(error) {
  tell("failed", { message: String(error.message ?? error).trim().split("\n").pop() });
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

// The many files in one: the length of the head, the head, the contents; see `packed` in `prepare.py`.
function lay(content, FS) {
  const length = new DataView(content).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(content, 4, length)));
  const made = new Set();
  let place = 4 + length;
  for (const [name, size] of head) {
    const path = `/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    FS.writeFile(path, new Uint8Array(content, place, size), { canOwn: true });
    place += size;
  }
  return head.map(([name]) => `/${name}`);
}

// Python with its files. The one package with compiled code is linked before Python begins, so that it has the same
// place in memory each time: a picture of the memory, taken at the first start, then spares all later ones most work.
function module(pack, picture) {
  return (settings) => {
    settings.preRun.push((made) => {
      made.addRunDependency("pack");
      pack.then((content) => {
        if (picture) made.growMemory(picture.length - new Uint32Array(picture.buffer, 4, 1)[0]);
        for (const path of lay(content, made.FS).filter((path) => path.endsWith(".so"))) link(made, path);
        made.removeRunDependency("pack");
      }).catch(failed);
    });
    return create(settings);
  };
}

function link(made, path) {
  const library = made.newDSO(path, undefined, "loading");
  const flags = { global: false, nodelete: true, loadAsync: false, allowUndefined: true };
  library.global = false;
  library.exports = made.loadWebAssemblyModule(made.FS.readFile(path), flags, path, {}, undefined);
}

// What is as large as all of Python is given back at once, not when the browser happens to look for what nobody uses:
// whoever is sent it has it alone, and here nobody listens.
function release({ buffer }) {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(null, [buffer]);
  port1.close();
  port2.close();
}

const pictureKey = () => new URL(`../held/${encodeURIComponent(`memory-${files["pack.bin.gz"].hash}`)}`, HERE).href;

async function pictureTaken(store) {
  if (!store) return null;
  const found = await self.caches.open(store).then((opened) => opened.match(pictureKey())).catch(() => null);
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

async function start({ given, place, state, book, store }) {
  files = given.files;
  const compressed = file("pack.bin.gz");
  const pack = compressed.then((blob) => unpacked(blob, "").arrayBuffer());
  pack.catch(() => {});
  let picture = await pictureTaken(store);
  const options = {
    indexURL: HERE.href, env: ENVIRONMENT, lockFileContents: { info: given.info, packages: {} }, packageBaseUrl: HERE.href,
    stdout: () => {}, stderr: (text) => console.warn(text), createPyodideModule: module(pack, picture),
    ...(picture ? { _loadSnapshot: picture } : { _makeSnapshot: Boolean(store) }),
  };
  try {
    python = await loadPyodide(options);
    if (picture) await python.runPythonAsync("await session.go_on()");
  } catch (error) {
    if (!picture) throw error;
    await (await self.caches.open(store)).delete(pictureKey());
    tell("again");
    return;
  }
  python._api.on_fatal = (error) => tell("lost", { message: String(error.message ?? error) });
  tell("step", { step: "python" });
  if (!picture) {
    await pack;
    python.globals.set("where", [place.scheme, place.host, place.root].join(" "));
    tell("step", { step: "program" });
    await python.runPythonAsync(BEGIN);
    const taken = store && python.makeMemorySnapshot();
    if (taken) {
      const kept = new Response(new Blob([taken]));
      self.caches.open(store).then((opened) => opened.put(pictureKey(), kept)).catch(() => {});
      release(taken);
    }
  }
  if (picture) release(picture);
  picture = null;
  session = python.globals.get("session");
  if (book) use(book);
  if (state) session.bridge.restore(python.toPy(state));
  tell("ready", { engine: session.engine, python: python.runPython("sys.version.split()[0]") });
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
    const told = {
      status: found.status, headers: found.headers.toJs(), body: found.body.toJs(),
      state: kept.toJs(), answers: session.bridge.answers(),
    };
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
    start(data).catch(failed);
    return;
  }
  const reply = (message) => (ports[0] ?? self).postMessage({ ...message, id: data.id });
  last = last.then(() => TASKS[data.kind](data)).then(
    (told) => reply({ kind: "done", told }),
    (error) => reply({ kind: "done", failed: String(error.message ?? error) }),
  );
};
