/** Rows of the table of diagnoses that no scenario provokes, and why. A test holds that this list is complete and has nothing too much. */
export const NOT_PROVOKED: Readonly<Record<string, string>> = {
  'hidden-absence': 'it takes a program that removes objects while the verifier runs: test/scenarios/moved.test.ts',
  'lost-object': 'it takes a program that removes objects while the verifier runs: test/scenarios/moved.test.ts',
  flapping:
    'which of two calls reaches a server that knows the change is chance; policy-flaps shows that waiting ends it',
  'kms-state': 'for states of a key that AWS may add; the known ones have rows of their own',
  'public-access-block':
    'AWS names it for requests that carry an ACL or make a policy public, and verify sends none; restrict-public-buckets shows what it does to others',
  acl: 'verify sends no ACL; demands-acl shows a bucket policy that wants one',
  everything: 'for services that give no reason within an account; AWS gives one. LocalEmu provokes it',
  'one-action': 'as everything',
  credentials: 'STS meets wrong credentials first, which ends the run: wrong-secret, key-inactive',
  'clock-skew': 'STS meets the wrong clock first, and the client corrects itself: clock-wrong',
};

/** Pains of the field notes (section 2, by number) that no state of AWS shows, and why. */
export const NOT_SHOWN: Readonly<Record<string, string>> = {
  17: 'a program of the client’s sends an ACL header to a bucket with ACLs switched off (400 AccessControlListNotSupported): verify sends none, and passes there. The header has to go; no permission is missing',
};
