import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../ports.ts';
import type { AwsSettings } from './settings.ts';

/** A subject of SNS: ASCII, no line break, at most so long. */
const SUBJECT = 100;

const subjectOf = (text: string): string => {
  const ascii = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return ascii.length > SUBJECT ? `${ascii.slice(0, SUBJECT - 3)}...` : ascii;
};

/**
 * Tells the stage's topic. `kind`, `pipeline` and `stage` are attributes, so that
 * a subscription may take some and leave others.
 */
export const snsNotifier = (
  client: SNSClient,
  settings: Pick<AwsSettings, 'topicArn' | 'stage'>,
): Notifier => ({
  tell: async ({ kind, pipeline, subject, text }) => {
    const { topicArn, stage } = settings;
    const attributes = { kind, stage, ...(pipeline && { pipeline }) };
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectOf(`Tributary ${stage}: ${subject}`),
        Message: text,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      }),
    );
  },
});
