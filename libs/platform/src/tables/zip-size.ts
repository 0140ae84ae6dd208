const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;

/**
 * How many bytes a ZIP file says it unpacks to, from its directory; null when it is not a ZIP file. Asked before
 * unpacking, so that a small file can't fill the memory.
 */
export function unzippedSize(bytes: Buffer): number | null {
  for (let at = bytes.length - END_LENGTH; at >= 0 && at >= bytes.length - END_LENGTH - 0xffff; at -= 1) {
    if (bytes.readUInt32LE(at) !== END) continue;
    const count = bytes.readUInt16LE(at + 10);
    let entry = bytes.readUInt32LE(at + 16);
    let total = 0;
    for (let i = 0; i < count; i += 1) {
      if (entry + ENTRY_LENGTH > bytes.length || bytes.readUInt32LE(entry) !== ENTRY) return null;
      total += bytes.readUInt32LE(entry + 24);
      entry +=
        ENTRY_LENGTH + bytes.readUInt16LE(entry + 28) + bytes.readUInt16LE(entry + 30) + bytes.readUInt16LE(entry + 32);
    }
    return total;
  }
  return null;
}
