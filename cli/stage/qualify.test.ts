import { planTable, shopPlan } from '../../functions/testing/shopPlan.ts';
import { qualify } from './qualify.ts';

const plans = [shopPlan({ tables: [planTable('orders', 'replace')] })];

test.each([
  ['SELECT * FROM shop.orders', 'SELECT * FROM dev_shop.orders'],
  ['SELECT * FROM "shop"."orders"', 'SELECT * FROM dev_shop.orders'],
  [
    'SELECT shop.orders.id FROM shop.orders',
    'SELECT dev_shop.orders.id FROM dev_shop.orders',
  ],
  [
    'SELECT * FROM ops.runs, ops.checks',
    'SELECT * FROM dev_ops.runs, dev_ops.checks',
  ],
  [
    'SELECT shop.id FROM shop.orders shop',
    'SELECT shop.id FROM dev_shop.orders shop',
  ],
  ["SELECT 'shop.orders', 'it''s shop.orders'", null],
  ['SELECT 1 -- shop.orders', null],
  ['SELECT 1 /* shop.orders */', null],
  ['SELECT "shop.orders" FROM t', null],
  ['SELECT * FROM shop.orders_old', null],
  ['SELECT * FROM workshop.orders', null],
  ['SELECT * FROM awsdatacatalog.shop.orders', null],
  ['SELECT * FROM other.orders', null],
])('%s', (sql, expected) => {
  expect(qualify(sql, plans, 'dev_')).toBe(expected ?? sql);
});
