/** The agent's steps, with their durations: open while it works, folded away afterwards. */

import type { ThreadcastUIMessage } from "@threadcast/client/ai-sdk";
import { ChevronRight, CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import { useState } from "react";

import { Markdown } from "../ui/markdown.tsx";
import { FileCard } from "./file-card.tsx";

type Part = ThreadcastUIMessage["parts"][number];
export type Step = Extract<Part, { type: "reasoning" | "data-pills" | "data-files" }>;

export function isStep(part: Part): part is Step {
  return part.type === "reasoning" || part.type === "data-pills" || part.type === "data-files";
}

export function Steps({ steps, isRunning, summary }: { steps: Step[]; isRunning: boolean; summary: string | null }) {
  // The user's own choice holds; otherwise the steps are open while the agent works.
  const [choice, setChoice] = useState<boolean | null>(null);
  const isOpen = choice ?? isRunning;
  const current = steps.at(-1);
  const title = isRunning && current ? headOf(current).title : (summary ?? `${steps.length} steps`);
  return (
    <section className="steps" aria-label="Reasoning">
      <button type="button" className="steps-head" aria-expanded={isOpen} onClick={() => setChoice(!isOpen)}>
        <ChevronRight size={15} aria-hidden="true" className={isOpen ? "turned" : ""} />
        <span className={isRunning ? "shimmer" : ""}>{title}</span>
      </button>
      {isOpen && (
        <ol>
          {steps.map((step, index) => (
            <li key={index}>
              <StepView step={step} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function StepView({ step }: { step: Step }) {
  const { title, duration, status } = headOf(step);
  const Icon = status === "loading" ? LoaderCircle : status === "failed" ? CircleX : CircleCheck;
  return (
    <>
      <p className="step-head">
        <Icon size={14} aria-label={status} className={status} />
        <span>{title}</span>
        {duration && <span className="muted">{duration}</span>}
      </p>
      {step.type === "reasoning" && step.text && <Markdown text={step.text} isStreaming={step.state === "streaming"} />}
      {step.type === "data-pills" && <Pills containers={step.data.pill_containers} />}
      {step.type === "data-files" &&
        step.data.file_ids.map((id) => step.data.files[id] && <FileCard key={id} file={step.data.files[id]} />)}
    </>
  );
}

function Pills({ containers }: { containers: Extract<Step, { type: "data-pills" }>["data"]["pill_containers"] }) {
  return containers.map((container) => (
    <div className="pills" key={container.title}>
      <span className="muted">{container.title}</span>
      {container.pills.map((pill) => (
        <span className="pill" key={pill.id}>
          {pill.text}
        </span>
      ))}
    </div>
  ));
}

function headOf(step: Step): { title: string; duration: string | null; status: string } {
  if (step.type !== "reasoning") {
    return { title: step.data.title, duration: step.data.secondary_title, status: step.data.status };
  }
  const metadata = (step.providerMetadata?.["threadcast"] ?? {}) as Record<string, string | null | undefined>;
  return {
    title: metadata["title"] ?? "Reasoning",
    duration: metadata["secondary_title"] ?? null,
    status: metadata["status"] ?? (step.state === "done" ? "completed" : "loading"),
  };
}
