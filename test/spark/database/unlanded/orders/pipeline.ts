import { orders } from '../../orders.ts';

export default orders({ read: 'job', connections: 3 });
