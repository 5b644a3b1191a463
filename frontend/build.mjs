// Bundles styles, fonts and scripts into the package's static folder; nothing built is committed.
// src/wattana.{css,js} come first, then each room's own file in alphabetical order.
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const out = "../src/wattana/site/static/built";

function sources(ending) {
  const others = readdirSync("src").filter((name) => name.endsWith(ending)).sort();
  return ["wattana" + ending, ...others.filter((name) => name !== "wattana" + ending)];
}

function bundle(ending, line, options) {
  const contents = sources(ending).map((name) => line(`./src/${name}`)).join("\n");
  return build({
    stdin: { contents, loader: ending.slice(1), resolveDir: "." },
    outfile: `${out}/wattana${ending}`,
    bundle: true,
    minify: true,
    logLevel: "warning",
    ...options,
  });
}

await bundle(".css", (path) => `@import "${path}";`, {
  loader: { ".woff2": "file", ".woff": "empty", ".svg": "dataurl" },
  assetNames: "[name]",
});
await bundle(".js", (path) => `import "${path}";`, { format: "iife" });
