import { AwsError, type AwsRequest, type AwsResponse, type ServiceContext } from '../contract.ts';
import { buildXml, parseXml } from '../xml.ts';
import { malformedXml } from './errors.ts';
import { publicAccessElement, readPublicAccess } from './public-access-document.ts';
import type { Store } from './store/store.ts';

/**
 * S3 Control: the settings of accounts. Its requests name the account in a header (and in front of the host name), and are signed as those of S3.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
 */
const PATH = '/v20180820/';
const PUBLIC_ACCESS_BLOCK = `${PATH}configuration/publicAccessBlock`;
const NAMESPACE = 'http://awss3control.amazonaws.com/doc/2018-08-20/';
const ROOT = 'PublicAccessBlockConfiguration';

/** Whether a request is for S3 Control, and not for a bucket of that name. */
export function isControl(request: Pick<AwsRequest, 'rawPath' | 'headers'>): boolean {
  return request.rawPath.startsWith(PATH) && request.headers['x-amz-account-id'] !== undefined;
}

/** Each operation with the action that it needs. */
const OPERATIONS: Readonly<Record<string, readonly [string, string]>> = {
  GET: ['GetPublicAccessBlock', 's3:GetAccountPublicAccessBlock'],
  PUT: ['PutPublicAccessBlock', 's3:PutAccountPublicAccessBlock'],
  DELETE: ['DeletePublicAccessBlock', 's3:PutAccountPublicAccessBlock'],
};

function operationFor({ method, rawPath }: AwsRequest): readonly [string, string] | undefined {
  return rawPath === PUBLIC_ACCESS_BLOCK && Object.hasOwn(OPERATIONS, method) ? OPERATIONS[method] : undefined;
}

/** Name of the operation; `undefined` when the sandbox does not have it. */
export function controlOperation(request: AwsRequest): string | undefined {
  return operationFor(request)?.[0];
}

/** Serves the public access block of an account. Throws `AwsError`; everything else of S3 Control is 501. */
export async function serveControl(
  request: AwsRequest,
  context: ServiceContext,
  store: Pick<Store, 'accountBlocks'>,
): Promise<AwsResponse> {
  const operation = operationFor(request);
  if (operation === undefined) {
    throw new AwsError(
      'NotImplemented',
      501,
      `The sandbox does not implement s3control ${request.method} ${request.rawPath}.`,
    );
  }
  const { caller, authorize } = context;
  const account = request.headers['x-amz-account-id'] ?? '';
  if (!/^\d{12}$/.test(account)) {
    throw new AwsError('InvalidRequest', 400, 'The account ID in the request is not valid.');
  }
  if (caller.account !== account) throw new AwsError('AccessDenied', 403, 'Access Denied');
  authorize(caller, [{ action: operation[1], resource: '*', context: { 's3:ResourceAccount': account } }], { account });
  if (request.method === 'PUT') {
    const document = parseXml(await request.body());
    if (document.name !== ROOT) throw malformedXml();
    store.accountBlocks.set(account, readPublicAccess(document));
    return { status: 201 };
  }
  if (request.method === 'DELETE') {
    store.accountBlocks.delete(account);
    return { status: 204 };
  }
  const block = store.accountBlocks.get(account);
  if (block === undefined) {
    throw new AwsError(
      'NoSuchPublicAccessBlockConfiguration',
      404,
      'The public access block configuration was not found',
      { fields: { AccountId: account } },
    );
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: buildXml(ROOT, publicAccessElement(block), NAMESPACE),
  };
}
