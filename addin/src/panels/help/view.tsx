/** Help: how sync is activated and ended, in the order a person needs it. Its words are loaded with it. */
import { Badge } from '@fluentui/react-badge';
import { useEffect, useState, type ReactNode } from 'react';
import { useLayout } from '../../parts/layout.ts';
import { Screen } from '../../parts/screen.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { useServices } from '../../services.ts';
import { loadHelp } from '../../text/index.ts';
import type { HelpKey } from '../../text/en-help.ts';
import { HELP, type HelpSection } from './model.ts';

type HelpWords = Readonly<Record<HelpKey, string>>;

export function HelpPanel(): ReactNode {
  const { text } = useServices();
  const [words, setWords] = useState<HelpWords | null>(null);
  useEffect(() => { void loadHelp(text.language).then(setWords); }, [text.language]);
  if (!words) return <Screen title={text('menu.help')}><Waiting label={text('page.loading')} /></Screen>;
  return (
    <Screen title={words['help.title']} header={text('menu.help')} focusKey="words">
      <div><Badge appearance="tint" color="informative">{words['help.tag']}</Badge></div>
      {HELP.map((section) => <Section key={section.lines[0]} section={section} words={words} />)}
    </Screen>
  );
}

function Section({ section, words }: { readonly section: HelpSection; readonly words: HelpWords }): ReactNode {
  const layout = useLayout();
  return (
    <section className={layout.group}>
      {section.heading ? <h2 className={layout.heading}>{words[section.heading]}</h2> : null}
      {section.isSteps
        ? <ol className={layout.bullets}>{section.lines.map((line) => <li key={line}>{words[line]}</li>)}</ol>
        : section.lines.map((line) => <p key={line} className={layout.text}>{words[line]}</p>)}
    </section>
  );
}
