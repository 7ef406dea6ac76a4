import { isNamedForChannelMix, wayInto } from '../evaluate/channelmix.ts';
import type { Pieces } from '../model/access-documents.ts';
import type { OtherWay } from '../model/audit-documents.ts';
import type { AwsClients } from './clients.ts';
import { allPages, nextOf, parseDocument, piece, pieces, type Read, type Reader } from './reader.ts';

/** As many as IAM gives on one page. */
const MaxItems = 1_000;

/**
 * Other ways of ChannelMix's into the account of the credentials: roles that let its account or the audited principal in, and users that are
 * called like it. One call for each page of roles and of users.
 *
 * @param audited ARN of the principal that is audited, which is left out
 */
export async function readOtherWays(clients: AwsClients, reader: Reader, audited: string): Promise<Pieces<OtherWay>> {
  const iam = await clients.iam();
  const rolesRead: Read = { action: 'iam:ListRoles', of: "the account's roles" };
  const usersRead: Read = { action: 'iam:ListUsers', of: "the account's users" };
  const roles = async (): Promise<Pieces<OtherWay>> => {
    const listed = await piece(() =>
      allPages(rolesRead, async (Marker) => {
        const answer = await reader.call(rolesRead, (options) => iam.listRoles({ Marker, MaxItems }, options));
        return { items: answer.Roles ?? [], next: nextOf(answer) };
      }),
    );
    if (listed.state !== 'read') return pieces<OtherWay>([listed]);
    return pieces(
      listed.value.map(({ Arn: arn = '', RoleName, AssumeRolePolicyDocument: text }) =>
        piece(async (): Promise<OtherWay | undefined> => {
          const what: Read = { ...rolesRead, of: `the trust policy of role ${RoleName}` };
          if (arn === audited) return undefined;
          const way = wayInto({ arn, trust: parseDocument(what, text, true) }, audited);
          return way && { kind: 'role', arn, ...way };
        }),
      ),
    );
  };
  const users = piece(async () => {
    const listed = await allPages(usersRead, async (Marker) => {
      const answer = await reader.call(usersRead, (options) => iam.listUsers({ Marker, MaxItems }, options));
      return { items: answer.Users ?? [], next: nextOf(answer) };
    });
    return listed.flatMap(({ Arn: arn = '', UserName: name = '' }): readonly OtherWay[] =>
      arn !== audited && isNamedForChannelMix(name) ? [{ kind: 'user', arn, because: 'name' }] : [],
    );
  });
  const [fromRoles, fromUsers] = await Promise.all([roles(), users]);
  const named = await pieces([fromUsers]);
  return {
    read: [...fromRoles.read, ...named.read.flat()],
    unreadable: [...fromRoles.unreadable, ...named.unreadable],
  };
}
