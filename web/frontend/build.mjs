// Builds what the pages load into web/static/dist: one file per entry with its hash in its name,
// each beside its gzip twin, a manifest and the licences. Same input, same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";
import subsetFont from "subset-font";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = join(here, "node_modules");
const target = process.argv[2] ?? join(here, "../static/dist");
const ENTRIES = ["src/base.scss", "src/forms.js", "src/diagram.js"];
const COPIES = ["src/flag.svg"];

// KERN styles every image and every element's font. Both would reach into diagrams and code, so
// they are narrowed; a new version of KERN that no longer fits stops the build.
const KERN_PATCHES = [
  ["img,\npicture,\nvideo,\ncanvas,\nsvg {", ":where(img, picture, video) {"],
  ["*:not(i) {\n  font-family", ":where(body, input, button, select, textarea) {\n  font-family"],
];

function patched(css) {
  for (const [from, to] of KERN_PATCHES) {
    if (!css.includes(from)) throw new Error(`KERN's style sheet has changed: ${from}`);
    css = css.replace(from, to);
  }
  return css;
}

const styles = {
  name: "scss",
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css } = sass.compile(path, { charset: false, quietDeps: true, logger: sass.Logger.silent });
      return { contents: patched(css), loader: "css", resolveDir: here };
    });
  },
};

const letters = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
const GERMAN = letters(0x20, 0x7e) + "\u00a0§«°·»ÄÖÜßäéöüẞ\u2011–—‘’‚“”„…\u202f€→";
const LATIN = letters(0xa1, 0x24f) + letters(0x1e00, 0x1eff);
const HALVES = { german: GERMAN, latin: LATIN };

// url("subset:FiraSans-Regular-german.woff2") becomes the part of KERN's font file with these letters.
const fonts = {
  name: "fonts",
  setup(build) {
    build.onResolve({ filter: /^subset:/ }, ({ path }) => ({ path: path.slice(7), namespace: "font" }));
    build.onLoad({ filter: /.*/, namespace: "font" }, async ({ path }) => {
      const [, cut, half] = /^(.+)-(\w+)\.woff2$/.exec(path);
      const source = join(modules, "@kern-ux/native/dist/fonts/fira-sans", `${cut}.woff2`);
      const wanted = { targetFormat: "woff2", noLayoutClosure: true };
      return { contents: await subsetFont(readFileSync(source), HALVES[half], wanted), loader: "file" };
    });
  },
};

const result = await esbuild.build({
  entryPoints: ENTRIES.map((entry) => join(here, entry)),
  absWorkingDir: here,
  outdir: target,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  legalComments: "linked",
  metafile: true,
  write: false,
  plugins: [styles, fonts],
  logLevel: "warning",
});

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const manifest = {};

function write(name, contents) {
  writeFileSync(join(target, name), contents);
  if (!name.endsWith(".woff2")) writeFileSync(join(target, `${name}.gz`), gzipSync(contents, { level: 9 }));
}

for (const { path, contents } of result.outputFiles) {
  const { base, name, ext } = parse(path);
  write(base, contents);
  const entry = /^(base|forms|diagram)-[A-Z0-9]{8}$/.exec(name);
  if (entry) manifest[entry[1] + ext] = base;
}
for (const path of COPIES) {
  const contents = readFileSync(join(here, path));
  const { name, ext, base } = parse(path);
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8).toUpperCase();
  manifest[base] = `${name}-${hash}${ext}`;
  write(manifest[base], contents);
}

const LICENCES = [
  ["KERN UX, @kern-ux/native (EUPL-1.2), changed: see KERN_PATCHES in web/frontend/build.mjs", join(modules, "@kern-ux/native/LICENSE.md")],
  ["htmx, htmx.org (0BSD)", join(modules, "htmx.org/LICENSE")],
  ["Fira Sans (SIL Open Font License 1.1), cut down to parts of the Latin alphabets", join(here, "fonts/OFL.txt")],
];
const rule = "=".repeat(96);
const texts = LICENCES.map(([title, file]) => `${rule}\n${title}\n${rule}\n\n${readFileSync(file, "utf8").trim()}\n`);
writeFileSync(join(target, "LICENSES.txt"), texts.join("\n"));
const sorted = Object.fromEntries(Object.entries(manifest).sort());
writeFileSync(join(target, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
