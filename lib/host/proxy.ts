/**
 * The proxy that a server is asked through, whatever the scheme of its URL: `http_proxy`, else `https_proxy`, as
 * Portage has it for keys. None for what `no_proxy` names, nor for this machine itself.
 *
 * @example
 * ```ts
 * import { proxyOf } from "./proxy.ts";
 * import { assertEquals } from "@std/assert";
 * const variables = { http_proxy: "proxy.example:3128", no_proxy: "inside.example" };
 * assertEquals(proxyOf(new URL("https://keys.gentoo.org"), variables), "http://proxy.example:3128");
 * assertEquals(proxyOf(new URL("https://keys.inside.example"), variables), undefined);
 * ```
 */
export function proxyOf(url: URL, variables: Readonly<Record<string, string>>): string | undefined {
  const proxy = variables["http_proxy"] ?? variables["https_proxy"] ?? "";
  if (proxy === "" || isExcepted(url, variables)) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** Whether a server is to be asked without a proxy, whoever names one. */
export function isExcepted({ hostname }: URL, variables: Readonly<Record<string, string>>): boolean {
  const exceptions = (variables["no_proxy"] ?? "").split(/[\s,]+/);
  return LOOPBACK.test(hostname) || exceptions.some((exception) => isWithin(hostname, exception));
}

const LOOPBACK = /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/;

/** `.domain` and `domain` both mean it with all below; an address means itself, `*` everything. */
function isWithin(hostname: string, exception: string): boolean {
  const name = exception.toLowerCase().replace(/^\*?\./, "").replace(/^([^:]+):\d+$/, "$1");
  if (name === "") return false;
  return name === "*" || hostname === name || hostname === `[${name}]` || hostname.endsWith(`.${name}`);
}
