/** Where texts, boxes and arrows are in a picture that Graphviz drew. */

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
export function textsOf(content: string): (Area & { readonly value: string })[] {
  const texts = content.matchAll(/<text [^>]*text-anchor="(\w+)" x="([-\d.]+)" y="([-\d.]+)"([^>]*)>([^<]*)</g);
  return [...texts].flatMap(([, anchor, x, y, rest = '', escaped = '']) => {
    const value = decoded(escaped);
    if (value.trim() === '') return [];
    const width = widthOf(value, rest.includes('bold'));
    const left = Number(x) - (anchor === 'middle' ? width / 2 : 0);
    return { value, left, right: left + width, top: Number(y) - 9, bottom: Number(y) };
  });
}

export function decoded(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replaceAll('\u00a0', ' ');
}

/** Texts that leave their box, or the picture. */
export function cutTexts(picture: string): string[] {
  const leaving = (content: string, { left, right }: Area) =>
    textsOf(content).flatMap((text) => (text.left < left || text.right > right ? text.value : []));
  const [, page = ''] = /<polygon fill="#ffffff"[^>]* points="([^"]*)"/.exec(picture) ?? [];
  const boxes = boxesOf(picture).flatMap(({ content, area }) => leaving(content, area));
  return [...new Set([...boxes, ...leaving(picture, areaOf(page))])];
}

export function overlaps(texts: readonly (Area & { readonly value: string })[]): string[] {
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
export function hiddenArrows(picture: string): string[] {
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
