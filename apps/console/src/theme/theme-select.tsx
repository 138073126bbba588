import { fieldClass } from '../components/controls.tsx';
import { chooseTheme, type Theme, useChosenTheme } from './theme.ts';

export function ThemeSelect() {
  const theme = useChosenTheme();
  return (
    <label className="block">
      <span className="mb-1 block text-muted">Colours</span>
      <select
        className={`${fieldClass} w-full`}
        value={theme}
        onChange={({ target }) => chooseTheme(target.value as Theme)}
      >
        <option value="system">As the system</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
