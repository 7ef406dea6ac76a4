/** The longest text that is kept of what a service answers. */
const MAX_LENGTH = 1_000;

/** Words after which AWS's answers, and proxies' echoes of a request, quote what must not be shown. */
const SECRET_AFTER =
  /\b(x-amz-security-token|x-amz-signature|x-amz-credential|aws_secret_access_key|aws_session_token|secretaccesskey|sessiontoken|authorization|signature)(["']?\s*[:=>]\s*["']?)(?:AWS4-HMAC-SHA256\s+)?[^\s"'&<,;]+/gi;

/**
 * Text from a service as it may be shown: one line, at most 1,000 characters, no control or bidirectional characters, no
 * signatures, tokens or secrets. Access key ids lose their middle.
 */
export function redact(text: string): string {
  const line = text
    .slice(0, MAX_LENGTH * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(SECRET_AFTER, '$1$2[hidden]')
    .replaceAll(/\b(A[KS]IA)[A-Z2-7]{12}([A-Z0-9]{4})\b/g, '$1...$2')
    .trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}...` : line;
}
