/** The contents of metadata/timestamp.chk for a time, as the mirrors write it. */
export function timestampText(time: Date): string {
  return `${time.toUTCString().replace("GMT", "+0000")}\n`;
}
