import { randomUUID } from 'node:crypto';
import type { Ministack } from '../servers/ministack.ts';

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
}

/** Queues of the emulator, for which there is no client here. */
export interface Queues {
  /** @returns the address of a new one. */
  create(name?: string): Promise<string>;
  /** Waits for messages, for some seconds, and takes them out. */
  receive(queue: string): Promise<string[]>;
}

export const queuesOf = ({ endpoint }: Pick<Ministack, 'endpoint'>): Queues => {
  const ask = async <T>(action: string, body: object): Promise<T> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${action}`,
      },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as T;
  };
  return {
    create: async (QueueName = `q${randomUUID()}`) => {
      const { QueueUrl } = await ask<{ QueueUrl: string }>('CreateQueue', {
        QueueName,
      });
      return QueueUrl;
    },
    receive: async (QueueUrl) => {
      const { Messages = [] } = await ask<{ Messages?: Message[] }>(
        'ReceiveMessage',
        { QueueUrl, WaitTimeSeconds: 5 },
      );
      for (const { ReceiptHandle } of Messages)
        await ask('DeleteMessage', { QueueUrl, ReceiptHandle }).catch(
          () => undefined,
        );
      return Messages.map(({ Body }) => Body);
    },
  };
};
