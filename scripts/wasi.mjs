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
// Debian's wasi-libc lacks what the standard library would wait for threads with, of which there are none.
const thread = () => {
  throw new Error("there are no threads");
};
const imports = { ...wasi.getImportObject(), env: { pthread_join: thread, pthread_detach: thread } };
const { instance } = await WebAssembly.instantiate(await readFile(program), imports);
exit(wasi.start(instance));
