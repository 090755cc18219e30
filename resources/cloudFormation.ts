/** A resource as CloudFormation takes it. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: 'Delete' | 'Retain' | 'Snapshot';
  readonly UpdateReplacePolicy?: 'Delete' | 'Retain' | 'Snapshot';
}

/** By logical id. */
export type Resources = Readonly<Record<string, Resource>>;

export const ref = (id: string) => ({ Ref: id });
export const att = (id: string, name = 'Arn') => ({ 'Fn::GetAtt': [id, name] });
/** Text with `${AWS::Region}` and such in it. */
export const sub = (text: string) => ({ 'Fn::Sub': text });

/** An ARN of this account and region: `service:rest`. */
export const arn = (service: string, rest: string) =>
  sub(
    `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
  );

/** `start-job` as `StartJob`: a part of a logical id. */
export const pascal = (name: string): string =>
  name
    .split(/[-_./]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** Rules of checkov that a resource may break, each with the reason. */
export const allow = (reasons: Readonly<Record<string, string>>) => ({
  checkov: {
    skip: Object.entries(reasons).map(([id, comment]) => ({ id, comment })),
  },
});
