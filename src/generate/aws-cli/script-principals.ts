import { sh } from './shell-text.ts';

/** What a role and a user have in common. */
export const PRINCIPAL = sh`
# keep_boundary_and_tags BOUNDARY THAT IT HAS, WHETHER IT HAS THE TAGS
keep_boundary_and_tags() {
  if [ -n "$boundary" ] && [ "$boundary" != "$1" ]; then
    change "set the permissions boundary of the $kind $name" \
      iam "put-$kind-permissions-boundary" "--$kind-name=$name" --permissions-boundary "$boundary"
  elif [ -z "$boundary" ] && [ "$1" != None ]; then
    say "note: the $kind $name has the permissions boundary $1, which may deny what is granted."
  fi
  if [ "$2" != True ]; then
    change "tag the $kind $name" iam "tag-$kind" "--$kind-name=$name" --tags "$tags"
  fi
}

# create_principal OPTIONS OF ITS OWN...
create_principal() {
  set -- iam "create-$kind" "--$kind-name=$name" --path "$path" "$@"
  if [ -n "$boundary" ]; then set -- "$@" --permissions-boundary "$boundary"; fi
  if [ "$tags" != '[]' ]; then set -- "$@" --tags "$tags"; fi
  change "create the $kind $name" "$@"
  settle iam wait "$kind-exists" "--$kind-name=$name"
}

check_path() {
  [ "$1" = "$path" ] ||
    fail "there is a $kind $name with the path $1 instead of $path, which cannot be changed: choose another name."
}

check_strangers() {
  find_strangers
  if [ -n "$undo" ] && [ -n "$strangers" ]; then
    unless_forced "the $kind $name has policies that this script did not give it:$strangers."
  fi
}
`;

export const ROLE = sh`
check_principal() {
  read_policies
  check_strangers
  found=''
  if ! look iam get-role "--role-name=$name" --query "Role.[Path, AssumeRolePolicyDocument == \`$trust_policy\`,
      PermissionsBoundary.PermissionsBoundaryArn, $has_tags]"; then return 0; fi
  found=yes
  read -r found_path same_trust found_boundary same_tags <<END
$answer
END
  check_path "$found_path"
  if [ "$same_trust" != True ]; then
    unless_forced "there is a role $name that trusts somebody else, or on other conditions."
  fi
}

make_principal() {
  if [ -z "$found" ]; then
    create_principal --description "$description" --assume-role-policy-document "$trust_policy"
    return 0
  fi
  if [ "$same_trust" != True ]; then
    change "write the trust policy of the role $name" \
      iam update-assume-role-policy "--role-name=$name" --policy-document "$trust_policy"
  fi
  keep_boundary_and_tags "$found_boundary" "$same_tags"
}

remove_principal() {
  if [ -n "$found" ]; then change "delete the role $name" iam delete-role "--role-name=$name"; fi
}
`;

export const USER = sh`
check_principal() {
  read_policies
  check_strangers
  found='' keys=''
  if look iam get-user "--user-name=$name" --query "User.[Path, PermissionsBoundary.PermissionsBoundaryArn, $has_tags]"; then
    found=yes
    read -r found_path found_boundary same_tags <<END
$answer
END
    check_path "$found_path"
    must_ask iam list-access-keys "--user-name=$name" --query 'AccessKeyMetadata[].AccessKeyId'
    keys=$(words)
    check_user
  fi
  check_secret_place
}

# A user who has none of the policies of this script may be anybody: whoever is more than a name is left alone.
check_user() {
  case $attached in
    *" $policy_arn "* | *" $policy_arn-1 "*) return 0 ;;
  esac
  more=$strangers
  if look iam list-groups-for-user "--user-name=$name" --query 'Groups[].GroupName'; then
    for group in $(words); do more="$more the group $group"; done
  fi
  if look iam get-login-profile "--user-name=$name"; then more="$more a password"; fi
  if [ -n "$keys" ] && [ "$attached" = '  ' ]; then more="$more an access key"; fi
  if [ -n "$more" ]; then
    unless_forced "there is a user $name that this script did not make; it has: $more."
  fi
}

# A key is made only where its secret can be kept.
check_secret_place() {
  if [ -n "$keys$undo$dry_run" ]; then return 0; fi
  if [ -z "$secret_file" ]; then
    [ -t 1 ] || fail 'the secret is shown on a terminal only: name a new file by --secret-file. Nothing was changed.' 2
  elif [ -e "$secret_file" ] || [ -h "$secret_file" ]; then
    fail "$secret_file is there already: name a new file. Nothing was changed." 2
  fi
}

make_principal() {
  if [ -n "$found" ]; then
    keep_boundary_and_tags "$found_boundary" "$same_tags"
  else
    create_principal
  fi
}

remove_principal() {
  if [ -n "$found" ]; then change "delete the user $name" iam delete-user "--user-name=$name"; fi
}

# First: with it goes the access, and a run that is interrupted after it leaves nothing that looks like somebody else's user.
remove_keys() {
  for key in $keys; do
    change "delete the access key $key" iam delete-access-key "--user-name=$name" --access-key-id "$key"
  done
}

# Last, so that a run that fails before it leaves no key that nobody has seen.
make_key() {
  # Not even with "sh -x" does the secret appear in a log.
  { set +x; } 2>/dev/null
  secret=$hidden_secret
  if [ -n "$keys" ]; then return 0; fi
  if [ -n "$dry_run" ]; then
    change "create an access key" iam create-access-key "--user-name=$name"
    return 0
  fi
  if [ -n "$secret_file" ]; then
    (set -C && : >"$secret_file") || fail "cannot write $secret_file: no access key was made."
  fi
  say 'create an access key'
  changes=$((changes + 1))
  if ! ask iam create-access-key "--user-name=$name" --query 'AccessKey.[AccessKeyId, SecretAccessKey]'; then
    if [ -n "$secret_file" ]; then rm -f "$secret_file"; fi
    fail "AWS refused to create an access key: $refusal"
  fi
  tab=$(printf '\t')
  keys=\${answer%%"$tab"*}
  secret=\${answer##*"$tab"}
  answer=''
}
`;
