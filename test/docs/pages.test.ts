import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { charts, images } from '../../lib/versions';
import { root } from '../support/sources';

const found = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`);
const pages = [...readdirSync(root), ...found('docs'), ...found('examples')].filter(
  // The reference is generated, with links of its generator.
  (path) => path.endsWith('.md') && !/node_modules|^docs\/reference\/api\//.test(path),
);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The anchors of headings, as GitHub writes them. */
function anchors(page: string): string[] {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Links of a text that lead nowhere. */
function brokenLinks(page: string, text: string): string[] {
  return [...text.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(
    ([link, path = '', anchor]) => {
      const target = path === '' ? join(root, page) : join(root, dirname(page), path);
      const there = existsSync(target) && (anchor === undefined || anchors(target).includes(anchor));
      return there ? [] : [link];
    },
  );
}

/** Scripts of npm that a text names and package.json does not have. */
function missingScripts(text: string): string[] {
  return [...text.matchAll(/\bnpm run (?:-s |--silent )?([a-z][\w:-]*)/g)].flatMap(([, script = '']) =>
    script in scripts ? [] : [script],
  );
}

/** The tags of each image of `lib/versions.ts`, by its name without a registry. */
const tags = new Map<string, string[]>();
for (const value of [images, ...Object.values(charts)].flatMap((one) => Object.values<string>(one))) {
  const [, name, tag] = /^[\w-]+(?:\.[\w-]+)+\/(.+):([^:]+)$/.exec(value) ?? [];
  if (name !== undefined && tag !== undefined) tags.set(name, [...(tags.get(name) ?? []), tag]);
}
// What the makers of MLflow call the version that is taken.
tags.set(
  'mlflow/mlflow',
  (tags.get('burakince/mlflow') ?? []).map((tag) => `v${tag}`),
);

/** Images of a text with another tag than `lib/versions.ts` gives them. */
function otherTags(text: string): string[] {
  const named = text.matchAll(
    /(?<![\w/.-])(?:[\w-]+(?:\.[\w-]+)+\/)?([a-z][\w.-]*(?:\/[\w.-]+)+)(?::|` )(v?\d[\w.-]*\w|RELEASE[\w.-]+)/g,
  );
  return [...named].flatMap(([, name = '', tag = '']) =>
    (tags.get(name) ?? [tag]).includes(tag) ? [] : [`${name}:${tag}`],
  );
}

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  it('links only to pages and headings that exist', () => {
    expect(brokenLinks(page, text)).toEqual([]);
  });

  it('names images in the versions that are taken', () => {
    expect(otherTags(text)).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    // The example has a package of its own.
    const own = page.startsWith('examples/own-platform/') ? ['reports'] : [];
    expect(missingScripts(text).filter((script) => !own.includes(script))).toEqual([]);
  });
});

describe('the checks of pages', () => {
  it.each(['[a](no.md)', '[a](docs/no.md#a)', '[a](README.md#no-such-heading)', '[a](#no-such-heading)'])(
    'fails for %s',
    (link) => {
      expect(brokenLinks('README.md', link)).toEqual([link.slice(2)]);
    },
  );

  it('fails for an image in another version', () => {
    const { curl, mlflow } = images;
    const text = `${curl} curlimages/curl:1.2 example.org/own:1 \`burakince/mlflow\` 3.1.0 ${mlflow}`;
    expect(otherTags(text)).toEqual(['curlimages/curl:1.2', 'burakince/mlflow:3.1.0']);
  });

  it('fails for a script that nobody has', () => {
    expect(missingScripts('run `npm run synth` or `npm run nothing`')).toEqual(['nothing']);
  });
});
