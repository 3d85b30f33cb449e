import type { Architecture } from './architecture';
import { type DrawnBox, drawnArchitecture } from './drawn-architecture';

/** A flowchart of Mermaid, which GitHub and GitLab draw where Markdown has it in a block of code called `mermaid`. */
export function architectureMermaid(architecture: Architecture): string {
  const { boxes, arrows } = drawnArchitecture(architecture);
  const idOf = (id: string) => `box${boxes.findIndex((box) => box.id === id)}`;
  const namespaces = [...new Set(boxes.flatMap(({ nodes }) => nodes[0]?.namespace ?? []))];
  const subgraphs = namespaces.flatMap((namespace, index) => [
    `  subgraph namespace${index}["${namespace}"]`,
    ...boxes.filter(({ nodes }) => nodes[0]?.namespace === namespace).map((box) => `    ${idOf(box.id)}${shape(box)}`),
    '  end',
  ]);
  const links = arrows.map(({ from, to, ports }) => {
    const label = ports.length === 0 ? '' : `|"${ports.map((port) => `:${port}`).join(' ')}"|`;
    return `  ${idOf(from)} -->${label} ${idOf(to)}`;
  });
  const outside = boxes.flatMap(({ id, entrances, exits }) => [
    ...entrances.map((way, index) => `  ${idOf(id)}in${index}(["${way}"]) --> ${idOf(id)}`),
    ...exits.map((way, index) => `  ${idOf(id)} --> ${idOf(id)}out${index}(["${way}"])`),
  ]);
  const releases = boxes.filter(({ nodes }) => nodes[0]?.kind === 'Release').map(({ id }) => idOf(id));
  const style =
    releases.length === 0 ? [] : ['  classDef release stroke-dasharray: 4 3', `  class ${releases} release`];
  return `${['flowchart TB', ...subgraphs, ...links, ...outside, ...style].join('\n')}\n`;
}

function shape({ nodes }: DrawnBox): string {
  const [first] = nodes;
  const { kind, pool, gpus = 0 } = first ?? {};
  const notes = [kind === 'Release' ? 'helm release' : kind, pool && `on ${pool}`, gpus > 0 && `${gpus} GPU`].filter(
    Boolean,
  );
  const text = `"${nodes.map(({ name }) => name).join('<br>')}<br><small>${notes.join(', ')}</small>"`;
  return first?.keepsData ? `[(${text})]` : `[${text}]`;
}
