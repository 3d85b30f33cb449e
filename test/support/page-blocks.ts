/** The blocks of a language in a text of Markdown. */
export function blocksOf(text: string, language: 'sh' | 'ts'): string[] {
  const blocks = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...text.matchAll(blocks)].map(([, code = '']) => code);
}
