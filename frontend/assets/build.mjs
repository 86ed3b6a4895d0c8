/* Builds what is served: frontend/assets -> frontend/static/frontend. Run by `make assets`. */
import { mkdir, writeFile, copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";
import * as sass from "sass";

const assets = dirname(fileURLToPath(import.meta.url));
const root = join(assets, "..", "..");
const output = join(root, "frontend", "static", "frontend");
const target = ["chrome90", "firefox91", "safari14"];

/* Browsers before 2023 do not know oklch(): the design system's colours become plain ones. */
function toPlainColour(match, lightness, chroma, hue) {
  const colour = new sass.SassColor({
    space: "oklch",
    lightness: parseFloat(lightness) / 100,
    chroma: parseFloat(chroma),
    hue: parseFloat(hue),
  });
  const rgb = colour.toSpace("rgb").toGamut({ method: "clip" });
  const hex = (name) => Math.round(rgb.channel(name)).toString(16).padStart(2, "0");
  return `#${hex("red")}${hex("green")}${hex("blue")}`;
}

/* The design system says left and right: logical sides follow the direction of the text. */
function toLogicalSides(css) {
  return css
    .replace(/(?<![\w-])(margin|padding|border)-left(?=[-:])/g, "$1-inline-start")
    .replace(/(?<![\w-])(margin|padding|border)-right(?=[-:])/g, "$1-inline-end")
    .replace(/text-align:\s*left/g, "text-align:start")
    .replace(/text-align:\s*right/g, "text-align:end");
}

/* Its colours by level hang on a selector that is too clever to be kept: we have one level. */
function toOneLevel(css) {
  return css.replace(/:is\(body, ?\.kern-light[^{]*\{/, ":root {");
}

function compile(name) {
  const file = join(assets, "css", `${name}.scss`);
  const { css } = sass.compile(file, { loadPaths: [join(root, "node_modules")], quietDeps: true });
  return toOneLevel(toLogicalSides(css)).replace(/oklch\(([\d.]+)%? ([\d.]+) ([\d.]+)(?:deg)?\)/g, toPlainColour);
}

/* Only what a page, a form, a script or the guide for page authors names is kept. */
async function purge(css) {
  const [result] = await new PurgeCSS().purge({
    content: ["templates/**/*.html", "**/*.py", "assets/js/*.js", "assets/README.md"].map((glob) =>
      join(root, "frontend", glob),
    ),
    css: [{ raw: css }],
    variables: true,
    safelist: {
      greedy: [/^sz-/, /htmx-/],
      standard: [/^kern-(alert|badge)--/, /^kern-form-check/, /^kern-icon--(info|success|warning|danger)$/],
    },
  });
  return result.css;
}

async function buildStyles(name) {
  const css = await purge(compile(name));
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, target });
  await writeFile(join(output, `${name}.css`), code);
  return code.length;
}

async function buildScripts() {
  await esbuild.build({
    entryPoints: [join(assets, "js", "site.js")],
    bundle: true,
    minify: true,
    format: "iife",
    target,
    outdir: output,
  });
}

await mkdir(output, { recursive: true });
const size = await buildStyles("site");
await buildScripts();
await copyFile(join(assets, "icon.svg"), join(output, "icon.svg"));
console.log(`site.css: ${size} bytes`);
