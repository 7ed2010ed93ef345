/**
 * What a developer would write by hand for each document: one statement that makes the whole answer, with amounts in 分 as the tables have them.
 */
export const STATEMENTS: Readonly<Record<string, string>> = {
  list: `
    select json_build_object('data', json_build_object('projects', json_build_object('nodes', json_agg(p.node order by p.code))))::text
    from (
      select p.code, json_build_object(
        'id', p.id, 'code', p.code, 'name', p.name, 'stage', p.stage, 'totalInvestment', p.total_investment,
        'responsibleUnit', (select json_build_object('code', u.code, 'name', u.name) from unit u where u.id = p.responsible_unit_id),
        'township', (select json_build_object('code', u.code, 'name', u.name) from unit u where u.id = p.township_id),
        'reports', (
          select json_build_object('nodes', coalesce(json_agg(json_build_object('month', r.month, 'invested', r.invested) order by r.month), '[]'))
          from report r where r.project_id = p.id),
        'blockers', (
          select json_build_object('nodes', coalesce(json_agg(json_build_object('summary', b.summary, 'raisedOn', b.raised_on) order by b.id), '[]'))
          from blocker b where b.project_id = p.id)) as node
      from project p order by p.code limit 50) p`,
  aggregates: `
    select json_build_object('data', json_build_object(
      'byField', (
        select json_agg(json_build_object('key', g.field_id, 'totalInvestment', json_build_object('sum', g.sum, 'min', g.min, 'max', g.max)))
        from (select field_id, sum(total_investment), min(total_investment), max(total_investment) from project group by field_id) g),
      'byUnit', (
        select json_agg(json_build_object('key', g.responsible_unit_id, 'totalInvestment', json_build_object('sum', g.sum, 'min', g.min, 'max', g.max)))
        from (select responsible_unit_id, sum(total_investment), min(total_investment), max(total_investment) from project group by responsible_unit_id) g)))::text`,
  key: `
    select json_build_object('data', json_build_object('project', (
      select json_build_object(
        'id', p.id, 'code', p.code, 'name', p.name, 'stage', p.stage, 'totalInvestment', p.total_investment,
        'responsibleUnit', (select json_build_object('code', u.code, 'name', u.name) from unit u where u.id = p.responsible_unit_id),
        'reports', (
          select json_build_object('nodes', coalesce(json_agg(json_build_object('month', r.month, 'invested', r.invested) order by r.month), '[]'))
          from report r where r.project_id = p.id))
      from project p where p.id = $1)))::text`,
};
