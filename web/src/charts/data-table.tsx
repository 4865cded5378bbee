/** A metric's rows; a long table grows on request. */

import { useState } from "react";

import type { Columns } from "./values.ts";

const STEP = 100;

export function DataTable({ columns, initial = 10, canGrow = true }: { columns: Columns; initial?: number; canGrow?: boolean }) {
  const [count, setCount] = useState(initial);
  const { rows } = columns.metric;
  const { names } = columns;
  return (
    <div className="table-box">
      <div className="table-scroll" role="region" aria-label="Rows" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {names.map((name) => (
                <th key={name} scope="col" className={columns.type(name)}>
                  {columns.title(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, count).map((row, index) => (
              <tr key={index}>
                {names.map((name) => (
                  <td key={name} className={columns.type(name)}>
                    {columns.text(name, row[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {canGrow && count < rows.length && (
        <button type="button" className="quiet" onClick={() => setCount(count + STEP)}>
          Show more: {count} of {rows.length.toLocaleString("en")} rows
        </button>
      )}
    </div>
  );
}
