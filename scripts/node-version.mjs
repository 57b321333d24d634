/** Stops with a plain sentence on a Node too old for the scripts; npm runs it first, because such a Node cannot even parse them. */
const OLDEST = [22, 12];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `This needs Node ${OLDEST.join(".")} or newer; this is Node ${process.versions.node}.\n` +
      "On Linux (x64, arm64) `npm ci` installs the right one for this folder; elsewhere install it from https://nodejs.org.\n",
  );
  process.exitCode = 64;
}
