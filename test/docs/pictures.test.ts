import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dev, prod } from '../../environments';
import { architecture } from '../../lib/platform/reports/architecture';
import { reachability } from '../../lib/platform/reports/reachability';
import { pagesWithMermaid, pictures } from '../../scripts/diagram/pictures';
import { scalingOf } from '../../scripts/diagram/scaling';
import { synthesize } from '../support/environments';
import { describeLong } from '../support/programs';
import { root } from '../support/sources';

const folder = join(root, 'docs/pictures');
const files = readdirSync(folder).sort();
const pictureOf = (name: string) => readFileSync(join(folder, name), 'utf8');
/** Those with boxes and arrows. */
const diagrams = files.filter((name) => pictureOf(name).includes('<g class="node">'));

describeLong('the pictures of the pages, drawn anew,', () => {
  let drawn: Readonly<Record<string, string>>;
  beforeAll(async () => {
    drawn = await pictures();
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

  it.each(files)('%s has colours for light and for dark', (name) => {
    const [light, dark] = pictureOf(name).split('@media (prefers-color-scheme:dark)');
    const named = (text = '') => [...text.matchAll(/--(\w+):#/g)].map(([, color]) => color);
    expect(named(dark)).toEqual(named(light));
    const used = [...pictureOf(name).matchAll(/var\(--(\w+)\)/g)].map(([, color]) => color);
    expect(used.filter((color) => !named(light).includes(color))).toEqual([]);
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
    const name = 'model-registry-api';
    const picture = pictureOf('model-platform.svg').replace(`>${name}<`, `>${name}-of-another-team<`);
    expect(cutTexts(picture)).toEqual([`${name}-of-another-team`]);
    expect(cutTexts(picture.replace('>keeps data<', `>${'keeps data '.repeat(9)}<`))).toHaveLength(2);
  });

  it.each(diagrams)('%s has only level and upright arrows', (name) => {
    expect(arrowsOf(pictureOf(name)).flat().filter(isAskew)).toEqual([]);
  });

  it.each(diagrams)('%s leads no arrow through a box', (name) => {
    expect(hiddenArrows(pictureOf(name))).toEqual([]);
  });

  it('fails for an arrow through a box', () => {
    const picture = pictureOf('inference.svg');
    expect(hiddenArrows(picture.replace(/(class="arrow"[^>]* d=)"[^"]*"/, '$1"M0 80L460 80"'))).not.toEqual([]);
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

it('the picture of a rollout has the pods that the page says the quota has room for', () => {
  const { fits, maxReplicas, rollingUpdate } = scalingOf(synthesize(dev, 'inference').app);
  expect(fits).toBe(maxReplicas + rollingUpdate.maxSurge);
  const page = readFileSync(join(root, 'docs/how-to/watch-it-scale.md'), 'utf8');
  expect(page).toContain(`| ${fits}, during a rollout at the maximum |`);
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

/** Texts that leave their box, or the picture. */
function cutTexts(picture: string): string[] {
  const [, right = '0'] = /<svg [^>]* width="(\d+)"/.exec(picture) ?? [];
  const [, inset = '0'] = /translate\(([\d.]+) 0\)/.exec(picture) ?? [];
  const boxes = [...picture.matchAll(/<g class="node">(.*?)<\/g>/g)].flatMap(([, content = '']) => {
    const { left, width } = shapeOf(content);
    return leaving(content, left, left + width);
  });
  const outside = picture.replaceAll(/<g class="node">.*?<\/g>/g, '');
  return [...boxes, ...leaving(outside, -Number(inset), Number(right))];
}

function leaving(content: string, left: number, right: number): string[] {
  const texts = content.matchAll(/<text class="([^"]*)" x="([\d.]+)" y="[\d.]+" text-anchor="(\w+)">([^<]*)</g);
  return [...texts].flatMap(([, kind = '', x = '', anchor = '', value = '']) => {
    const width = widthOf(value.replaceAll('&amp;', '&'), kind.includes('bold'));
    const start = Number(x) - { start: 0, middle: width / 2, end: width }[anchor as 'start'];
    return start < left || start + width > right ? [value] : [];
  });
}

interface Shape {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The first shape of a box: a rectangle, or the body of a cylinder. */
function shapeOf(content: string): Shape {
  const number = (name: string) => Number(new RegExp(`^<rect[^>]* ${name}="([\\d.]+)"`).exec(content)?.[1]);
  if (content.startsWith('<rect')) {
    return { left: number('x'), top: number('y'), width: number('width'), height: number('height') };
  }
  const [, left = 0, top = 0, right = 0, bottom = 0] = (
    /d="M([\d.]+) ([\d.]+)A[\d.]+ 6 0 0 1 ([\d.]+) [\d.]+V([\d.]+)/.exec(content) ?? []
  ).map(Number);
  return { left, top, width: right - left, height: bottom - top };
}

type Line = readonly [fromX: number, fromY: number, toX: number, toY: number];

/** The lines of each arrow, without the rounding of their corners. */
function arrowsOf(picture: string): Line[][] {
  return [...picture.matchAll(/class="arrow"[^>]* d="([^"]*)"/g)].map(([, path = '']) => {
    const points = [...path.matchAll(/[MLQ]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    return points.slice(1).map(([x, y], index): Line => [...(points[index] ?? ([0, 0] as const)), x, y]);
  });
}

function isAskew([fromX, fromY, toX, toY]: Line): boolean {
  return Math.abs(fromX - toX) > 1 && Math.abs(fromY - toY) > 1;
}

/** Lines that have more than their ends in a box. */
function hiddenArrows(picture: string): Line[] {
  const shapes = [...picture.matchAll(/<g class="node">(.*?)<\/g>/g)].map(([, content = '']) => shapeOf(content));
  const within = (start: number, length: number, from: number, to: number) =>
    Math.min(from, to) < start + length - 2 && Math.max(from, to) > start + 2;
  return arrowsOf(picture)
    .flat()
    .filter(([fromX, fromY, toX, toY]) =>
      shapes.some(
        ({ left, top, width, height }) => within(left, width, fromX, toX) && within(top + 6, height - 12, fromY, toY),
      ),
    );
}
