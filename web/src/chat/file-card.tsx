/** An asset in an answer: a metric shows its chart at once, others open on a click. */

import { ChevronDown, ExternalLink } from "lucide-react";
import { useState } from "react";

import { type AssetKind, hashOf } from "../app/place.ts";
import { Tiles } from "../assets/asset-page.tsx";
import { useDashboard, useMetric } from "../assets/queries.ts";
import { Chart } from "../charts/chart.tsx";
import { Notice, Waiting } from "../ui/states.tsx";

interface FileProps {
  id: string;
  file_type: AssetKind;
  file_name: string;
  version_number: number;
  version_id: string;
}

export function FileCard({ file }: { file: FileProps }) {
  const [isOpen, setIsOpen] = useState(file.file_type === "metric");
  const id = file.version_id;
  return (
    <section className="file-card" aria-label={file.file_name}>
      <header>
        {file.file_type === "report" ? (
          <span className="file-name">{file.file_name}</span>
        ) : (
          <button type="button" className="file-name" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            <ChevronDown size={15} aria-hidden="true" className={isOpen ? "" : "turned-back"} />
            {file.file_name}
          </button>
        )}
        <span className="tag">{file.file_type}</span>
        <a href={hashOf({ screen: "asset", kind: file.file_type, id })} aria-label={`Open ${file.file_name}`}>
          <ExternalLink size={15} aria-hidden="true" />
        </a>
      </header>
      {isOpen && file.file_type === "metric" && <MetricChart id={id} />}
      {isOpen && file.file_type === "dashboard" && <DashboardTiles id={id} />}
    </section>
  );
}

function MetricChart({ id }: { id: string }) {
  const { data, error, refetch } = useMetric(id);
  if (error) return <Notice error={error} onRetry={() => void refetch()} />;
  return data ? <Chart metric={data} height={240} /> : <Waiting label="Loading the chart" />;
}

function DashboardTiles({ id }: { id: string }) {
  const { data, error, refetch } = useDashboard(id);
  if (error) return <Notice error={error} onRetry={() => void refetch()} />;
  return data ? <Tiles state={data} /> : <Waiting label="Loading the dashboard" />;
}
