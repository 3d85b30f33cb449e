import { requireKnownProps } from '../../kube/objects/known-props';
import type { Architecture } from './architecture';
import { type DrawnBox, drawnArchitecture } from './drawn-architecture';

/** A flowchart of Mermaid, which GitHub and GitLab draw where Markdown has it in a block of code called `mermaid`. */
export function architectureMermaid(architecture: Architecture): string {
  requireKnownProps('architectureMermaid()', { architecture }, 'architecture:object');
  const { namespaces, boxes, arrows } = drawnArchitecture(architecture);
  const idOf = (id: string) => `box${boxes.findIndex((box) => box.id === id)}`;
  const shape = ({ names, notes: [what, ...exits], pool, keepsData }: DrawnBox) => {
    const notes = [`${what}${pool === undefined ? '' : `, on ${pool}`}`, ...exits].join('<br>');
    const text = `"${names.join('<br>')}<br><small>${notes}</small>"`;
    return keepsData ? `[(${text})]` : `[${text}]`;
  };
  const lines = [
    ...namespaces.flatMap((namespace, index) => [
      `  subgraph namespace${index}["${namespace}"]`,
      ...boxes.filter((box) => box.namespace === namespace).map((box) => `    ${idOf(box.id)}${shape(box)}`),
      '  end',
    ]),
    ...arrows.map(({ from, to, ports }) => {
      const label = ports.length === 0 ? '' : `|"${ports.map((port) => `:${port}`).join(' ')}"|`;
      return `  ${idOf(from)} -->${label} ${idOf(to)}`;
    }),
    ...boxes.flatMap(({ id, entrances }) =>
      entrances.map((way, index) => `  ${idOf(id)}in${index}(["${way}"]) --> ${idOf(id)}`),
    ),
  ];
  const releases = boxes.filter(({ kind }) => kind === 'Release').map(({ id }) => idOf(id));
  if (releases.length > 0) lines.push('  classDef release stroke-dasharray: 4 3', `  class ${releases} release`);
  return `${['flowchart TB', ...lines].join('\n')}\n`;
}
