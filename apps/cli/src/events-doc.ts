import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import {
  BATCH_IN_TRANSACTION,
  decoratedMethods,
  IN_TRANSACTION,
  knownEventTypes,
  Subscriptions,
} from '@waymark/platform';
import { rootModule } from '@waymark/wiring';
import type ts from 'typescript';
import { CommandError } from './command.js';
import { projectRoot } from './layout.js';

interface Field {
  name: string;
  type: string;
  about: string;
}

interface EventDeclaration {
  type: string;
  lib: string;
  about: string;
  fields: Field[];
}

interface Listeners {
  /** Methods that run in the publisher's transaction. */
  inTransaction: string[];
  /** Names of the consumers that run in the worker. */
  consumers: string[];
}

type Compiler = typeof ts;

/** `waymark events`: docs/events.md, from the declarations and from who listens. */
export async function events(): Promise<void> {
  console.log(await eventsDocument());
}

export async function eventsDocument(root = projectRoot): Promise<string> {
  const declared = declarations(await compiler(), root);
  const { listeners, types } = await subscriptions();
  const missing = types.filter((type) => !declared.some((d) => d.type === type));
  if (missing.length > 0) throw new CommandError(`No declaration found for ${missing.join(', ')}.`);
  return render(declared, listeners);
}

async function compiler(): Promise<Compiler> {
  const loaded = await import('typescript').catch(() => null);
  if (!loaded)
    throw new CommandError('This command reads the source: run it in a checkout with all packages installed.');
  return loaded.default;
}

/** Who listens, read from the decorators. In preview mode Nest makes no provider, so no database is needed. */
async function subscriptions(): Promise<{ listeners: (type: string) => Listeners; types: string[] }> {
  const app = await NestFactory.createApplicationContext(
    { module: class EventsModule {}, imports: [DiscoveryModule, rootModule({ process: 'command' })] },
    { preview: true, logger: false, abortOnError: false },
  );
  const discovery = new DiscoveryService(
    (app as unknown as { container: { getModules(): never } }).container.getModules(),
  );
  const known = new Subscriptions(discovery);
  known.onModuleInit();
  const inTransaction = [IN_TRANSACTION, BATCH_IN_TRANSACTION].flatMap((key) =>
    decoratedMethods<string[]>(discovery, key),
  );
  return {
    types: knownEventTypes(),
    listeners: (type) => ({
      inTransaction: inTransaction
        .filter((m) => m.metadata.includes(type))
        .map((m) => `${m.owner}.${m.method}`)
        .sort(),
      consumers: [...known.consumers.values()]
        .filter((c) => c.events.includes(type))
        .map((c) => c.consumer)
        .sort(),
    }),
  };
}

function render(declared: EventDeclaration[], listeners: (type: string) => Listeners): string {
  const libs = [...new Set(declared.map((d) => d.lib))];
  const out = [
    '# Events',
    '',
    'Written by `npm run waymark -- events > docs/events.md`; a test fails when it is out of date.',
    '',
    'An event is a row in `outbox_event`, written in the transaction that made it true. Every event has an id, a type, the',
    'person it is about (or none), the time it happened, and the payload below: ids, codes and numbers, never names or free text.',
    'Listeners *in the same transaction* see it before the commit; *consumers* take it in the worker, each event once.',
  ];
  for (const lib of libs) {
    out.push('', `## ${lib}`);
    for (const event of declared.filter((d) => d.lib === lib)) {
      const { inTransaction, consumers } = listeners(event.type);
      out.push('', `### ${event.type}`, '');
      if (event.about) out.push(event.about, '');
      for (const f of event.fields)
        out.push(`- \`${f.name}\`: \`${f.type}\`${f.about ? ` (${f.about.replace(/\.$/, '')})` : ''}`);
      if (event.fields.length === 0) out.push('- no payload');
      out.push('');
      if (inTransaction.length > 0) out.push(`In the same transaction: ${inTransaction.join(', ')}`, '');
      out.push(consumers.length > 0 ? `Consumers: ${consumers.join(', ')}` : 'Consumers: none');
    }
  }
  return out.join('\n');
}

function declarations(tsc: Compiler, root: string): EventDeclaration[] {
  const reader = new PayloadReader(tsc);
  const found: EventDeclaration[] = [];
  for (const lib of readdirSync(join(root, 'libs')).sort()) {
    for (const file of eventFiles(join(root, 'libs', lib, 'src'))) {
      for (const d of reader.eventsOf(file)) found.push({ ...d, lib });
    }
  }
  return found.sort((a, b) => a.lib.localeCompare(b.lib) || a.type.localeCompare(b.type));
}

function eventFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.events.ts'))
    .map((name) => join(folder, name));
}

/** Reads the declared payload types without a type checker: interfaces, aliases and what they import from the same lib. */
class PayloadReader {
  private readonly files = new Map<string, ts.SourceFile>();

  constructor(private readonly tsc: Compiler) {}

  eventsOf(path: string): Omit<EventDeclaration, 'lib'>[] {
    const { tsc } = this;
    const file = this.open(path);
    return file.statements.flatMap((statement) => {
      if (!tsc.isVariableStatement(statement)) return [];
      return statement.declarationList.declarations.flatMap((d) => {
        const call = d.initializer;
        if (!call || !tsc.isCallExpression(call) || call.expression.getText(file) !== 'defineEvent') return [];
        const name = call.arguments[0];
        // `defineEvent<P>('…')`, or the payload in the annotation: `x: EventType<P> = defineEvent('…')`.
        const annotated = d.type && tsc.isTypeReferenceNode(d.type) ? d.type.typeArguments?.[0] : undefined;
        const payload = call.typeArguments?.[0] ?? annotated;
        if (!name || !tsc.isStringLiteral(name) || !payload) {
          throw new CommandError(`${relative(projectRoot, path)}: an event needs a literal name and a payload type.`);
        }
        return [{ type: name.text, about: this.comment(statement, file), fields: this.fields(payload, file) }];
      });
    });
  }

  private open(path: string): ts.SourceFile {
    let file = this.files.get(path);
    if (!file) {
      file = this.tsc.createSourceFile(path, readFileSync(path, 'utf8'), this.tsc.ScriptTarget.Latest, true);
      this.files.set(path, file);
    }
    return file;
  }

  private fields(type: ts.TypeNode, file: ts.SourceFile): Field[] {
    const { tsc } = this;
    if (tsc.isTypeLiteralNode(type)) return this.members(type.members, file);
    if (tsc.isIntersectionTypeNode(type)) return type.types.flatMap((t) => this.fields(t, file));
    if (tsc.isTypeReferenceNode(type)) {
      const found = this.find(type.typeName.getText(file), file);
      if (found && tsc.isInterfaceDeclaration(found.node)) return this.interfaceFields(found.node, found.file);
      if (found && tsc.isTypeAliasDeclaration(found.node)) return this.fields(found.node.type, found.file);
    }
    return [];
  }

  private interfaceFields(node: ts.InterfaceDeclaration, file: ts.SourceFile): Field[] {
    const inherited = (node.heritageClauses ?? []).flatMap((h) =>
      h.types.flatMap((t) => {
        const base = this.find(t.expression.getText(file), file);
        return base && this.tsc.isInterfaceDeclaration(base.node) ? this.interfaceFields(base.node, base.file) : [];
      }),
    );
    return [...inherited, ...this.members(node.members, file)];
  }

  private members(members: ts.NodeArray<ts.TypeElement>, file: ts.SourceFile): Field[] {
    return members.flatMap((m) => {
      if (!this.tsc.isPropertySignature(m) || !m.type) return [];
      const name = `${m.name.getText(file)}${m.questionToken ? '?' : ''}`;
      return [{ name, type: this.text(m.type, file), about: this.comment(m, file) }];
    });
  }

  /** The type as written, with names of the lib's own types replaced by what they stand for. */
  private text(type: ts.TypeNode, file: ts.SourceFile): string {
    const { tsc } = this;
    if (tsc.isUnionTypeNode(type)) return type.types.map((t) => this.text(t, file)).join(' | ');
    if (tsc.isArrayTypeNode(type)) {
      const item = this.text(type.elementType, file);
      return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
    }
    if (tsc.isTypeReferenceNode(type)) {
      const found = this.find(type.typeName.getText(file), file);
      if (found && tsc.isTypeAliasDeclaration(found.node)) return this.text(found.node.type, found.file);
      if (found && tsc.isInterfaceDeclaration(found.node)) {
        return `{ ${this.interfaceFields(found.node, found.file)
          .map((f) => `${f.name}: ${f.type}`)
          .join('; ')} }`;
      }
    }
    return this.constantMembers(type, file) ?? type.getText(file).replace(/\s+/g, ' ');
  }

  /** `(typeof KINDS)[number]` with `const KINDS = ['a', 'b'] as const` is 'a' | 'b'. */
  private constantMembers(type: ts.TypeNode, file: ts.SourceFile): string | null {
    const name = /^\(typeof (\w+)\)\[number\]$/.exec(type.getText(file))?.[1];
    if (!name) return null;
    const { tsc } = this;
    for (const s of file.statements) {
      if (!tsc.isVariableStatement(s)) continue;
      for (const d of s.declarationList.declarations) {
        if (d.name.getText(file) !== name || !d.initializer || !tsc.isAsExpression(d.initializer)) continue;
        const list = d.initializer.expression;
        if (tsc.isArrayLiteralExpression(list)) return list.elements.map((e) => e.getText(file)).join(' | ');
      }
    }
    return null;
  }

  private find(name: string, file: ts.SourceFile): { node: ts.Statement; file: ts.SourceFile } | null {
    const { tsc } = this;
    for (const s of file.statements) {
      if ((tsc.isInterfaceDeclaration(s) || tsc.isTypeAliasDeclaration(s)) && s.name.text === name)
        return { node: s, file };
      if (
        !tsc.isImportDeclaration(s) ||
        !tsc.isStringLiteral(s.moduleSpecifier) ||
        !s.moduleSpecifier.text.startsWith('.')
      )
        continue;
      const names = s.importClause?.namedBindings;
      if (!names || !tsc.isNamedImports(names) || !names.elements.some((e) => e.name.text === name)) continue;
      return this.find(name, this.open(join(dirname(file.fileName), s.moduleSpecifier.text.replace(/\.js$/, '.ts'))));
    }
    return null;
  }

  private comment(node: ts.Node, file: ts.SourceFile): string {
    const docs = this.tsc.getJSDocCommentsAndTags(node);
    const last = docs.at(-1);
    return last
      ? last
          .getText(file)
          .replace(/^\/\*\*|\*\/$|^\s*\*\s?/gm, '')
          .replace(/\s+/g, ' ')
          .trim()
      : '';
  }
}
