import type { Client } from "pg";
import { expect } from "vitest";

import type { Answer, Server } from "./server.ts";

/** Several clients that write drafts, each to projects of its own, one after the other as fast as they are answered. */
export interface Clerks {
  /** Lets them write; each stops at the first answer that does not come or is an error, since it then cannot know whether its draft was written. */
  write(server: Server): Promise<Stops>;
  /** Resolves once so many more drafts were acknowledged. */
  more(drafts: number): Promise<void>;
  /**
   * Fails unless every acknowledged draft is there, at most the one beyond it that was under way, and row, history and feed tell the same story.
   * The clerks then go on from what is there.
   */
  expectAllOf(psql: Client): Promise<void>;
}

/** How clerks came to stop: how often there was no answer, and what the errors were. */
export interface Stops {
  readonly silent: number;
  readonly errors: readonly string[];
}

interface Project {
  readonly id: string;
  /** The newest draft that was acknowledged, and the newest that was sent. */
  acknowledged: number;
  sent: number;
}

const update = `mutation ($id: ID!, $draft: String) { updateProject(input: { id: $id, buildYears: $draft }) { problems { code } } }`;

/** Appoints clerks for some of the new starts of the year, and clears the drafts of all of them. */
export async function appointClerks(psql: Client, { clerks, each }: { readonly clerks: number; readonly each: number }): Promise<Clerks> {
  await psql.query("update app.project set build_years = '0' where nature = 'NEW_START'");
  const { rows } = await psql.query<{ id: string }>("select id from app.project where nature = 'NEW_START' order by code limit $1", [
    clerks * each,
  ]);
  const projects = rows.map(({ id }): Project => ({ id, acknowledged: 0, sent: 0 }));
  const cleared = await newestStamp(psql);
  const acknowledged = (): number => projects.reduce((sum, project) => sum + project.acknowledged, 0);
  return {
    write: async (server) => {
      const portfolios = Array.from({ length: clerks }, (_, clerk) => projects.slice(clerk * each, (clerk + 1) * each));
      const stops = await Promise.all(portfolios.map(async (own) => work(server, own)));
      const errors = stops.flatMap((stop) => (stop instanceof Error ? [] : [JSON.stringify(stop)]));
      return { silent: stops.length - errors.length, errors };
    },
    more: async (drafts) => {
      const target = acknowledged() + drafts;
      await expect.poll(acknowledged, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(target);
    },
    expectAllOf: async (client) => {
      const written = await recordsSince(client, cleared);
      for (const project of projects) {
        const record = written.get(project.id);
        const draft = record?.draft ?? -1;
        expect(draft, "every acknowledged draft is there").toBeGreaterThanOrEqual(project.acknowledged);
        expect(draft, "nothing is there that nobody sent").toBeLessThanOrEqual(project.sent);
        expect(record, "row, history and feed tell the same story").toEqual({ draft, versions: draft, changes: draft });
        project.acknowledged = draft;
        project.sent = draft;
      }
    },
  };
}

async function work(server: Server, own: readonly Project[]): Promise<Error | Answer<unknown>> {
  for (;;) {
    for (const project of own) {
      project.sent += 1;
      const variables = { id: `Project:${project.id}`, draft: String(project.sent) };
      const answer = await server.ask<unknown>(update, variables).catch((error: unknown) => error);
      if (answer instanceof Error) return answer;
      const { data, errors } = answer as Answer<{ updateProject: { problems: readonly unknown[] } }>;
      if (errors !== undefined || data?.updateProject.problems.length !== 0) return { errors: errors ?? [] };
      project.acknowledged = project.sent;
    }
  }
}

/** What the database says of a project: the draft that it holds, how many lie in its history, and how many changes of it in the feed. */
interface Drafts {
  readonly draft: number;
  readonly versions: number;
  readonly changes: number;
}

async function recordsSince(client: Client, stamp: string): Promise<ReadonlyMap<string, Drafts>> {
  const { rows } = await client.query<Drafts & { readonly id: string }>(
    `select p.id, p.build_years::int as draft,
      (select count(distinct h.build_years)::int from xmh.project h where h.id = p.id and h.xm_from >= $1 and h.build_years <> p.build_years) as versions,
      (select count(*)::int from xm.change c join xm.tbl t on t.id = c.tbl
        where t.name = 'project' and c.stamp > $1 and c.op = 'U' and p.id = any (c.keys)) as changes
    from app.project p where p.nature = 'NEW_START'`,
    [stamp],
  );
  return new Map(rows.map(({ id, ...drafts }) => [id, drafts]));
}

async function newestStamp(client: Client): Promise<string> {
  const { rows } = await client.query<{ stamp: string }>("select max(stamp)::text as stamp from xm.change");
  return rows[0]!.stamp;
}
