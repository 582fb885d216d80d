/** Standard output and standard error. */
export interface Terminal {
  /** Writes results. */
  writeOut(text: string): void;
  /** Writes talk: progress, warnings, errors. */
  writeErr(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Columns of the terminal, or `undefined` when there is none or it does not tell. */
  columns(): number | undefined;
}

/** The terminal, pipe or file that this process was started with. */
export const systemTerminal: Terminal = {
  writeOut: (text) => writeAll(Deno.stdout, text),
  writeErr: (text) => writeAll(Deno.stderr, text),
  get outIsTerminal() {
    return Deno.stdout.isTerminal();
  },
  get errIsTerminal() {
    return Deno.stderr.isTerminal();
  },
  columns: () => {
    try {
      // A terminal that nobody has told its size, such as a serial console, says 0.
      return Deno.consoleSize().columns || undefined;
    } catch {
      return undefined;
    }
  },
};

function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) {
    done += stream.writeSync(bytes.subarray(done));
  }
}
