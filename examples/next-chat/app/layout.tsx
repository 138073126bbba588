import type { ReactNode } from 'react';

// An icon that the browser need not ask for.
export const metadata = { title: 'Bakery', icons: 'data:,' };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
