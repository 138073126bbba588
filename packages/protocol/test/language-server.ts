import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  CompletionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
} from 'vscode-languageserver-protocol/node';

/** What an editor with the YAML extension shows for one file. */
export interface Editor extends AsyncDisposable {
  /** Opens a text as `protocol.yaml` and resolves with what is underlined. */
  open(text: string): Promise<readonly Diagnostic[]>;
  /** Labels offered at a place of the opened text; line and character count from 0. */
  complete(line: number, character: number): Promise<readonly string[]>;
}

const uri = pathToFileURL('/nowhere/protocol.yaml').href;

/** Starts the YAML language server as an editor does, on its standard streams. */
export async function openEditor(): Promise<Editor> {
  const main = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');
  const server = spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createProtocolConnection(server.stdout, server.stdin);
  const opened = Promise.withResolvers<readonly Diagnostic[]>();
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
    items.map(({ section }) => (section === 'yaml' ? { completion: true, validate: true, hover: true } : {})),
  );
  connection.onNotification(PublishDiagnosticsNotification.type, ({ diagnostics }) => opened.resolve(diagnostics));
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: { workspace: { configuration: true } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    open: async (text) => {
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: 'yaml', version: 1, text },
      });
      return opened.promise;
    },
    complete: async (line, character) => {
      const position = { textDocument: { uri }, position: { line, character } };
      const answer = await connection.sendRequest(CompletionRequest.type, position);
      const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
      return items.map(({ label }) => label);
    },
    [Symbol.asyncDispose]: async () => {
      connection.dispose();
      const exited = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await exited;
    },
  };
}
