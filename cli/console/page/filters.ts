const fieldsets = (form: HTMLFormElement) => [
  ...form.querySelectorAll<HTMLFieldSetElement>('[data-filter]'),
];

const inputs = (fieldset: HTMLFieldSetElement) => [
  ...fieldset.querySelectorAll('input'),
];

/** What a dashboard's filters are set to, as its address has it. */
export const readFilters = (form: HTMLFormElement): URLSearchParams => {
  const query = new URLSearchParams();
  for (const fieldset of fieldsets(form)) {
    const name = fieldset.dataset.filter ?? '';
    if (fieldset.dataset.kind === 'text') {
      for (const { checked, value } of inputs(fieldset))
        if (checked) query.append(name, value);
      continue;
    }
    const [from = '', to = ''] = inputs(fieldset).map(({ value }) => value);
    if (from || to) query.append(name, `${from}..${to}`);
  }
  return query;
};

const summaryOf = (values: readonly string[]) =>
  values.length === 0
    ? 'all'
    : values.length <= 2
      ? values.join(', ')
      : `${values.length} chosen`;

/** Sets the filters as an address has them. */
export const showFilters = (
  form: HTMLFormElement,
  query: URLSearchParams,
): void => {
  for (const fieldset of fieldsets(form)) {
    const values = query.getAll(fieldset.dataset.filter ?? '');
    if (fieldset.dataset.kind === 'text') {
      for (const input of inputs(fieldset))
        input.checked = values.includes(input.value);
      const summary = fieldset.querySelector('[data-summary]');
      if (summary) summary.textContent = summaryOf(values);
      continue;
    }
    const ends = values[0]?.split('..') ?? [];
    for (const [i, input] of inputs(fieldset).entries())
      input.value = ends[i] ?? '';
  }
};
