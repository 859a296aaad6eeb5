/** The menu behind the button top left: every place of the pane, pause or resume, and the way out. */
import { Button } from '@fluentui/react-button';
import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-menu';
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation';
import { useState, type ReactNode } from 'react';
import { useSignOut, useVerb } from '../../state/verbs.ts';
import { useKnown, useServices } from '../../services.ts';
import { openBrowserWindow } from '../../office/host.ts';
import { menuItems, type MenuEntry } from './model.ts';

export function HeaderMenu(): ReactNode {
  const { text } = useServices();
  const [isOpen, setOpen] = useState(true);
  const label = text('header.menu');
  return (
    <Menu open={isOpen} onOpenChange={(_, data) => setOpen(data.open)}>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<NavigationRegular />} aria-label={label} title={label} />
      </MenuTrigger>
      <MenuPopover><Items /></MenuPopover>
    </Menu>
  );
}

function Items(): ReactNode {
  const { router, text, host } = useServices();
  const known = useKnown();
  const resume = useVerb('resume');
  const signOut = useSignOut();
  const press = (entry: MenuEntry): void => {
    if (entry.does === 'go') router.go(entry.hash);
    else if (entry.does === 'resume') resume();
    else if (entry.does === 'webPage') openBrowserWindow(host, new URL('/app', window.location.href).href);
    else signOut();
  };
  return (
    <MenuList>
      {menuItems(known, host.kind).map((entry) => (
        entry.does === 'divider'
          ? <MenuDivider key={entry.id} />
          : <MenuItem key={entry.id} onClick={() => press(entry)}>{text(entry.text, entry.values)}</MenuItem>
      ))}
    </MenuList>
  );
}
