/** A number of 32 bits for a text, the same in every run: FNV-1a over its UTF-16 units, its upper bits mixed in. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ hash >>> 15) >>> 0;
}
