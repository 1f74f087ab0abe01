-- Roles, levels, owners and shares over a tree of units, as row level security of one table. Who asks, and for which
-- right, are settings of the session; what a user reaches for a right on a table is a row of `reaches`.
create table users (id int primary key, unit text not null, principals text[] not null);
create table reaches (
  user_id int, table_name text, right_name text,
  held boolean not null, everything boolean not null, closed_and_small boolean not null, wide boolean not null,
  every_team boolean not null, direct boolean not null,
  units text[] not null, below text[] not null, own_units text[] not null, owning_teams text[] not null,
  primary key (user_id, table_name, right_name)
);
create table records (
  id int primary key, table_name text not null, owner text, unit text, at_home boolean not null,
  within text[] not null, status text, amount_cents int
);
create table shares (record_id int, right_name text, principal text, primary key (record_id, right_name, principal));
create table questions (place int primary key, user_id int, right_name text, record_id int, answer boolean);

create role app;
grant select on users, reaches, records, shares, questions to app;

create function owns(r records, g reaches, u users) returns boolean stable language sql as $$
  select case
    when r.at_home then r.owner = u.principals[1] or (g.every_team and r.owner = any (u.principals))
                        or r.owner = any (g.owning_teams)
    else (r.owner = u.principals[1] and r.unit = any (g.own_units))
         or (g.direct and r.unit = u.unit and r.owner = any (u.principals))
  end
$$;
create function reached(r records, g reaches, u users) returns boolean stable language sql as $$
  select g.everything or r.unit = any (g.units) or g.below && r.within
         or (g.closed_and_small and r.status = 'closed' and r.amount_cents < 50000) or (g.held and owns(r, g, u))
$$;

-- The functions above are written out by the planner where they are used; one with a query of its own would not be.
alter table records enable row level security;
create policy reached on records for select using (
  exists (select from reaches g join users u on u.id = g.user_id
          where g.user_id = current_setting('app.user')::int and g.table_name = records.table_name
          and g.right_name = current_setting('app.right')
          and (reached(records, g, u)
               or (g.held and exists (select from shares s
                                      where s.record_id = records.id and s.right_name = g.right_name
                                      and (s.principal = any (u.principals) or (g.wide and s.principal = u.unit))))))
);
-- Deleting takes reading as well.
create policy deletes_read on records as restrictive for select using (
  current_setting('app.right') <> 'delete' or
  exists (select from reaches g join users u on u.id = g.user_id
          where g.user_id = current_setting('app.user')::int and g.table_name = records.table_name
          and g.right_name = 'read'
          and (reached(records, g, u)
               or (g.held and exists (select from shares s
                                      where s.record_id = records.id and s.right_name = g.right_name
                                      and (s.principal = any (u.principals) or (g.wide and s.principal = u.unit))))))
);

-- All questions in order; how many were answered otherwise than expected, and the nanoseconds that each took.
create function ask(out requests int, out different int, out nanoseconds float8) language plpgsql as $$
declare
  asked questions[] := (select array_agg(q order by place) from questions q);
  answers boolean[] := array_fill(false, array[cardinality(asked)]);
  started timestamptz := clock_timestamp();
  question questions;
begin
  requests := cardinality(asked);
  for i in 1 .. requests loop
    question := asked[i];
    perform set_config('app.user', question.user_id::text, true), set_config('app.right', question.right_name, true);
    answers[i] := exists (select from records where id = question.record_id);
  end loop;
  nanoseconds := extract(epoch from clock_timestamp() - started) * 1e9 / requests;
  different := (select count(*) from generate_subscripts(asked, 1) i where answers[i] is distinct from asked[i].answer);
end
$$;
