/** A program that imports the package, as one two folders below the repository that imports the sources of its doors. */
export function fromSources(program: string): string {
  return program.replaceAll(/'cdk8s-ml-platform(\/[\w/-]+)?'/g, "'../../lib$1'");
}

/** The other way round. */
export function fromPackage(program: string): string {
  return program.replaceAll(/'\.\.\/\.\.\/lib(\/[\w/-]+)?'/g, "'cdk8s-ml-platform$1'");
}
