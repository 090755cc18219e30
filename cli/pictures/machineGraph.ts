import type { Box, Graph, Line } from './graph.ts';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly {
    readonly Next: string;
    readonly StringEquals?: string;
  }[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Next: string;
  }[];
  readonly Resource?: string;
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

/** As much of Amazon States Language as the project's machine has. */
export interface Machine {
  readonly Comment: string;
  readonly States: Readonly<Record<string, State>>;
}

const handlerOf = ({ Resource, ItemProcessor }: State): string | undefined => {
  const [inner] = Object.values(ItemProcessor?.States ?? {});
  if (inner) return `each source: ${handlerOf(inner)}`;
  const name = Resource?.split(':').at(-1);
  return name && `functions/${name}`;
};

const boxOf = ([name, state]: [string, State]): Box => {
  const subtitle = handlerOf(state);
  return {
    id: name,
    look:
      state.Type === 'Fail'
        ? 'card'
        : state.Type === 'Choice' || state.Type === 'Pass'
          ? 'source'
          : 'step',
    title: name,
    ...(subtitle !== undefined && { subtitle }),
    rows: [],
  };
};

const linesOf = ([name, state]: [string, State]): Line[] => {
  const to = (next: string, label?: string, isFaint?: boolean): Line => ({
    from: { box: name },
    to: { box: next },
    ...(label !== undefined && { label }),
    ...(isFaint && { isFaint }),
  });
  return [
    ...(state.Next ? [to(state.Next)] : []),
    ...(state.Choices ?? []).map((one) => to(one.Next, one.StringEquals)),
    ...(state.Default ? [to(state.Default, 'else')] : []),
    ...(state.Catch ?? []).map(({ ErrorEquals, Next }) => {
      const names = ErrorEquals.filter((error) => error !== 'States.ALL');
      return to(Next, names.length > 0 ? names.join(', ') : undefined, true);
    }),
  ];
};

/** The state machine as it is deployed; what is caught in dashes. */
export const machineGraph = ({ Comment, States }: Machine): Graph => ({
  title: Comment,
  boxes: Object.entries(States).map(boxOf),
  lines: Object.entries(States).flatMap(linesOf),
});
