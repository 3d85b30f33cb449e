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

/** Widths of the characters from the space to the tilde, then of × – ↗, in thousandths, of DejaVu Sans: plain, and bold. */
const [PLAIN = [], BOLD = []] = [
  '318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337 337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989 685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636 337 636 838 838 500 838',
  '348 456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696 696 696 696 400 400 838 838 838 580 1000 774 762 734 830 683 683 821 837 372 372 775 637 995 837 850 733 850 770 720 682 812 774 1103 771 724 725 457 365 457 838 500 500 675 716 593 716 678 435 716 712 343 343 665 343 1042 712 687 716 716 493 595 478 712 652 924 645 652 582 712 365 712 838 838 500 838',
].map((widths) => widths.split(' ').map(Number));

function widthOf(text: string, bold: boolean): number {
  const characters = `${String.fromCharCode(...Array.from({ length: 95 }, (_, index) => index + 32))}×–↗`;
  const widths = bold ? BOLD : PLAIN;
  const sum = [...text].reduce((total, character) => total + (widths[characters.indexOf(character)] ?? 1000), 0);
  return (sum / 1000) * (bold ? 13 : 12);
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Each text, and the room that it takes. */
function textsOf(content: string): (Area & { readonly value: string })[] {
  const texts = content.matchAll(/<text [^>]*text-anchor="(\w+)" x="([-\d.]+)" y="([-\d.]+)"([^>]*)>([^<]*)</g);
  return [...texts].flatMap(([, anchor, x, y, rest = '', escaped = '']) => {
    const value = decoded(escaped);
    if (value.trim() === '') return [];
    const width = widthOf(value, rest.includes('bold'));
    const left = Number(x) - (anchor === 'middle' ? width / 2 : 0);
    return { value, left, right: left + width, top: Number(y) - 9, bottom: Number(y) };
  });
}

function decoded(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replaceAll('\u00a0', ' ');
}

/** Texts that leave their box, or the picture. */
function cutTexts(picture: string): string[] {
  const leaving = (content: string, { left, right }: Area) =>
    textsOf(content).flatMap((text) => (text.left < left || text.right > right ? text.value : []));
  const [, page = ''] = /<polygon fill="#ffffff"[^>]* points="([^"]*)"/.exec(picture) ?? [];
  const boxes = boxesOf(picture).flatMap(({ content, area }) => leaving(content, area));
  return [...new Set([...boxes, ...leaving(picture, areaOf(page))])];
}

function overlaps(texts: readonly (Area & { readonly value: string })[]): string[] {
  return texts.flatMap((one, index) =>
    texts.slice(index + 1).flatMap((other) => {
      const beside = one.right <= other.left || other.right <= one.left;
      return beside || one.bottom <= other.top || other.bottom <= one.top ? [] : `${one.value} and ${other.value}`;
    }),
  );
}

function pointsOf(path: string): (readonly [x: number, y: number])[] {
  return [...path.matchAll(/([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

function areaOf(path: string): Area {
  const [xs, ys] = [0, 1].map((axis) => pointsOf(path).map((point) => Number(point[axis])));
  const [left, right] = [Math.min(...(xs ?? [])), Math.max(...(xs ?? []))];
  return { left, right, top: Math.min(...(ys ?? [])), bottom: Math.max(...(ys ?? [])) };
}

/** The boxes of a diagram: what they have, and the area of their first shape. */
function boxesOf(picture: string): { readonly content: string; readonly area: Area }[] {
  return [...picture.matchAll(/class="node">(.*?)<\/g>/gs)].flatMap(([, content = '']) => {
    const [, path = ''] = /<(?:path|polygon)[^>]* (?:d|points)="([^"]*)"/.exec(content) ?? [];
    return content.includes('<title>chart<') ? [] : { content, area: areaOf(path) };
  });
}

/** Arrows that have more than their ends in a box: tried at twenty points of each of their lines. */
function hiddenArrows(picture: string): string[] {
  const boxes = boxesOf(picture);
  const isInside = ([x, y]: readonly [number, number]) =>
    boxes.some(
      ({ area: { left, top, right, bottom } }) => x > left + 2 && x < right - 2 && y > top + 6 && y < bottom - 6,
    );
  return [...picture.matchAll(/class="edge">(.*?)<path[^>]* d="([^"]*)"/gs)].flatMap(([, title = '', path = '']) => {
    // Straight lines, as curves whose other points are on the line.
    const corners = pointsOf(path).filter((_, index) => index % 3 === 0);
    const tried = corners.slice(1).flatMap(([x, y], index) => {
      const [fromX, fromY] = corners[index] ?? [x, y];
      return Array.from(
        { length: 21 },
        (_, at) => [fromX + ((x - fromX) * at) / 20, fromY + ((y - fromY) * at) / 20] as const,
      );
    });
    return tried.some(isInside) ? [title.trim()] : [];
  });
}
