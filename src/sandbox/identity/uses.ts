/** When and where something was last used. */
export interface Use {
  readonly at: Date;
  readonly region: string;
}

/** The last use of an access key. */
export interface KeyUse extends Use {
  readonly service: string;
}

/** The last use of a service by a role or user, and of its actions, without the prefix. */
export interface ServiceUse {
  readonly last: Use;
  readonly actions: ReadonlyMap<string, Use>;
}

/** What IAM remembers of who called what. */
export interface Uses {
  readonly ofKey: (keyId: string) => KeyUse | undefined;
  readonly noteKey: (keyId: string, use: KeyUse) => void;
  readonly forgetKey: (keyId: string) => void;
  /** By unique id of the role or user. */
  readonly ofPrincipal: (id: string) => Use | undefined;
  readonly notePrincipal: (id: string, use: Use) => void;
  readonly servicesOf: (id: string) => ReadonlyMap<string, ServiceUse>;
  /** Attempts count, allowed or not. */
  readonly noteService: (id: string, service: string, use: Use) => void;
  /** The same of an action, by its name without the prefix of the service. */
  readonly noteAction: (id: string, service: string, action: string, use: Use) => void;
}

/**
 * Of several uses within a quarter of an hour IAM notes the first.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html says so of access keys; here it is so of everything.
 */
const SPAN_MS = 15 * 60_000;

const NO_SERVICES: ReadonlyMap<string, ServiceUse> = new Map();

function isNews(known: Use | undefined, { at }: Use): boolean {
  const passed = at.getTime() - (known?.at.getTime() ?? 0);
  return known === undefined || passed >= SPAN_MS || passed < 0;
}

/** An empty memory. It grows with the principals and keys, not with the calls. */
export function createUses(): Uses {
  const keys = new Map<string, KeyUse>();
  const principals = new Map<string, Use>();
  const services = new Map<string, Map<string, { last: Use; readonly actions: Map<string, Use> }>>();
  const serviceOf = (id: string, service: string, use: Use) => {
    const own = services.get(id) ?? new Map<string, { last: Use; readonly actions: Map<string, Use> }>();
    services.set(id, own);
    const known = own.get(service) ?? { last: use, actions: new Map<string, Use>() };
    own.set(service, known);
    return known;
  };
  return {
    ofKey: (keyId) => keys.get(keyId),
    noteKey: (keyId, use) => {
      if (isNews(keys.get(keyId), use)) keys.set(keyId, use);
    },
    forgetKey: (keyId) => void keys.delete(keyId),
    ofPrincipal: (id) => principals.get(id),
    notePrincipal: (id, use) => {
      if (isNews(principals.get(id), use)) principals.set(id, use);
    },
    servicesOf: (id) => services.get(id) ?? NO_SERVICES,
    noteService: (id, service, use) => {
      const known = serviceOf(id, service, use);
      if (isNews(known.last, use)) known.last = use;
    },
    noteAction: (id, service, action, use) => {
      const { actions } = serviceOf(id, service, use);
      if (isNews(actions.get(action), use)) actions.set(action, use);
    },
  };
}
