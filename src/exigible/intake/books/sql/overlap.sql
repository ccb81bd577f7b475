-- Two rows of lengths laid side by side within a group, in the order of `place`: who overlaps whom, by how much.
-- It is how amounts settle amounts oldest first, without a loop: each cut between two lengths starts a piece that
-- belongs to one member on the left and one on the right.

-- name: overlap
CREATE TEMP TABLE plan_overlap AS
WITH laid AS (
    SELECT gid, is_left, member, row_number() OVER side AS place, sum(size) OVER side AS reach
    FROM plan_side WHERE size > 0
    WINDOW side AS (PARTITION BY gid, is_left ORDER BY place ROWS UNBOUNDED PRECEDING)
), cut AS (
    SELECT gid, reach, count(*) FILTER (WHERE is_left) AS lefts, count(*) FILTER (WHERE NOT is_left) AS rights
    FROM laid GROUP BY gid, reach
), piece AS (
    SELECT gid, reach - coalesce(lag(reach) OVER ordered, 0) AS size,
           1 + coalesce(sum(lefts) OVER earlier, 0) AS left_place,
           1 + coalesce(sum(rights) OVER earlier, 0) AS right_place
    FROM cut
    WINDOW ordered AS (PARTITION BY gid ORDER BY reach),
           earlier AS (PARTITION BY gid ORDER BY reach ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT p.gid, l.member AS left_member, r.member AS right_member, p.size::bigint AS size
FROM piece p
JOIN laid l ON l.is_left AND l.gid = p.gid AND l.place = p.left_place
JOIN laid r ON NOT r.is_left AND r.gid = p.gid AND r.place = p.right_place;
