import awsPackage from '@pulumi/aws/package.json' with { type: 'json' };
import * as pulumi from '@pulumi/pulumi';
import { withClients } from '../../src/deploy/clients.ts';
import { mappingProvider } from '../../src/deploy/provider.ts';

/** The process behind `bin/pulumi-resource-aws`: where it deploys to comes from the environment, as for any AWS tool. */
const {
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: id,
  AWS_SECRET_ACCESS_KEY: secret,
} = process.env;
if (endpoint === undefined || region === undefined || id === undefined || secret === undefined) {
  throw new Error(
    'the test-only provider needs AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  );
}
const target = { endpoint, region, credentials: { accessKeyId: id, secretAccessKey: secret } };
await withClients(target, async (clients) => {
  await pulumi.provider.main(mappingProvider(clients, awsPackage.version), process.argv.slice(2));
  // The engine ends this process; until then the connections stay open.
  await new Promise(() => undefined);
});
