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
const { instance } = await WebAssembly.instantiate(await readFile(program), wasi.getImportObject());
exit(wasi.start(instance));
