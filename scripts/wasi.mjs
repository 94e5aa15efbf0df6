// Runs a wasm32-wasip1 program under Node: `node scripts/wasi.mjs program.wasm arguments…`. It sees the current
// directory, and what PRELU_LEVEL says.
import { readFile } from "node:fs/promises";
import { argv, cwd, env, exit } from "node:process";
import { WASI } from "node:wasi";

const [, , program, ...rest] = argv;
const wasi = new WASI({
  version: "preview1",
  args: [program, ...rest],
  env: { PRELU_LEVEL: env.PRELU_LEVEL ?? "" },
  preopens: { "/": "/", ".": cwd() },
});
// Debian's wasi-libc lacks the functions of threads, of which there are none: to start one is not supported.
const ENOTSUP = 58;
const module = await WebAssembly.compile(await readFile(program));
const threads = WebAssembly.Module.imports(module).filter(({ module, name }) => module === "env" && name.startsWith("pthread_"));
const absent = Object.fromEntries(threads.map(({ name }) => [name, () => (name === "pthread_create" ? ENOTSUP : 0)]));
const instance = await WebAssembly.instantiate(module, { ...wasi.getImportObject(), env: absent });
exit(wasi.start(instance));
