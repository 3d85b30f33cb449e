import { type ErrorLocation, InvalidPropError, requireProp } from './errors';

type Words<List extends string> = List extends `${infer First} ${infer Others}` ? First | Words<Others> : List;
type Keys<Props> = Props extends unknown ? keyof Props & string : never;

/** A list of words that has to be exactly the names of the properties of a type: else it does not compile. */
type NamesOf<Props, List extends string> = [
  Exclude<Keys<Props>, Words<List>>,
  Exclude<Words<List>, Keys<Props>>,
] extends [never, never]
  ? List
  : { readonly missing: Exclude<Keys<Props>, Words<List>>; readonly unknown: Exclude<Words<List>, Keys<Props>> };

/**
 * Checks that an object has no property but those of its type, which JavaScript and spread objects get past the compiler,
 * and that it is an object. One that is `undefined` is left out.
 * @param names - all properties of the type, separated by blanks
 * @param prop - which property of the construct it is. @default - all of its properties
 */
export function requireKnownProps<Props extends object, List extends string>(
  location: ErrorLocation,
  props: Props | undefined,
  names: List & NamesOf<Props, List>,
  prop = '',
): void {
  if (props === undefined) return;
  const known = names.replaceAll(' ', ', ');
  const isObject = typeof props === 'object' && props !== null && !Array.isArray(props);
  requireProp(isObject, location, prop || 'props', `be an object (${known}) or be left out`, props);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || ` ${names} `.includes(` ${key} `)) continue;
    throw new InvalidPropError(location, prop === '' ? key : `${prop}.${key}`, `be a known property (${known})`, value);
  }
}
