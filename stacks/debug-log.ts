import * as pulumi from '@pulumi/pulumi';

/**
 * Keeps the secret of an access key out of the log of `pulumi up --debug`: Pulumi's SDK writes every answer of the engine into it,
 * secrets in plain text (runtime/resource.ts, "RegisterResource RPC finished"). What the engine itself writes with `-v=9` is out of
 * reach; Pulumi warns of it (https://www.pulumi.com/docs/iac/operations/debugging/logging/).
 */
export function hideKeysInDebugLog(): void {
  const write = pulumi.log.debug;
  if (write === hiding) return;
  const writeWithoutKeys: typeof write = (message, ...rest) =>
    write(
      message.includes('aws:iam/accessKey:AccessKey') ? message.replace(/, resp: .*$/s, ', resp: [hidden]') : message,
      ...rest,
    );
  hiding = writeWithoutKeys;
  Reflect.set(pulumi.log, 'debug', writeWithoutKeys);
}

/** What writes into the log already: programs that run one after another in a process share it. */
let hiding: typeof pulumi.log.debug | undefined;
