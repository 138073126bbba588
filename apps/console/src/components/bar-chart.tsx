interface Bar {
  readonly label: string;
  readonly value: number;
}

interface BarChartProps {
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  readonly bars: readonly Bar[];
  readonly tone?: 'bad';
  /** How a value reads. Default: a number. */
  readonly format?: (value: number) => string;
}

const [width, height, gap] = [600, 120, 2];
const number = new Intl.NumberFormat();

/** Bars over time between two marks, the highest value and nothing; the numbers are in a table for those who want them. */
export function BarChart({ label, bars, tone, format = (value) => number.format(value) }: BarChartProps) {
  const most = Math.max(0, ...bars.map(({ value }) => value));
  const greatest = most || 1;
  const step = width / bars.length;
  return (
    <figure>
      <p className="border-b border-dashed border-line text-right text-xs text-muted">
        {most > 0 ? format(most) : ''}&nbsp;
      </p>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className={`h-28 w-full ${tone === 'bad' ? 'text-danger' : 'text-accent'}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className="stroke-line" />
        {bars.map(({ label: time, value }, index) => {
          const length = (value / greatest) * height;
          return (
            <rect
              key={time}
              x={index * step + gap / 2}
              y={height - length}
              width={step - gap}
              height={length}
              fill="currentColor"
            >
              <title>{`${time}: ${format(value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <p className="flex justify-between gap-4 text-xs text-muted">
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </p>
      <details className="mt-2 text-sm">
        <summary className="text-muted">Numbers</summary>
        <table className="mt-2">
          <tbody>
            {bars.map(({ label: time, value }) => (
              <tr key={time}>
                <th scope="row" className="pr-4 text-left font-normal text-muted">
                  {time}
                </th>
                <td className="text-right">{format(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
