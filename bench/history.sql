-- What a talk of ten minutes leaves behind: a quarter of 15 points, a case. {at} is when it began; the rest is filled in by history.py.

INSERT INTO customers (id, number, name, policy, credit, created_at)
SELECT {first} - n, 'H' || n, 'Company ' || n, 'credit', 60, {at}
FROM numbers WHERE n % {each} = 0;

INSERT INTO accounts (id, name, customer_id, balance, held)
SELECT {first} - n, 'customer:' || ({first} - n), {first} - n, 0, 0
FROM numbers WHERE n % {each} = 0;

INSERT INTO cases (id, number, customer_id, title, severity, state, opened_at)
SELECT {first} - n, '' || ({first} + n), {payer}, 'Opkald', 3, 'open', {at}
FROM numbers;

INSERT INTO calls (id, sid, line_id, from_raw, from_number, language, state, outcome, started_at, heard_at, customer_id,
    case_id, accepted_attempt, supporter_id, accepted_at, bridged, ended_at, price_list_id, time_limit,
    granted_quarters, price_accepted_at, quoted_points, end_unknown)
SELECT {first} - n, 'CAH' || n, {line}, {number}, {number}, 'da', 'ended', 'talked', {at}, {at_end}, {payer},
    {first} - n, 1, {supporter}, {at}, {true}, {at_end}, {prices}, 14400, 16, {at}, 15, {false}
FROM numbers;

INSERT INTO attempts (id, call_id, number, supporter_id, shift_id, rung_at, time_limit, granted_quarters, picked_up_at,
    accepted_at, bridged, ended_at, outcome)
SELECT {first} - n, {first} - n, 1, {supporter}, {shift}, {at}, 14400, 16, {at}, {at}, {true}, {at_end}, 'accepted'
FROM numbers;

INSERT INTO legs (id, call_id, sid, errors)
SELECT {first} - n, {first} - n, 'CAH' || n, 0
FROM numbers;

INSERT INTO turns (leg_id, number, at, step, heard, asked, answer)
SELECT {first} - n, k, {at}, 'support.greet', '{}', '{}', '<Response/>'
FROM numbers CROSS JOIN (SELECT 1 AS k UNION SELECT 2) AS twice;

INSERT INTO reports (identity, kind, sid, call_id, happened_at, received_at, payload)
SELECT 'H' || n || '-' || k, 'status', 'CAH' || n, {first} - n, {at_end}, {at_end}, '{}'
FROM numbers CROSS JOIN (SELECT 1 AS k UNION SELECT 2) AS twice;

INSERT INTO holds (call_id, quarter, account_id, points, state, held_at, ended_at)
SELECT {first} - n, 1, {payer}, 15, 'captured', {at}, {at}
FROM numbers;

INSERT INTO journal (id, key, kind, request, occurred_at, written_at, actor, call_id, quarter, case_id, price_list_id)
SELECT {first} - n, 'call:' || ({first} - n) || ':quarter:1', 'quarter', '{}', {at}, {at}, 'meter', {first} - n, 1,
    {first} - n, {prices}
FROM numbers;

INSERT INTO entry (journal_id, account_id, points)
SELECT {first} - n, {payer}, -15
FROM numbers;

INSERT INTO entry (journal_id, account_id, points)
SELECT {first} - n, {earned}, 15
FROM numbers;

UPDATE accounts SET balance = coalesce((SELECT sum(entry.points) FROM entry WHERE entry.account_id = accounts.id), 0)
WHERE id <= {first} - {start} AND id > {first} - {end} OR id = {first} - {large}
