/** The one writer to standard output and standard error. */

/** Where text goes; `process.stdout` and `process.stderr` are two. */
export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
  write(text: string): unknown;
}

/** What the doors print with; nothing else may write. */
export interface Terminal {
  /** Whether standard output shows colours; people switch them off with `NO_COLOR`. */
  readonly color: boolean;
  /** Whether a person reads standard output as it comes. */
  readonly isInteractive: boolean;
  /** Lines for standard output. They may hold words of a tenant, so each is neutralised. */
  print(...lines: readonly string[]): void;
  /** Standard output byte for byte: for JSON and workflow commands, which their view has escaped already. */
  printExact(text: string): void;
  /** Lines for standard error, neutralised: what is not the result. */
  complain(...lines: readonly string[]): void;
  /** Shows one line that the next output replaces. Nothing at all unless standard error is a terminal. */
  progress(line: string): void;
  /** Takes the progress line away. */
  clearProgress(): void;
}

interface TerminalOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** The view's: takes from a line what the reader on the other side would obey. */
  readonly neutralise: (line: string) => string;
}

const CLEAR_LINE = "\r\u001b[2K";

/** A terminal over two streams; a progress line never mixes with what is printed. */
export function openTerminal({ stdout, stderr, neutralise }: TerminalOptions): Terminal {
  let progressShown = false;

  function clearProgress(): void {
    if (progressShown) stderr.write(CLEAR_LINE);
    progressShown = false;
  }

  function writeTo(stream: Stream, text: string): void {
    clearProgress();
    if (text !== "") stream.write(text);
  }

  const compose = (lines: readonly string[]): string =>
    lines
      .flatMap((line) => line.split("\n"))
      .map((line) => `${neutralise(withoutControls(line))}\n`)
      .join("");

  return {
    isInteractive: stdout.isTTY === true,
    color: stdout.isTTY === true && stdout.hasColors?.() === true,
    print: (...lines) => writeTo(stdout, compose(lines)),
    printExact: (text) => writeTo(stdout, text),
    complain: (...lines) => writeTo(stderr, compose(lines)),
    progress(line) {
      if (stderr.isTTY !== true) return;
      stderr.write(CLEAR_LINE + neutralise(withoutControls(line)).slice(0, (stderr.columns ?? 80) - 1));
      progressShown = true;
    },
    clearProgress,
  };
}

/** The terminal of this process. A reader that has gone away (`| head`) is no failure of ours. */
export function processTerminal(neutralise: TerminalOptions["neutralise"]): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  return openTerminal({ stdout: process.stdout, stderr: process.stderr, neutralise });
}

/** All controls but a tab, and the marks that turn a line around. */
// oxlint-disable-next-line no-control-regex -- controls are what this looks for
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
/** The colours of our own views. */
// oxlint-disable-next-line no-control-regex -- as above
const COLORS = /(\u001b\[[0-9;]*m)/;

/** Nothing that is printed may move the cursor, retitle the window or start a line of its own. */
function withoutControls(line: string): string {
  return line
    .split(COLORS)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(CONTROLS, "\u{fffd}")))
    .join("");
}
