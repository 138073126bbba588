import { autocompletion, type CompletionSource, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { markdown } from '@codemirror/lang-markdown';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { AgentDiagnostic } from '@octavus/core';
import { useEffect, useRef } from 'react';
import { cspNonce } from '../../csp-nonce.ts';

interface CodeEditorProps {
  readonly label: string;
  readonly language: 'yaml' | 'markdown';
  readonly value: string;
  readonly isReadOnly: boolean;
  readonly diagnostics: readonly AgentDiagnostic[];
  readonly completions?: CompletionSource;
  /** Where the caret is wanted; each object is a wish of its own. */
  readonly place: { readonly line?: number; readonly column?: number };
  readonly onChange: (text: string) => void;
}

/** A text editor with line numbers and findings at their lines. Give each file a `key` of its own. */
export function CodeEditor({
  label,
  language,
  value,
  isReadOnly,
  diagnostics,
  completions,
  place,
  onChange,
}: CodeEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(onChange);
  latest.current = onChange;

  // biome-ignore lint/correctness/useExhaustiveDependencies: an editor lives as long as its file; text goes in once and comes out by onChange
  useEffect(() => {
    const editor = new EditorView({
      parent: parent.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          EditorView.cspNonce.of(cspNonce),
          lineNumbers(),
          history(),
          highlightActiveLine(),
          lintGutter(),
          indentUnit.of('  '),
          language === 'yaml' ? yaml() : markdown(),
          syntaxHighlighting(highlight),
          autocompletion(completions ? { override: [completions] } : {}),
          // Escape, then Tab, leaves the editor (WCAG 2.1.2).
          keymap.of([...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          editable.of(EditorState.readOnly.of(isReadOnly)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current(update.state.doc.toString());
          }),
          theme,
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  // Text that came from elsewhere, such as a version that was restored.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor)
      editor.dispatch(
        setDiagnostics(
          editor.state,
          diagnostics.map((finding) => toMark(finding, editor.state)),
        ),
      );
  }, [diagnostics]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || place.line === undefined) return;
    const { from, to } = lineOf(place.line, editor.state);
    const anchor = Math.min(from + (place.column ?? 1) - 1, to);
    editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    editor.focus();
  }, [place]);

  return <div ref={parent} className="overflow-hidden rounded-md border border-line" />;
}

const editable = new Compartment();

/** From its column to the end of the word; findings without a line stand at the beginning. */
function toMark({ line = 1, column = 1, severity, message }: AgentDiagnostic, state: EditorState): Diagnostic {
  const { from, to, text } = lineOf(line, state);
  const start = Math.min(from + column - 1, to);
  const [word = ''] = /^\S*/.exec(text.slice(start - from)) ?? [];
  return { from: start, to: Math.min(to, start + Math.max(1, word.length)), severity, message };
}

/** The text may be shorter by now than it was when it was checked. */
function lineOf(line: number, { doc }: EditorState) {
  return doc.line(Math.min(Math.max(1, line), doc.lines));
}

const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.heading], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.comment, tags.meta], color: 'var(--muted)' },
  { tag: [tags.number, tags.bool, tags.keyword, tags.atom], color: 'var(--good)' },
  { tag: tags.strong, fontWeight: 'bold' },
  { tag: tags.emphasis, fontStyle: 'italic' },
]);

const theme = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '0.8125rem', height: '60vh' },
  '.cm-scroller': { fontFamily: 'ui-monospace, monospace', overflow: 'auto' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent) 8%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, ::selection': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 30%, transparent)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { maxHeight: '24em' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--accent-ink)' },
});
