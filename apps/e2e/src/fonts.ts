import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FONT_DIR } from './chromium.js';

/** Writes a fontconfig file that knows the fonts of this repository beside the system's; returns its path. */
export function fontconfigFile(): string {
  const dir = join(tmpdir(), `waymark-fonts-${process.getuid?.() ?? 0}`);
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'fonts.conf');
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${FONT_DIR}</dir><dir>/usr/share/fonts</dir><cachedir>${dir}</cachedir>
<alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
<alias><family>system-ui</family><prefer><family>Noto Sans SC</family></prefer></alias></fontconfig>`,
  );
  return file;
}
