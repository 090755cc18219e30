import {
  bigint,
  cardQuery,
  csv,
  date,
  dateRange,
  decimal,
  definePipeline,
  hours,
  int,
  line,
  notNull,
  on,
  range,
  row,
  rowCount,
  savedQuery,
  scalar,
  string,
  table,
  textFilter,
  unique,
} from '../../core/index.ts';

// "10,00,000" and "1,000,000" are the same amount: separators only group.
const money = (from: string) => decimal(14, 2, { from, thousands: ',' });

const loan = csv('loan', {
  title: 'The loans of one day; the file has no date, the run has',
  files: 'loan.csv',
  scope: 'period',
  columns: {
    customer_id: string({ from: 'Customer_ID' }),
    age: int({ from: 'Age' }),
    gender: string({ from: 'Gender' }),
    occupation: string({ from: 'Occupation' }),
    marital_status: string({ from: 'Marital Status' }),
    family_size: int({ from: 'Family Size' }),
    income: money('Income'),
    expenditure: money('Expenditure'),
    use_frequency: int({ from: 'Use Frequency' }),
    loan_category: string(),
    loan_amount: money('Loan Amount'),
    overdue: int({ from: 'Overdue' }),
    debt_record: money('Debt Record'),
    returned_cheques: int({ from: 'Returned Cheque' }),
    dishonoured_bills: int({ from: 'Dishonour of Bill' }),
  },
});

const loans = table('loans', {
  title: 'One row per loan and day',
  mode: 'partition',
  partitionBy: { insert_date: 'date' },
  sortBy: ['loan_category', 'customer_id'],
  columns: {
    customer_id: string({ doc: 'Not unique: an id was given out twice' }),
    age: int(),
    gender: string(),
    occupation: string(),
    marital_status: string(),
    family_size: int(),
    income: decimal(14, 2),
    expenditure: decimal(14, 2),
    use_frequency: int(),
    loan_category: string({ doc: 'As written, so RESTAURANT and RESTAURANTS' }),
    loan_amount: decimal(14, 2),
    overdue: int(),
    debt_record: decimal(14, 2),
    returned_cheques: int(),
    dishonoured_bills: int(),
    insert_date: date({ doc: 'The logical date of the run' }),
  },
});

const loansByCategory = table('loans_by_category', {
  title: 'Loans of each category and day',
  mode: 'partition',
  partitionBy: { insert_date: 'date' },
  key: ['loan_category', 'insert_date'],
  sortBy: ['loan_category'],
  columns: {
    loan_category: string(),
    loans: bigint(),
    amount: decimal(18, 2),
    insert_date: date(),
  },
});

const latestDay = cardQuery('latest_day', { loans: bigint() });
const latestAmount = cardQuery('latest_amount', { amount: decimal(18, 2) });
const latestCategories = cardQuery('latest_categories', {
  loan_category: string(),
  loans: bigint(),
});

export default definePipeline({
  name: 'loans',
  title: 'Loans by category and day',
  description: 'How many loans of which kind were taken out, and for how much',
  period: 'day',
  schedule: 'cron(0 5 * * ? *)',
  sla: hours(1),
  // A quiet day has fewer loans than others, but not less than half of them.
  maxDrop: 0.5,
  sources: [loan],
  tables: [loans, loansByCategory],
  checks: [
    rowCount(loan, { min: 1 }),
    notNull(loan, 'customer_id', { severity: 'quarantine' }),
    notNull(loans, ['loan_category', 'loan_amount'], { severity: 'warn' }),
    range(loans, 'loan_amount', { min: 0 }, { severity: 'warn' }),
    unique(loans, ['customer_id', 'insert_date'], { severity: 'warn' }),
    notNull(loans, 'insert_date'),
    unique(loansByCategory, ['loan_category', 'insert_date']),
    rowCount(loansByCategory, { min: 1 }),
  ],
  queries: [
    savedQuery('repeated_customers', 'Customer ids on several loans of a day'),
    savedQuery('debt_by_occupation', 'Loan and debt of each occupation'),
  ],
  dashboard: [
    scalar('Loans on the latest day', latestDay, { y: 'loans' }),
    scalar('Amount lent on the latest day', latestAmount, {
      y: 'amount',
      format: 'money',
    }),
    scalar('Latest day', loansByCategory, {
      y: 'insert_date',
      format: 'date',
    }),
    line('Loans per category per day', loansByCategory, {
      description: 'The categories with most loans, and all others together',
      x: 'insert_date',
      y: 'loans',
      series: 'loan_category',
      size: 'full',
    }),
    row("Today's categories", latestCategories, {
      description: 'Loans of the latest day, by category',
      x: 'loan_category',
      y: 'loans',
      top: 20,
    }),
    row('Amount by category', loansByCategory, {
      description: 'All days together',
      x: 'loan_category',
      y: 'amount',
      format: 'money',
      top: 20,
    }),
  ],
  filters: [
    dateRange('day', 'Day', [on(loansByCategory, 'insert_date')]),
    textFilter('category', 'Category', [on(loansByCategory, 'loan_category')]),
  ],
});
