import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { PrincipalBlueprint } from '../blueprint.ts';
import { type Program, sh } from './shell-text.ts';

const NOTHING = sh``;

/** What the script is and how to use it, as a comment. */
export function header(kind: PrincipalBlueprint['kind']): Program {
  const what =
    kind === 'role'
      ? sh`a role that its AWS account ${CHANNELMIX_ACCOUNT_ID} may assume`
      : sh`a user with an access key`;
  const next =
    kind === 'role'
      ? sh`Give the Role ARN that it prints to ChannelMix`
      : sh`Type the access key that it makes into the form of ChannelMix`;
  return sh`#!/bin/sh
# Gives ChannelMix access to S3 by ${what}.
# Made by "channelmix-s3 generate aws-cli". It needs the AWS CLI, version 1 or 2, as an administrator of the account.
#
#   sh FILE --dry-run                 shows what it would change
#   sh FILE --account ACCOUNT_ID      makes it, or brings it up to date
#   sh FILE --account ACCOUNT_ID --undo
#
# ${next}, after "channelmix-s3 verify" found it good.
set -euf
`;
}

/**
 * The whole run. It stands last, so that a script which was cut off does nothing.
 *
 * @param needsArn whether something in the script asks for the ARN of the role or user
 */
export function run(kind: PrincipalBlueprint['kind'], needsArn: boolean): Program {
  const isUser = kind === 'user';
  return sh`
run() {
  read_options "$@"
  prepare
  check_caller
${needsArn ? PRINCIPAL_ARN : NOTHING}  policy_arn="arn:$partition:iam::$account:policy$path$name"
  changes=0
  step=check
  check_principal
  own_policies
  attached_policies
  buckets
  if [ -n "$undo" ]; then remove; else make; fi
}

make() {
  step=apply
  buckets
  make_principal
  own_policies
  attached_policies
  drop_policies
${isUser ? MAKE_KEY : NOTHING}  if [ -n "$dry_run" ]; then
    say "$changes to change; nothing was changed."
    return 0
  fi
  if [ "$changes" -eq 0 ]; then say 'Nothing to change: all is there as it was granted.'; else say 'Done.'; fi
  keys
  say 'The connection form of ChannelMix:'
${isUser ? SHOW_KEY : SHOW_ROLE}  say 'Next, check it:'
  checks
}

remove() {
  step=undo
${isUser ? REMOVE_KEYS : NOTHING}  drop_policies
  own_policies
  remove_principal
  buckets
  if [ -n "$dry_run" ]; then
    say "$changes to remove; nothing was removed."
  elif [ "$changes" -eq 0 ]; then
    say 'Nothing to remove.'
  else
    say 'Removed.'
  fi
}

run "$@"
`;
}

const PRINCIPAL_ARN = sh`  principal_arn="arn:$partition:iam::$account:$kind$path$name"
`;
const MAKE_KEY = sh`  make_key
`;
const REMOVE_KEYS = sh`  remove_keys
`;
const SHOW_ROLE = sh`  show_connection
`;
const SHOW_KEY = sh`  if [ -n "$secret_file" ] && [ "$secret" != "$hidden_secret" ]; then
    show_connection >>"$secret_file"
    say "It was written to $secret_file."
  else
    show_connection
  fi
`;
