/** Where the log of changes of a backup begins and ends, in PostgreSQL's own notation. */
export interface WalRange {
  /** `backup_label`, as `pg_backup_stop` gives it. */
  readonly label: string;
  /** `0/3000158`: the end of what the copy needs. */
  readonly stop: string;
  /** Bytes of one segment. */
  readonly segmentSize: bigint;
}

/**
 * The names of the segments that a copy needs to become consistent.
 *
 * @throws Error when the label is none
 */
export function segmentsOf({ label, stop, segmentSize }: WalRange): readonly string[] {
  const start = /^START WAL LOCATION: ([0-9A-F]+\/[0-9A-F]+) \(file ([0-9A-F]{8})/m.exec(label);
  if (start === null) throw new Error(`PostgreSQL gave no label for the backup: ${label}`);
  const [, from = "", timeline = ""] = start;
  const first = position(from) / segmentSize;
  // the end itself may be the first byte of a segment that nothing was written to
  const last = (position(stop) - 1n) / segmentSize;
  return Array.from({ length: Number(last - first) + 1 }, (_, at) => segmentName(timeline, first + BigInt(at), segmentSize));
}

function position(text: string): bigint {
  const [high = "0", low = "0"] = text.split("/");
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

function segmentName(timeline: string, segment: bigint, size: bigint): string {
  const perLog = (1n << 32n) / size;
  const hex = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, "0");
  return `${timeline}${hex(segment / perLog)}${hex(segment % perLog)}`;
}
