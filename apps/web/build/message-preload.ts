import type { Plugin } from 'vite';

/**
 * Tells public/theme.js, which runs first, where the words of each language are: they then load beside the app instead of
 * after it.
 */
export function messagePreload(areas: readonly string[]): Plugin {
  return {
    name: 'waymark:message-preload',
    apply: 'build',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const files: Record<string, string[]> = {};
        for (const chunk of Object.values(bundle ?? {})) {
          if (chunk.type !== 'chunk' || !chunk.facadeModuleId) continue;
          const match = /i18n[\\/]([\w-]+)[\\/](\w+)\.json/.exec(chunk.facadeModuleId);
          if (match && areas.includes(match[2]!)) (files[match[1]!] ??= []).push(`/${chunk.fileName}`);
        }
        return [
          {
            tag: 'meta',
            attrs: { name: 'waymark:messages', content: JSON.stringify(files) },
            injectTo: 'head-prepend',
          },
        ];
      },
    },
  };
}
