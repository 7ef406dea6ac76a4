import { sh } from './shell-text.ts';

/** Policies of the role or user, whatever their kind. */
export const POLICIES = sh`
# The policies that AWS has for the $kind: $attached and $inline, each between spaces.
read_policies() {
  # For --query: whether what is asked about has the tags, and maybe more.
  has_tags="length((Tags || \`[]\`)[?contains(\`$tags\`, @)]) == length(\`$tags\`)"
  wanted=' ' wanted_inline=' ' attached=' ' inline=' '
  if look iam "list-attached-$kind-policies" "--$kind-name=$name" --query 'AttachedPolicies[].PolicyArn'; then
    attached=" $(words) "
  fi
  if look iam "list-$kind-policies" "--$kind-name=$name" --query PolicyNames; then inline=" $(words) "; fi
}

# Whether a policy is one that this script made, for this grant or an earlier one.
is_own() {
  case $1 in
    "$policy_arn" | "$policy_arn"-[1-9] | "$policy_arn"-10) return 0 ;;
    *) return 1 ;;
  esac
}

# Policies of the $kind that no grant gives it: $strangers.
find_strangers() {
  strangers=''
  for arn in $attached; do
    if ! is_own "$arn" && [ "$arn" != "$full_access" ]; then strangers="$strangers $arn"; fi
  done
  for policy in $inline; do
    if [ "$policy" != "$inline_name" ]; then strangers="$strangers $policy"; fi
  done
}

attach() {
  case $attached in
    *" $1 "*) ;;
    *) change "attach the policy $1" iam "attach-$kind-policy" "--$kind-name=$name" --policy-arn "$1" ;;
  esac
}

detach() {
  change "detach the policy $1" iam "detach-$kind-policy" "--$kind-name=$name" --policy-arn "$1"
  if is_own "$1"; then delete_policy "$1"; fi
}

delete_policy() {
  if ! look iam list-policy-versions --policy-arn "$1" --query 'Versions[?!IsDefaultVersion].VersionId'; then return 0; fi
  for version in $answer; do
    change "delete the version $version of the policy $1" iam delete-policy-version --policy-arn "$1" --version-id "$version"
  done
  change "delete the policy $1" iam delete-policy --policy-arn "$1"
}

# Takes away what an earlier grant gave, and with --undo everything.
drop_policies() {
  for arn in $attached; do
    case $wanted in
      *" $arn "*) ;;
      *) if [ -n "$undo" ] || is_own "$arn" || [ "$arn" = "$full_access" ]; then detach "$arn"; fi ;;
    esac
  done
  for policy in $inline; do
    case $wanted_inline in
      *" $policy "*) ;;
      *)
        if [ -n "$undo" ] || [ "$policy" = "$inline_name" ]; then
          change "delete the inline policy $policy" \
            iam "delete-$kind-policy" "--$kind-name=$name" "--policy-name=$policy"
        fi
        ;;
    esac
  done
  if [ -z "$undo" ] && [ -n "$strangers" ]; then
    say "note: the $kind $name has also these policies, which give more than was granted:$strangers"
  fi
}
`;

export const INLINE_POLICY = sh`
# inline_policy NAME DOCUMENT
inline_policy() {
  if [ "$step" = check ] && [ -z "$undo" ]; then wanted_inline="$wanted_inline$1 "; fi
  [ "$step" = apply ] || return 0
  if look iam "get-$kind-policy" "--$kind-name=$name" "--policy-name=$1" --query "PolicyDocument == \`$2\`"; then
    if [ "$answer" = True ]; then return 0; fi
  fi
  change "write the inline policy $1" \
    iam "put-$kind-policy" "--$kind-name=$name" "--policy-name=$1" --policy-document "$2"
}
`;

export const MANAGED_POLICY = sh`
# Own policies that are there, those of them that have the document, and those that lack tags, each between spaces.
existing=' ' current=' ' untagged=' '

# managed_policy SUFFIX OF THE NAME, DOCUMENT
managed_policy() {
  arn=$policy_arn$1
  case $step in
    check) check_policy "$2" ;;
    apply)
      case $existing in
        *" $arn "*) update_policy "$2" ;;
        *) create_policy "$name$1" "$2" ;;
      esac
      attach "$arn"
      ;;
    undo)
      # What is attached has gone already.
      case $attached in
        *" $arn "*) ;;
        *) delete_policy "$arn" ;;
      esac
      ;;
  esac
}

check_policy() {
  if [ -z "$undo" ]; then wanted="$wanted$arn "; fi
  if ! look iam get-policy --policy-arn "$arn" --query "Policy.[DefaultVersionId, AttachmentCount, $has_tags]"; then return 0; fi
  existing="$existing$arn "
  read -r version uses tagged <<END
$answer
END
  if [ "$tagged" != True ]; then untagged="$untagged$arn "; fi
  case $attached in
    *" $arn "*) uses=$((uses - 1)) ;;
  esac
  must_ask iam get-policy-version --policy-arn "$arn" --version-id "$version" \
    --query "PolicyVersion.Document == \`$1\`"
  if [ "$answer" = True ]; then current="$current$arn "; fi
  case $uses:$undo:$current in
    0:* | -*:* | *::*" $arn "*) ;;
    *) unless_forced "the policy $arn is in use by something else than the $kind $name." ;;
  esac
}

create_policy() {
  set -- "create the policy $1" iam create-policy "--policy-name=$1" --path "$path" --policy-document "$2"
  if [ "$tags" != '[]' ]; then set -- "$@" --tags "$tags"; fi
  change "$@"
  settle iam wait policy-exists --policy-arn "$arn"
}

update_policy() {
  case $untagged in
    *" $arn "*) change "tag the policy $arn" iam tag-policy --policy-arn "$arn" --tags "$tags" ;;
  esac
  case $current in
    *" $arn "*) return 0 ;;
  esac
  # Five versions are all that IAM keeps: the oldest makes room.
  must_ask iam list-policy-versions --policy-arn "$arn" \
    --query "[length(Versions), sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId]"
  read -r count oldest <<END
$answer
END
  if [ "$count" -ge 5 ]; then
    change "delete the version $oldest of the policy $arn" \
      iam delete-policy-version --policy-arn "$arn" --version-id "$oldest"
  fi
  change "write a new version of the policy $arn" \
    iam create-policy-version --policy-arn "$arn" --policy-document "$1" --set-as-default
}
`;

export const ATTACHED_POLICY = sh`
# attached_policy ARN OF A POLICY OF AWS
attached_policy() {
  case $step:$undo in
    check:) wanted="$wanted$1 " ;;
    apply:) attach "$1" ;;
  esac
}
`;
