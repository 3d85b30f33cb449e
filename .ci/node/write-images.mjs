// write-images.mjs NODE-FOLDER SYNTH-FOLDER...: writes an OCI image layout from layers that are there, with the names
// that manifests and chart values use. What an image is, images.json says; which tags there are, the manifests say.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const [folder, ...synths] = process.argv.slice(2);
const { bases, images } = JSON.parse(readFileSync(new URL('images.json', import.meta.url), 'utf8'));
const layout = join(folder, 'images');
const blobs = join(layout, 'blobs', 'sha256');

/** `NAME` as a container runtime spells it: with a registry, and `library` for what has no owner. */
function qualified(name) {
  const [first, ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]|^localhost$/.test(first) ? name : `docker.io/${name}`;
}

/**
 * Every image below a value: `image: NAME`, `image: { repository, tag }`, a variable whose name ends with _IMAGE, and
 * those in JSON files of ConfigMaps.
 */
function* imagesOf(value, key = '') {
  if (value === null || typeof value !== 'object') {
    if (key === 'image' && typeof value === 'string') yield value;
    if (key.endsWith('.json')) yield* imagesOf(JSON.parse(value));
    return;
  }
  const repository = value.repository ?? value.name;
  if (repository !== undefined && value.tag !== undefined) yield `${repository}:${value.tag}`;
  if (/_IMAGE$/.test(value.name) && value.value !== undefined) yield value.value;
  for (const [child, inner] of Object.entries(value)) yield* imagesOf(inner, child);
}

function writeBlob(content, mediaType) {
  const digest = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(blobs, digest), content);
  return { mediaType, digest: `sha256:${digest}`, size: content.length };
}

/** The layer that `.ci/install-node-images` has packed, or undefined while it is not there. */
function layer(name) {
  const stamp = join(folder, 'layers', `${name}.digest`);
  if (!existsSync(stamp)) return undefined;
  const digest = readFileSync(stamp, 'utf8').trim();
  const size = statSync(join(blobs, digest)).size;
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${digest}`, size };
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function writeImage(name, image, layers) {
  const env = { PATH: image.path ? `${image.path}:${PATH}` : PATH, LANG: 'C.UTF-8', ...image.env };
  const config = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      User: image.user,
      Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
      Entrypoint: image.entrypoint,
      Cmd: image.command,
      WorkingDir: image.directory,
      StopSignal: image.stopSignal,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: writeBlob(JSON.stringify(config), 'application/vnd.oci.image.config.v1+json'),
    layers,
  };
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name };
  return { ...writeBlob(JSON.stringify(manifest), mediaType), annotations };
}

const named = new Set();
for (const files of synths.flatMap((synth) => [join(synth, 'dist'), join(synth, 'deploy', 'values')])) {
  for (const file of readdirSync(files)) {
    for (const document of parseAllDocuments(readFileSync(join(files, file), 'utf8'))) {
      for (const image of imagesOf(document.toJS())) named.add(qualified(image));
    }
  }
}
for (const [repository, { tag }] of Object.entries(images)) if (tag) named.add(`${repository}:${tag}`);

mkdirSync(blobs, { recursive: true });
const manifests = [];
for (const name of [...named].sort()) {
  const image = images[name.replace(/:[^:/]*$/, '')];
  if (image === undefined) {
    console.log(`${name}: not one of images.json`);
    continue;
  }
  const { layers = [], path } = bases[image.on] ?? {};
  const names = [...layers, ...(image.add ? [image.add] : [])];
  const missing = names.filter((each) => layer(each) === undefined);
  if (missing.length > 0) console.log(`${name}: layer ${missing.join(', ')} is not there yet`);
  else manifests.push(writeImage(name, { path, ...image }, names.map(layer)));
}
writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
writeFileSync(join(layout, 'index.json.new'), JSON.stringify(index, null, 2));
renameSync(join(layout, 'index.json.new'), join(layout, 'index.json'));
console.log(`${manifests.length} images in ${layout}`);
