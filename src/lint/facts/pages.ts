/** A page of the IAM User Guide. */
export function userGuide(page: string): string {
  return `https://docs.aws.amazon.com/IAM/latest/UserGuide/${page}`;
}

/** A check of IAM Access Analyzer, whose list is one page. */
export function policyCheck(anchor: string): string {
  return userGuide(`access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-${anchor}`);
}

/** A page of the S3 User Guide. */
export function s3Guide(page: string): string {
  return `https://docs.aws.amazon.com/AmazonS3/latest/userguide/${page}`;
}
