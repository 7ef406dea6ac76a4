import type { PrincipalBlueprint } from '../blueprint.ts';
import { type Program, sh } from './shell-text.ts';

const NOTHING = sh``;

/** What `--help` prints. */
export function usage(kind: PrincipalBlueprint['kind']): Program {
  return sh`
usage() {
  cat <<'END'
usage: sh FILE [options]

Makes what is granted to ChannelMix, or brings it up to date. Running it again changes only what differs.

  --account ID        the account that may be changed; on a terminal it is asked for when left out
  --dry-run           show what would be changed, with the commands, and change nothing
  --undo              remove what this script makes
  --force             go on where something of the same name was not made by this script
${kind === 'role' ? NOTHING : SECRET_OPTION}  --profile NAME      profile of the AWS CLI
  --region REGION     region of buckets that are made
  --help              this text

Exit codes: 0 done, 1 refused or failed, 2 wrong usage. Credentials and settings are those of the AWS CLI.
END
}
`;
}

const SECRET_OPTION = sh`  --secret-file FILE  write a new access key there, for you alone; without it, it is shown once on the terminal
`;

const SECRET_VALUE = sh`          --secret-file) secret_file=$2 ;;
`;

/** Reads the options. */
export function options(kind: PrincipalBlueprint['kind']): Program {
  const isUser = kind === 'user';
  return sh`
read_options() {
  undo='' dry_run='' force='' expected_account='' profile='' region=''${isUser ? sh` secret_file=''` : NOTHING}
  while [ $# -gt 0 ]; do
    case $1 in
      --*=*)
        option=$1
        shift
        set -- "\${option%%=*}" "\${option#*=}" "$@"
        continue
        ;;
      --help | -h)
        usage
        exit 0
        ;;
      --undo) undo=yes ;;
      --dry-run) dry_run=yes ;;
      --force) force=yes ;;
      --account | --profile | --region${isUser ? sh` | --secret-file` : NOTHING})
        [ -n "\${2-}" ] || fail "$1 needs a value" 2
        case $1 in
          --account) expected_account=$2 ;;
          --profile) profile=$2 ;;
          --region) region=$2 ;;
${isUser ? SECRET_VALUE : NOTHING}        esac
        shift
        ;;
      *) fail "unknown option $1: see --help" 2 ;;
    esac
    shift
  done
}
`;
}

/** How the script talks to AWS and to people. */
export const CALLS = sh`
say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE [EXIT CODE]
fail() {
  say "error: $1"
  exit "\${2:-1}"
}

cli() { aws \${profile:+--profile "$profile"} --output text "$@"; }

# Asks AWS: the answer is in $answer, or the reason why there is none in $refusal.
ask() {
  refusal=''
  if answer=$(cli "$@" 2>"$work/refusal"); then return 0; fi
  answer=''
  refusal=$(cat "$work/refusal")
  return 1
}

# The same for what must be there.
must_ask() { ask "$@" || fail "AWS gave no answer: $refusal"; }

# The same for what may be missing: 1 when it is. Any other refusal ends the script.
look() {
  if ask "$@"; then return 0; fi
  case $refusal in
    *'(NoSuch'* | *'NotFoundError)'*) return 1 ;;
    *) fail "AWS gave no answer: $refusal" ;;
  esac
}

# The words of an answer that is a list.
words() {
  case $answer in
    None) ;;
    *) printf '%s' "$answer" | tr '\t\n' '  ' ;;
  esac
}

# change WHAT COMMAND...: does it, or with --dry-run only shows it.
change() {
  changes=$((changes + 1))
  what=$1
  shift
  if [ -n "$dry_run" ]; then
    say "would $what:"
    show aws "$@"
    return 0
  fi
  say "$what"
  cli "$@" >/dev/null ||
    fail "AWS refused to $what. What was done before stays; run the script again when the cause is gone."
}

# A command as it could be typed.
show() {
  line=' '
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_@%+=:,./-]* | '') word="'$(printf '%s\n' "$word" | sed "s/'/'\\\\''/g")'" ;;
    esac
    line="$line $word"
  done
  say "$line"
}

# Waits until AWS knows everywhere what was just made.
settle() {
  if [ -z "$dry_run" ]; then cli "$@" || fail 'AWS does not know yet what it just made: run the script again.'; fi
}

# What --force overcomes.
unless_forced() {
  [ -n "$force" ] || fail "$1 Nothing was changed; --force goes on all the same."
  say "note: $1"
}
`;

/** What has to be right before anything is asked, and who asks. */
export const CALLER = sh`
prepare() {
  command -v aws >/dev/null 2>&1 || fail 'there is no AWS CLI here: install it, or use AWS CloudShell' 2
  # Version 2 would show answers in a pager, and both may be set to ask for what is missing, or to word errors in another way.
  export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off AWS_CLI_ERROR_FORMAT=legacy
  umask 077
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  region=\${region:-\${AWS_REGION:-\${AWS_DEFAULT_REGION:-}}}
  if [ -z "$region" ]; then region=$(cli configure get region 2>/dev/null) || region=''; fi
  case $partition in
    aws-cn) home=cn-north-1 ;;
    aws-us-gov) home=us-gov-west-1 ;;
    aws-eusc) home=eusc-de-east-1 ;;
    *) home=us-east-1 ;;
  esac
  AWS_REGION=\${region:-$home}
  # The one that version 1 reads.
  AWS_DEFAULT_REGION=$AWS_REGION
  export AWS_REGION AWS_DEFAULT_REGION
}

check_caller() {
  must_ask sts get-caller-identity --query '[Account,Arn]'
  read -r account caller <<END
$answer
END
  say "Acting as $caller in account $account"
  case $caller in
    "arn:$partition:"*) ;;
    *) fail "this is for an account of the partition $partition: nothing was changed." ;;
  esac
  case $boundary in
    '' | "arn:$partition:iam::$account:"* | "arn:$partition:iam::aws:"*) ;;
    *) fail "the permissions boundary $boundary is of another account: nothing was changed." ;;
  esac
  if [ -z "$expected_account" ] && [ -z "$dry_run" ]; then
    if ! [ -t 0 ]; then fail 'say which account may be changed: --account ID. Nothing was changed.' 2; fi
    printf 'Type the number of the account to go on: ' >&2
    read -r expected_account || expected_account=none
  fi
  case $expected_account in
    '' | "$account") ;;
    *) fail "these credentials are of account $account, not of $expected_account: nothing was changed." ;;
  esac
}
`;
