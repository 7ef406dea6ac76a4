import { cliJson, sh } from './shell-text.ts';

export const FIND_BUCKET = sh`
# Buckets that were found, each as NAME=REGION between spaces.
found_buckets=' '

# find_bucket NAME: 1 when there is no such bucket. Where it is stands in $bucket_region.
find_bucket() {
  bucket_region=''
  case $found_buckets in
    *" $1="*)
      bucket_region=\${found_buckets##*" $1="}
      bucket_region=\${bucket_region%% *}
      return 0
      ;;
  esac
  if ask s3api get-bucket-location --bucket "$1" --expected-bucket-owner "$account" --query LocationConstraint; then
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    case $answer in
      None | '') bucket_region=us-east-1 ;;
      EU) bucket_region=eu-west-1 ;;
      *) bucket_region=$answer ;;
    esac
    found_buckets="$found_buckets$1=$bucket_region "
    return 0
  fi
  case $refusal in
    *'(NoSuchBucket)'*) return 1 ;;
    *'(AccessDenied)'*)
      if [ -n "$undo" ]; then return 1; fi
      unless_forced "the bucket $1 is of another account, or $caller may not ask where it is (s3:GetBucketLocation)."
      ;;
    *) fail "AWS gave no answer: $refusal" ;;
  esac
}
`;

export const EXISTING_BUCKET = sh`
# existing_bucket NAME REGION OF ITS KEY
existing_bucket() {
  [ "$step$undo" = check ] || return 0
  find_bucket "$1" || unless_forced "there is no bucket $1 in account $account."
  case $2 in
    '' | "$bucket_region") ;;
    *) unless_forced "the bucket $1 is in the region \${bucket_region:-unknown}, its key in $2, which S3 cannot use." ;;
  esac
}
`;

const NO_PUBLIC_ACCESS = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

export const NEW_BUCKET = sh`
no_public_access=${cliJson(NO_PUBLIC_ACCESS)}

# Buckets that have the policy of this script, each between spaces.
made_buckets=' '

# new_bucket NAME; the variables say how it shall be
new_bucket() {
  fresh=''
  case $step in
    check) check_bucket "$1" ;;
    apply) make_bucket "$1" ;;
    undo) remove_bucket "$1" ;;
  esac
}

check_bucket() {
  if find_bucket "$1"; then
    if [ -n "$undo" ]; then return 0; fi
    case $key_region in
      '' | "$bucket_region") ;;
      *) fail "the bucket $1 is in $bucket_region, its key in $key_region, which S3 cannot use. Nothing was changed." ;;
    esac
    if is_made "$1"; then
      made_buckets="$made_buckets$1 "
      return 0
    fi
    if is_begun "$1"; then return 0; fi
    unless_forced "there is a bucket $1 that this script did not make."
    return 0
  fi
  if [ -n "$undo" ]; then return 0; fi
  [ -n "$key_region$region" ] || fail 'say in which region the bucket is made: --region REGION. Nothing was changed.' 2
}

# AWS compares JSON for us, with any call.
is_true() {
  must_ask sts get-caller-identity --query "$1"
  [ "$answer" = True ]
}

# Whether the bucket policy has what this script writes; the policy is in $has_policy.
is_made() {
  has_policy=''
  if ! bucket_call "$1" get-bucket-policy --query Policy; then return 1; fi
  has_policy=$(printf '%s\n' "$answer" | sed "s/\`/\\\\u0060/g")
  # S3 gives lists in another order, and a list of one as its member.
  alike='{s: Sid, e: Effect, p: Principal, c: Condition, a: sort([Action][]), r: sort([Resource][])}'
  is_true "length([\`$has_policy\`.Statement][].$alike | [?contains(\`$bucket_policy\`.Statement[].$alike, @)]) ==
    length(\`$bucket_policy\`.Statement)"
}

holds_data() {
  bucket_call "$1" list-object-versions --no-paginate --max-keys 1 --query '[Versions, DeleteMarkers][] | length(@)'
  [ "$answer" != 0 ]
}

# Whether a bucket that has not what this script writes may be one that it began to make.
is_begun() { [ -z "$has_policy" ] && ! holds_data "$1"; }

# bucket_call NAME OPERATION...
bucket_call() {
  bucket=$1 operation=$2
  shift 2
  if [ -n "$fresh" ]; then return 1; fi
  look s3api "$operation" --region "$bucket_region" --bucket "$bucket" --expected-bucket-owner "$account" "$@"
}

# change_bucket WHAT NAME OPERATION...
change_bucket() {
  what=$1 bucket=$2 operation=$3
  shift 3
  change "$what of the bucket $bucket" \
    s3api "$operation" --region "$bucket_region" --bucket "$bucket" --expected-bucket-owner "$account" "$@"
}

make_bucket() {
  if ! find_bucket "$1"; then create_bucket "$1"; fi
  if ! bucket_is "$1" get-bucket-ownership-controls \
    "OwnershipControls.Rules[0].ObjectOwnership == 'BucketOwnerEnforced'"; then
    change_bucket 'switch off the ACLs' "$1" put-bucket-ownership-controls \
      --ownership-controls '{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}'
  fi
  if ! bucket_is "$1" get-public-access-block "PublicAccessBlockConfiguration == \`$no_public_access\`"; then
    change_bucket 'block public access' "$1" put-public-access-block \
      --public-access-block-configuration "$no_public_access"
  fi
  keep_policy "$1"
  if ! bucket_is "$1" get-bucket-encryption "ServerSideEncryptionConfiguration.Rules[0].{
    ApplyServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault,
    BucketKeyEnabled: BucketKeyEnabled || \`false\`} == \`$encryption\`"; then
    change_bucket 'set the encryption' "$1" put-bucket-encryption \
      --server-side-encryption-configuration "{\"Rules\":[$encryption]}"
  fi
  if ! bucket_is "$1" get-bucket-versioning "Status == 'Enabled'"; then
    change_bucket 'switch on the versions' "$1" put-bucket-versioning --versioning-configuration Status=Enabled
  fi
  keep_list "$1" get-bucket-lifecycle-configuration Rules ID "$lifecycle"
  if [ -n "$merged" ]; then
    change_bucket 'set the lifecycle' "$1" put-bucket-lifecycle-configuration --lifecycle-configuration "$merged"
  fi
  if [ "$bucket_tags" = '[]' ]; then return 0; fi
  keep_list "$1" get-bucket-tagging TagSet Key "$bucket_tags"
  if [ -n "$merged" ]; then change_bucket 'set the tags' "$1" put-bucket-tagging --tagging "$merged"; fi
}

create_bucket() {
  bucket_region=\${key_region:-$region}
  bucket=$1
  # The region that has no name here. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
  set -- --create-bucket-configuration "LocationConstraint=$bucket_region"
  if [ "$bucket_region" = us-east-1 ]; then shift 2; fi
  change "create the bucket $bucket in $bucket_region" \
    s3api create-bucket --region "$bucket_region" --bucket "$bucket" "$@"
  settle s3api wait bucket-exists --region "$bucket_region" --bucket "$bucket"
  fresh=yes
}

# bucket_is NAME OPERATION CONDITION
bucket_is() {
  if bucket_call "$1" "$2" --query "$3"; then [ "$answer" = True ]; else return 1; fi
}

# keep_list NAME OPERATION MEMBER KEY WANTED: what is to be written is in $merged; nothing, when all that is wanted is there.
# What others put there stays.
keep_list() {
  merged="{\"$3\":$5}"
  if ! bucket_call "$1" "$2" --query "length($3[?contains(\`$5\`, @)]) == length(\`$5\`)"; then return 0; fi
  if [ "$answer" = True ]; then
    merged=''
  else
    bucket_call "$1" "$2" --output json --query "{$3: [$3[?!contains(\`$5\`[].$4, $4)], \`$5\`][]}" ||
      fail "somebody else changes the bucket $1: run the script again."
    merged=$answer
  fi
}

# Adds the statement that refuses plain HTTP; what others put there stays.
keep_policy() {
  case $made_buckets in
    *" $1 "*) return 0 ;;
  esac
  if is_made "$1"; then return 0; fi
  policy=$bucket_policy
  if [ -n "$has_policy" ]; then
    must_ask sts get-caller-identity --output json --query "merge(\`$has_policy\`, {Statement: [
      [\`$has_policy\`.Statement][] | [?!contains(\`$bucket_policy\`.Statement[].Sid, Sid)],
      \`$bucket_policy\`.Statement][]})"
    policy=$answer
  fi
  change_bucket 'refuse plain HTTP in the policy' "$1" put-bucket-policy --policy "$policy"
}

remove_bucket() {
  if ! find_bucket "$1"; then return 0; fi
  if [ "$protected" = yes ]; then
    say "The bucket $1 stays, as it is protected. When nobody needs it: empty it, and delete it by hand."
  elif ! is_made "$1"; then
    say "The bucket $1 stays: it has not what this script writes, so that somebody else may have made it."
  elif holds_data "$1"; then
    say "The bucket $1 stays: it holds data, or old versions of it."
  else
    change "delete the bucket $1" s3api delete-bucket --region "$bucket_region" --bucket "$1" --expected-bucket-owner "$account"
  fi
}
`;
