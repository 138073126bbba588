// The page in the colours that were chosen in this browser (src/theme/theme.ts), before anything of it is painted: the application itself
// comes later. It is a file of its own because the content security policy lets nothing inline run.
{
  const chosen = localStorage.getItem('octavus-theme');
  const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
}
