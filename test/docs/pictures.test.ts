import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dev, prod } from '../../environments';
import { architecture } from '../../lib/platform/reports/architecture';
import { reachability } from '../../lib/platform/reports/reachability';
import { pagesWithMermaid, pictures } from '../../scripts/diagram/pictures';
import { replicasUnderLoad, scalingOf } from '../../scripts/diagram/scaling';
import { LOOK } from '../support/autoscaler-model';
import { synthesize } from '../support/environments';
import { describeLong } from '../support/programs';
import { root } from '../support/sources';
import { cutTexts, decoded, hiddenArrows, overlaps, textsOf } from '../support/svg-geometry';

const folder = join(root, 'docs/pictures');
const files = readdirSync(folder).sort();
const pictureOf = (name: string) => readFileSync(join(folder, name), 'utf8');
/** Those with boxes and arrows. */
const diagrams = files.filter((name) => pictureOf(name).includes('class="cluster"'));

describeLong('the pictures of the pages, drawn anew,', () => {
  let drawn: Readonly<Record<string, string>>;
  beforeAll(() => {
    drawn = pictures();
  });

  // Wrong after a change that is meant? npm run accept
  it.each(files)('%s is what is there', (name) => {
    expect(drawn[name]).toBe(pictureOf(name));
  });

  it('are all that are there', () => {
    expect(Object.keys(drawn).sort()).toEqual(files);
  });
});

describe('the pictures of the pages', () => {
  it('are text for Mermaid on the pages of stacks that are small, as it is now', () => {
    const folder = join(root, 'docs/how-to');
    const pages = Object.entries(pagesWithMermaid(folder));
    for (const [page, text] of pages) expect(text, page).toBe(readFileSync(join(folder, page), 'utf8'));
    const written = readdirSync(folder).filter((page) => /```mermaid/.test(readFileSync(join(folder, page), 'utf8')));
    expect(written).toEqual(pages.map(([page]) => page).sort());
  });

  it.each(files)('%s is not wider than a page, so that its text is not made smaller', (name) => {
    expect(Number(/<svg [^>]* width="(\d+)"/.exec(pictureOf(name))?.[1])).toBeLessThanOrEqual(700);
  });

  it.each(files)('%s has of every colour another one for dark', (name) => {
    const [, style = '', content = ''] = /<style>(.*?)<\/style>(.*)/s.exec(pictureOf(name)) ?? [];
    const used = [...content.matchAll(/ (?:fill|stroke)="(#\w+|\w+)"/g)].map(([attribute]) => attribute.trim());
    const changed = used.filter((attribute) => attribute.endsWith('"none"') || style.includes(`[${attribute}]{`));
    expect(used.filter((attribute) => !changed.includes(attribute))).toEqual([]);
    const uncoloured = [...content.matchAll(/<text (?![^>]* fill=)[^>]*>([^<]*)</g)].map(([, text = '']) =>
      decoded(text),
    );
    expect(uncoloured.filter((text) => text.trim() !== '')).toEqual([]);
  });

  it.each(files)('%s stands on a page', (name) => {
    const readers = readdirSync(join(root, 'docs/how-to')).map((page) => join('docs/how-to', page));
    const texts = ['README.md', ...readers].map((page) => readFileSync(join(root, page), 'utf8'));
    expect(texts.some((text) => text.includes(`pictures/${name})`))).toBe(true);
  });

  it.each(files)('%s has no text that is cut, in the widest of the usual fonts', (name) => {
    expect(cutTexts(pictureOf(name))).toEqual([]);
  });

  it('fails for a name that is wider than its box, and for a text that leaves the picture', () => {
    const picture = pictureOf('model-platform.svg').replace('>postgres<', '>postgres of another team<');
    expect(cutTexts(picture)).toEqual(['postgres of another team']);
    expect(cutTexts(picture.replace('>keeps data<', `>${'keeps data '.repeat(9)}<`))).toHaveLength(2);
  });

  it.each(files)('%s has no text on another', (name) => {
    expect(overlaps(textsOf(pictureOf(name)))).toEqual([]);
  });

  it('fails for a text on another', () => {
    const picture = pictureOf('inference.svg').replace('>:8002<', '>:8002 :8003 :8004<');
    expect(overlaps(textsOf(picture))).not.toEqual([]);
  });

  it.each(diagrams)('%s leads no arrow through a box', (name) => {
    expect(hiddenArrows(pictureOf(name))).toEqual([]);
  });

  it('fails for an arrow through a box', () => {
    const picture = pictureOf('fair.svg').replace(
      /(class="edge">.*?d=")[^"]*/s,
      '$1M0,-180 C200,-180 400,-180 520,-180',
    );
    expect(hiddenArrows(picture)).not.toEqual([]);
  });
});

describe.each([dev, prod].map((config) => [config.name, config] as const))('the model of %s', (_, config) => {
  const { app, platform } = synthesize(config);
  const { connections, nodes } = architecture(app, platform.releases);

  it('has every connection that is declared, with its ports', () => {
    const rows = reachability(app).flatMap((stack) => stack.connections);
    const missing = rows.filter(({ from, to, ports }) => {
      const ends = [from, to].map(plain);
      const found = connections.find((each) => each.from === ends[0] && each.to === ends[1]);
      return found === undefined || (found.ports.length > 0 && !ports.every((port) => found.ports.includes(port)));
    });
    expect(missing).toEqual([]);
  });

  it('has no connection that is not declared', () => {
    const rows = reachability(app).flatMap((stack) => stack.connections);
    const declared = rows.map(({ from, to }) => `${plain(from)} → ${plain(to)}`);
    expect(connections.map(({ from, to }) => `${from} → ${to}`).filter((pair) => !declared.includes(pair))).toEqual([]);
  });

  it('has each release that is installed', () => {
    const names = nodes.filter(({ kind }) => kind === 'Release').map(({ name }) => name);
    expect(names).toEqual(platform.releases.filter(({ installed = true }) => installed).map(({ name }) => name));
  });

  it('knows of each workload which pool it is pinned to', () => {
    const written = nodes.filter(({ kind }) => kind !== 'Pods' && kind !== 'Release');
    expect(written.filter(({ pool }) => pool === undefined)).toEqual([]);
  });
});

describe('the pictures of pods over time have', () => {
  const { autoscaler, fits, rollingUpdate } = scalingOf(synthesize(dev, 'inference').app);
  const page = readFileSync(join(root, 'docs/how-to/watch-it-scale.md'), 'utf8');

  it('the pods that the page says the quota has room for', () => {
    expect(fits).toBe(autoscaler.maxReplicas + rollingUpdate.maxSurge);
    expect(page).toContain(`| ${fits}, during a rollout at the maximum |`);
  });

  it('the steps of the autoscaler that the page says', () => {
    expect(page).toMatch(/\| 2, then 4, then 6 pods, 30 s apart +\|/);
    expect(page).toMatch(/\| 6 to 2, one pod a minute, after three minutes +\|/);
    const counts = replicasUnderLoad(autoscaler);
    const steps = counts.flatMap((count, look) =>
      look > 0 && count !== counts[look - 1] ? [[look * LOOK, count]] : [],
    );
    // From the first minute to the fifth there is load.
    expect(steps).toEqual([
      [90, 4],
      [120, 6],
      [480, 5],
      [540, 4],
      [600, 3],
      [660, 2],
    ]);
  });
});

/** An end of a connection as the model has it: what a release runs beside its server is the release. */
function plain(end: string): string {
  return end
    .replaceAll('`', '')
    .replace(/ with .*$/, '')
    .replace(/\/stac-migration$/, '/stac');
}
