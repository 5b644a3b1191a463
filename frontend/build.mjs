// Bundles styles, fonts and scripts into the package's static folder; nothing here is committed.
import { build } from "esbuild";

const out = "../src/wattana/site/static/built";
const shared = { bundle: true, minify: true, outdir: out, logLevel: "warning" };

await build({
  ...shared,
  entryPoints: { wattana: "src/wattana.css" },
  loader: { ".woff2": "file", ".woff": "empty", ".svg": "dataurl" },
  assetNames: "[name]",
});
await build({ ...shared, entryPoints: { wattana: "src/wattana.js" }, format: "iife" });
