// Fails the build when the pages grow past their budget (gzip): what the first paint loads, each lazy chunk, and all.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FIRST_PAINT_MAX_KB = 300;
const LAZY_CHUNK_MAX_KB = 200;
const ALL_MAX_KB = 800;

const dist = join(import.meta.dirname, '..', 'dist');
const html = readFileSync(join(dist, 'index.html'), 'utf8');
const files = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.gz'));
const kilobytes = (name) => statSync(join(dist, 'assets', name)).size / 1000;

let first = 0;
let all = 0;
const failures = [];
for (const name of files) {
  const size = kilobytes(name);
  all += size;
  if (html.includes(name.replace(/\.gz$/, ''))) first += size;
  else if (size > LAZY_CHUNK_MAX_KB) failures.push(`${name}: ${size.toFixed(0)} kB, a lazy chunk may have ${LAZY_CHUNK_MAX_KB}`);
}
if (first > FIRST_PAINT_MAX_KB) failures.push(`first paint: ${first.toFixed(0)} kB, allowed ${FIRST_PAINT_MAX_KB}`);
if (all > ALL_MAX_KB) failures.push(`all: ${all.toFixed(0)} kB, allowed ${ALL_MAX_KB}`);
if (/<script(?![^>]*\bsrc=)[^>]*>\s*\S/.test(html)) failures.push('index.html has an inline script, which the policy forbids');
console.log(`ui: first paint ${first.toFixed(0)} kB gz, all ${all.toFixed(0)} kB gz`);
if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exit(1);
}
