/** What the user has used of the month's budget; nothing where there is no budget. */

import { useFetched } from "../app/context.ts";

export function Usage() {
  const { data } = useFetched(["usage"], (client) => client.request("/usage/get", {}));
  const budget = data?.budget;
  if (!data || !budget) return null;
  if (budget.tokens !== null) {
    return <Meter label="Tokens this month" used={data.tokens} of={budget.tokens} text={(n) => n.toLocaleString("en")} />;
  }
  if (budget.cost_usd === null) return null;
  return <Meter label="Cost this month" used={data.cost_usd} of={budget.cost_usd} text={(n) => `$${n.toFixed(2)}`} />;
}

function Meter({ label, used, of, text }: { label: string; used: number; of: number; text(value: number): string }) {
  return (
    <label className="usage">
      <span>
        {label}: {text(used)} of {text(of)}
      </span>
      <meter min={0} max={of} high={of * 0.9} value={Math.min(used, of)} />
    </label>
  );
}
