import { type Place, TableError } from '../../core/errors.ts';
import { BEFORE } from './binder.ts';

/** What the engine says of an error, where it is asked to say it as JSON. */
interface EngineFault {
  readonly exception_type: string;
  readonly exception_message: string;
  readonly error_subtype?: string;
  /** Bytes from the statement's begin. */
  readonly position?: string;
  readonly name?: string;
  readonly candidates?: string;
}

const CANDIDATES_SHOWN = 4;

const parse = (error: unknown): EngineFault => {
  const message = error instanceof Error ? error.message : String(error);
  try {
    return JSON.parse(message.slice(message.indexOf('{')));
  } catch {
    return { exception_type: '', exception_message: message };
  }
};

const oneLine = (words: string) => words.replace(/\s+/g, ' ').trim();

/** What a SELECT may read, and why it may not read one that is declared. */
export interface Scope {
  readonly has: readonly string[];
  readonly why: (name: string) => string | undefined;
}

const relationFault = (name: string, { has, why }: Scope) =>
  why(name) ?? `there is no "${name}"; it can select from ${has.join(', ')}`;

const columnFault = ({ name, candidates }: EngineFault) =>
  `there is no column "${name}"` +
  (candidates ? `; did you mean ${candidates.replaceAll(',', ', ')}?` : '');

const functionFault = ({ exception_message, candidates = '' }: EngineFault) => {
  const [first = ''] = exception_message.split('\n');
  // Commas are also between the arguments of each.
  const known = candidates.split(/,(?=[^ ,]+\()/);
  const more = known.length > CANDIDATES_SHOWN ? ', …' : '';
  return (
    `${first} There are ` +
    `${known.slice(0, CANDIDATES_SHOWN).join(', ')}${more}`
  );
};

const syntaxFault = (fault: EngineFault, select: string, at: number) => {
  const expected = 'expected one SELECT, and nothing else';
  if (select.trim() === '') return `the file is empty: ${expected}`;
  if (at >= Buffer.byteLength(select)) return 'the SELECT ends too early';
  const words = oneLine(fault.exception_message);
  // The engine quotes all the rest of the statement here.
  if (words.startsWith('unterminated'))
    return words.replace(/ at or near.*/, '');
  const isSelect = /^(\s|--.*\n|\/\*.*?\*\/|\()*(SELECT|WITH|FROM)\b/is;
  return words.endsWith('";"') || !isSelect.test(select)
    ? `${words}: ${expected}`
    : words;
};

const reasonOf = (
  fault: EngineFault,
  select: string,
  at: number,
  scope: Scope,
) => {
  const words = fault.exception_message;
  const relation = /^Table with name "?([^"\n]+?)"? does not exist/.exec(words);
  if (relation) return relationFault(relation[1] ?? '', scope);
  if (fault.error_subtype === 'COLUMN_NOT_FOUND') return columnFault(fault);
  if (fault.error_subtype === 'NO_MATCHING_FUNCTION')
    return functionFault(fault);
  if (fault.error_subtype === 'SYNTAX_ERROR')
    return syntaxFault(fault, select, at);
  if (fault.exception_type === 'Permission')
    return `it reads a file, but can select from ${scope.has.join(', ')} alone`;
  return oneLine(words);
};

/**
 * An error of binding a SELECT, with the line and the character of it.
 * @param place of a SQL file; a condition in `pipeline.ts` gets no line.
 */
export const explainFault = (
  error: unknown,
  select: string,
  place: Place,
  scope: Scope,
): TableError => {
  const fault = parse(error);
  const at = Number(fault.position ?? Number.NaN) - BEFORE.length;
  const before = Buffer.from(select.trimEnd()).subarray(0, at).toString();
  const lines = before.split('\n');
  const line = lines.length;
  const character = (lines.at(-1)?.length ?? 0) + 1;
  const isFile = place.file?.endsWith('.sql') && Number.isFinite(at);
  return new TableError(
    reasonOf(fault, select, at, scope),
    { ...place, ...(isFile && { line, character }) },
    { cause: error },
  );
};
