/** A metric with its rows: the one answer that arrives in several frames. */

import type { ThreadcastError } from "./errors.js";
import type { AnyFrame } from "./fold.js";
import type { DataMetadata, MetricPayload, RowsPayload } from "./protocol.js";
import { errorOf, type Exchange } from "./turn.js";

export interface Metric {
  definition: MetricPayload;
  rows: RowsPayload["data"];
  /** What all rows hold. */
  metadata: DataMetadata;
  /** There are more rows than the server sends. */
  isCut: boolean;
}

/** Waits for a metric and for its rows; starts again if the request is sent again after a reconnect. */
export class MetricReply implements Exchange {
  isStarted = false;
  #definition: MetricPayload | null = null;
  #rows: RowsPayload["data"] = [];

  constructor(
    readonly body: string,
    private readonly requestId: string,
    private readonly resolve: (metric: Metric) => void,
    readonly fail: (error: ThreadcastError) => void,
  ) {}

  accepts(frame: AnyFrame): boolean {
    return frame["request_id"] === this.requestId;
  }

  receive(frame: AnyFrame): boolean {
    this.isStarted = true;
    const error = errorOf(frame);
    if (error !== null) this.fail(error);
    else if (frame.event === "updateMetricState") this.#definition = frame.payload as MetricPayload;
    else if (frame.event === "fetchingData") return this.#receiveRows(frame.payload as RowsPayload);
    return error !== null;
  }

  #receiveRows(part: RowsPayload): boolean {
    this.#rows = [...this.#rows.slice(0, part.offset), ...part.data];
    if (part.progress !== "completed" || this.#definition === null) return false;
    const { data_metadata: metadata, has_more_records: isCut } = part;
    this.resolve({ definition: this.#definition, rows: this.#rows, metadata, isCut });
    return true;
  }
}
