/** A Go template whose result is the text itself. */
export function templateLiteral(text: string): string {
  // An action that prints the braces: what opens an action elsewhere is then plain text.
  return text.replaceAll('{{', '{{ "{{" }}');
}
