import type { Session } from "../rsync/session.ts";
import type { Attempt } from "./attempt.ts";
import type { Mirrors } from "./mirrors.ts";
import type { UpdateContext } from "./update_context.ts";

/**
 * Has every mirror that contradicts its own Manifests asked a second time, when none of the others had a good tree:
 * then by a comparison of the whole tree, which the mirror's next moment, or a link in place of a file, may let
 * succeed.
 */
export function withSecondWay(
  context: UpdateContext,
  attempts: (context: UpdateContext) => (session: Session) => Promise<Attempt>,
): { readonly mirrors: Mirrors; readonly ask: (session: Session) => Promise<Attempt> } {
  const { mirrors, strategy } = context;
  if (strategy?.name !== "manifest") return { mirrors, ask: attempts(context) };
  const guided = attempts(context);
  const why = "the mirror contradicts its Manifests";
  const compared = attempts({ ...context, strategy: { name: "plan", why } });
  const torn = new Map<string, Session>();
  const isCompared = new Set<string>();
  const ask = async (session: Session) => {
    const { source } = session;
    if (torn.has(source)) {
      isCompared.add(source);
      return await compared(session);
    }
    const attempt = await guided(session);
    if (attempt.kind === "failed" && attempt.isTorn) torn.set(source, session);
    return attempt;
  };
  const sessions = {
    *[Symbol.iterator]() {
      yield* mirrors.sessions;
      for (const [source, session] of torn) if (!isCompared.has(source)) yield session;
    },
  };
  return { mirrors: { ...mirrors, sessions }, ask };
}
