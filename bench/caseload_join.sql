-- What one would write by hand for the verdict and the fee of every case: the
-- same bits, by the rules as they are loaded (no ruling or fee for a single
-- profession, no adjustment that depends on the applicant, every criterion in
-- force, every home a proper point), and without a word of why.
CREATE VIEW bench.by_hand AS
SELECT a.application_no,
       CASE WHEN v.not_met THEN 'not_eligible' WHEN v.not_proven THEN 'not_proven' WHEN v.refer THEN 'refer' ELSE 'eligible' END AS verdict,
       f.fee
  FROM licence_home.application AS a
  JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
  LEFT JOIN licence_home.edition AS e ON e.withdrawn_at IS NULL AND e.valid @> a.judged_on
  LEFT JOIN licence_home.profession AS p ON p.code = a.profession AND p.withdrawn_at IS NULL AND p.valid @> a.judged_on
  -- the latest inspection at which the home was seen
  LEFT JOIN LATERAL (
    SELECT i.inspection_id, i.outcome, i.closed_at_event, i.measured_home_area_m2, i.measured_work_area_m2
      FROM licence_home.inspection AS i
     WHERE i.application_no = a.application_no AND i.outcome IN ('passed', 'failed', 'not_correctable')
     ORDER BY i.inspection_id DESC LIMIT 1
  ) AS i ON true
 CROSS JOIN LATERAL (
    SELECT CASE i.outcome WHEN 'passed' THEN i.measured_home_area_m2 ELSE a.home_area_m2 END AS home_area,
           CASE i.outcome WHEN 'passed' THEN i.measured_work_area_m2 ELSE a.work_area_m2 END AS work_area
  ) AS m
 CROSS JOIN LATERAL (SELECT least(e.max_area_share * m.home_area, e.max_area_m2) AS area) AS most
  -- what the zones say that the home is in or near
 CROSS JOIN LATERAL (
    SELECT min(r.ruling) AS low, max(r.ruling) AS high, bool_or(z.inside) AS inside
      FROM (
        SELECT z.class, z.geom, ST_DWithin(z.geom, a.home, 1e-8) AS inside
          FROM licence_home.zone AS z
         WHERE z.geom && ST_Expand(a.home, 0.00007) AND z.withdrawn_at IS NULL AND z.valid @> a.judged_on
        OFFSET 0
      ) AS z
      LEFT JOIN licence_home.zone_ruling AS r ON r.class = z.class AND r.withdrawn_at IS NULL AND r.valid @> a.judged_on
     WHERE z.inside
        OR ST_DWithin(z.geom, a.home, 0.00007) AND ST_DWithin(z.geom::geography, a.home::geography, e.edge_tolerance_m)
  ) AS z
  LEFT JOIN LATERAL (
    SELECT true AS found FROM licence_home.district AS d
     WHERE ST_Intersects(d.geom, a.home) AND d.withdrawn_at IS NULL AND d.valid @> a.judged_on LIMIT 1
  ) AS d ON true
  -- what the inspector had to look at, and found
 CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT c.criterion) AS due FROM licence_home.criterion AS c
     WHERE c.stage = 'I' AND c.withdrawn_at IS NULL AND c.valid @> a.judged_on AND (c.category IS NULL OR c.category = p.category)
  ) AS k
  LEFT JOIN LATERAL (
    SELECT count(*) AS found, bool_or(f.ruling = 'not_met') AS not_met
      FROM (SELECT DISTINCT ON (f.criterion) f.criterion, f.ruling FROM licence_home.inspection_finding AS f
             WHERE f.inspection_id = i.inspection_id ORDER BY f.criterion DESC, f.inspection_finding_id DESC) AS f
     WHERE f.criterion = ANY (k.due)
  ) AS s ON i.outcome IN ('passed', 'not_correctable') OR i.closed_at_event >= a.events
  -- an authority that refused, or whose approval is over
 CROSS JOIN LATERAL (
    SELECT bool_or(x.review = 'accepted' AND x.reference_no IS NOT NULL AND (x.answer = 'refused' OR x.expires_on < licence_home.today())) AS refused
      FROM (SELECT DISTINCT ON (x.authority) x.* FROM licence_home.external_approval AS x
             WHERE x.application_no = a.application_no ORDER BY x.authority DESC, x.external_approval_id DESC) AS x
  ) AS x
  -- who else is licensed, or applies, at the home
 CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.applicant_id = a.applicant_id AND o.profession = a.profession) AS same,
           coalesce(sum(coalesce(oi.work_area, o.work_area_m2)), 0) AS area, bool_or(coalesce(oi.work_area, o.work_area_m2) IS NULL) AS unknown,
           sum(b.amount) FILTER (WHERE o.applicant_id = a.applicant_id AND l.licence_no IS NOT NULL) AS paid
      FROM licence_home.application AS o
      LEFT JOIN licence_home.licence_term AS l ON l.application_no = o.application_no AND l.valid @> licence_home.today()
      LEFT JOIN licence_home.workflow_state AS w ON w.workflow = o.workflow AND w.version = o.workflow_version AND w.state = o.state
      LEFT JOIN LATERAL (
        SELECT CASE i.outcome WHEN 'passed' THEN i.measured_work_area_m2 END AS work_area FROM licence_home.inspection AS i
         WHERE i.application_no = o.application_no AND i.outcome IN ('passed', 'failed', 'not_correctable')
         ORDER BY i.inspection_id DESC LIMIT 1) AS oi ON true
      LEFT JOIN licence_home.invoice AS b ON b.application_no = o.application_no AND b.cancelled_at IS NULL
     WHERE (o.home && ST_Expand(a.home, 0.00003) OR licence_home.parcel_key(o.village, o.basin, o.parcel) = licence_home.parcel_key(a.village, a.basin, a.parcel))
       AND o.application_no <> a.application_no
       AND (licence_home.fold_place(o.building_no) = licence_home.fold_place(a.building_no)) IS NOT FALSE AND (licence_home.fold_place(o.floor) = licence_home.fold_place(a.floor)) IS NOT FALSE AND (licence_home.fold_place(o.unit) = licence_home.fold_place(a.unit)) IS NOT FALSE
       AND CASE WHEN licence_home.parcel_key(a.village, a.basin, a.parcel) IS NOT NULL AND licence_home.parcel_key(o.village, o.basin, o.parcel) IS NOT NULL
           THEN licence_home.parcel_key(o.village, o.basin, o.parcel) = licence_home.parcel_key(a.village, a.basin, a.parcel) AND (licence_home.fold_place(o.neighbourhood) = licence_home.fold_place(a.neighbourhood)) IS NOT FALSE
           ELSE ST_DWithin(o.home::geography, a.home::geography, 1) END
       AND (o.submitted_at IS NOT NULL AND w.kind IS DISTINCT FROM 'end' OR l.licence_no IS NOT NULL)
  ) AS h
 CROSS JOIN LATERAL (
    SELECT e.edition IS NULL OR p.code IS NULL OR d.found IS NULL OR z.low = 'prohibited' AND z.high = 'prohibited' AND z.inside
           OR m.work_area <= m.home_area AND m.work_area > most.area
           OR a.employees > e.max_employees OR a.people > e.max_people AND a.people > coalesce(a.employees, 0)
           OR p.takes_children AND a.children > e.max_children
           OR a.built_on > a.judged_on OR p.jordanians_only AND n.kind = 'resident'
           OR x.refused OR h.same > 0 OR s.not_met AS not_met,
           p.category IS NULL OR z.inside IS NOT TRUE OR z.low IS NULL
           OR (m.work_area <= m.home_area) IS NOT TRUE OR a.employees IS NULL OR (a.people > coalesce(a.employees, 0)) IS NOT TRUE
           OR p.takes_children AND a.children IS NULL OR a.built_on IS NULL OR p.jordanians_only AND n.kind = 'business'
           OR a.tenant IS NULL OR a.home IS NULL AND num_nulls(a.village, a.basin, a.parcel) > 0
           OR h.unknown OR i.outcome = 'passed' AND s.found < cardinality(k.due) AS not_proven,
           z.low = 'refer' OR z.low <> z.high OR m.work_area + h.area > most.area AS refer
  ) AS v
  LEFT JOIN LATERAL (
    SELECT greatest(r.amount - r.amount * least(1, coalesce(j.off, 0)) + r.amount * coalesce(j.more, 0)
               - coalesce(round(h.paid * b.share, 3), 0), 0) AS fee
      FROM licence_home.fee_schedule AS s
      JOIN licence_home.fee_rule AS r ON r.schedule = s.schedule AND r.category = p.category AND r.withdrawn_at IS NULL AND r.valid @> a.judged_on
       AND r.area_m2 @> CASE WHEN i.outcome = 'passed' AND NOT EXISTS (
               SELECT FROM licence_home.inspection AS o WHERE o.application_no = a.application_no
                  AND o.inspection_id > i.inspection_id AND o.outcome <> 'cancelled') THEN m.work_area ELSE a.work_area_m2 END
     CROSS JOIN LATERAL (
        SELECT sum(j.share) FILTER (WHERE j.kind <> 'surcharge') AS off, sum(j.share) FILTER (WHERE j.kind = 'surcharge') AS more
          FROM licence_home.fee_adjustment AS j
         WHERE j.withdrawn_at IS NULL AND j.valid @> a.judged_on AND j.kind <> 'paid_before') AS j
      LEFT JOIN licence_home.fee_adjustment AS b ON b.kind = 'paid_before' AND b.withdrawn_at IS NULL AND b.valid @> a.judged_on
     WHERE s.withdrawn_at IS NULL AND s.valid @> a.judged_on
  ) AS f ON true
 WHERE a.submitted_at IS NOT NULL;

-- The same in sets, so that workers can share it. A subquery that looks at one
-- case at a time, as above, is left to the leader.
CREATE VIEW bench.by_hand_in_sets AS
SELECT a.application_no,
       CASE WHEN v.not_met THEN 'not_eligible' WHEN v.not_proven THEN 'not_proven' WHEN v.refer THEN 'refer' ELSE 'eligible' END AS verdict,
       f.fee
  FROM licence_home.application AS a
  JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
  LEFT JOIN licence_home.edition AS e ON e.withdrawn_at IS NULL AND e.valid @> a.judged_on
  LEFT JOIN licence_home.profession AS p ON p.code = a.profession AND p.withdrawn_at IS NULL AND p.valid @> a.judged_on
  LEFT JOIN (
    SELECT DISTINCT ON (i.application_no) i.application_no, i.inspection_id, i.outcome, i.closed_at_event, i.measured_home_area_m2, i.measured_work_area_m2
      FROM licence_home.inspection AS i
     WHERE i.outcome IN ('passed', 'failed', 'not_correctable')
     ORDER BY i.application_no, i.inspection_id DESC
  ) AS i ON i.application_no = a.application_no
 CROSS JOIN LATERAL (
    SELECT CASE i.outcome WHEN 'passed' THEN i.measured_home_area_m2 ELSE a.home_area_m2 END AS home_area,
           CASE i.outcome WHEN 'passed' THEN i.measured_work_area_m2 ELSE a.work_area_m2 END AS work_area
  ) AS m
 CROSS JOIN LATERAL (SELECT least(e.max_area_share * m.home_area, e.max_area_m2) AS area) AS most
  JOIN (
    SELECT a.application_no, min(r.ruling) AS low, max(r.ruling) AS high, bool_or(ST_DWithin(z.geom, a.home, 1e-8)) AS inside
      FROM licence_home.application AS a
      LEFT JOIN licence_home.edition AS e ON e.withdrawn_at IS NULL AND e.valid @> a.judged_on
      LEFT JOIN licence_home.zone AS z ON z.geom && ST_Expand(a.home, 0.00007) AND z.withdrawn_at IS NULL AND z.valid @> a.judged_on
       AND (ST_DWithin(z.geom, a.home, 1e-8)
            OR ST_DWithin(z.geom, a.home, 0.00007) AND ST_DWithin(z.geom::geography, a.home::geography, e.edge_tolerance_m))
      LEFT JOIN licence_home.zone_ruling AS r ON r.class = z.class AND r.withdrawn_at IS NULL AND r.valid @> a.judged_on
     GROUP BY a.application_no
  ) AS z ON z.application_no = a.application_no
  JOIN (
    SELECT a.application_no, bool_or(d.district IS NOT NULL) AS found
      FROM licence_home.application AS a
      LEFT JOIN licence_home.district AS d ON ST_Intersects(d.geom, a.home) AND d.withdrawn_at IS NULL AND d.valid @> a.judged_on
     GROUP BY a.application_no
  ) AS d ON d.application_no = a.application_no
 CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT c.criterion) AS due FROM licence_home.criterion AS c
     WHERE c.stage = 'I' AND c.withdrawn_at IS NULL AND c.valid @> a.judged_on AND (c.category IS NULL OR c.category = p.category)
  ) AS k
  LEFT JOIN (
    SELECT f.inspection_id, array_agg(f.criterion) AS seen, array_agg(f.criterion) FILTER (WHERE f.ruling = 'not_met') AS bad
      FROM (SELECT DISTINCT ON (f.inspection_id, f.criterion) f.inspection_id, f.criterion, f.ruling FROM licence_home.inspection_finding AS f
             ORDER BY f.inspection_id DESC, f.criterion DESC, f.inspection_finding_id DESC) AS f
     GROUP BY f.inspection_id
  ) AS s ON s.inspection_id = i.inspection_id AND (i.outcome IN ('passed', 'not_correctable') OR i.closed_at_event >= a.events)
  LEFT JOIN (
    SELECT x.application_no, bool_or(x.review = 'accepted' AND x.reference_no IS NOT NULL AND (x.answer = 'refused' OR x.expires_on < licence_home.today())) AS refused
      FROM (SELECT DISTINCT ON (x.application_no, x.authority) x.* FROM licence_home.external_approval AS x
             ORDER BY x.application_no DESC, x.authority DESC, x.external_approval_id DESC) AS x
     GROUP BY x.application_no
  ) AS x ON x.application_no = a.application_no
  JOIN (
    SELECT a.application_no, count(o.application_no) FILTER (WHERE o.applicant_id = a.applicant_id AND o.profession = a.profession) AS same,
           coalesce(sum(coalesce(CASE oi.outcome WHEN 'passed' THEN oi.measured_work_area_m2 END, o.work_area_m2)), 0) AS area,
           coalesce(bool_or(o.application_no IS NOT NULL AND coalesce(CASE oi.outcome WHEN 'passed' THEN oi.measured_work_area_m2 END, o.work_area_m2) IS NULL), false) AS unknown,
           sum(b.amount) FILTER (WHERE o.applicant_id = a.applicant_id AND l.licence_no IS NOT NULL) AS paid
      FROM licence_home.application AS a
      LEFT JOIN (licence_home.application AS o
          LEFT JOIN licence_home.licence_term AS l ON l.application_no = o.application_no AND l.valid @> licence_home.today()
          LEFT JOIN licence_home.workflow_state AS w ON w.workflow = o.workflow AND w.version = o.workflow_version AND w.state = o.state
          LEFT JOIN licence_home.invoice AS b ON b.application_no = o.application_no AND b.cancelled_at IS NULL
          LEFT JOIN licence_home.inspection AS oi ON oi.application_no = o.application_no AND oi.outcome IN ('passed', 'failed', 'not_correctable')
           AND NOT EXISTS (
               SELECT FROM licence_home.inspection AS later WHERE later.application_no = oi.application_no
                  AND later.inspection_id > oi.inspection_id AND later.outcome IN ('passed', 'failed', 'not_correctable'))
      ) ON (o.home && ST_Expand(a.home, 0.00003) OR licence_home.parcel_key(o.village, o.basin, o.parcel) = licence_home.parcel_key(a.village, a.basin, a.parcel))
       AND o.application_no <> a.application_no
       AND (licence_home.fold_place(o.building_no) = licence_home.fold_place(a.building_no)) IS NOT FALSE AND (licence_home.fold_place(o.floor) = licence_home.fold_place(a.floor)) IS NOT FALSE AND (licence_home.fold_place(o.unit) = licence_home.fold_place(a.unit)) IS NOT FALSE
       AND CASE WHEN licence_home.parcel_key(a.village, a.basin, a.parcel) IS NOT NULL AND licence_home.parcel_key(o.village, o.basin, o.parcel) IS NOT NULL
           THEN licence_home.parcel_key(o.village, o.basin, o.parcel) = licence_home.parcel_key(a.village, a.basin, a.parcel) AND (licence_home.fold_place(o.neighbourhood) = licence_home.fold_place(a.neighbourhood)) IS NOT FALSE
           ELSE ST_DWithin(o.home::geography, a.home::geography, 1) END
       AND (o.submitted_at IS NOT NULL AND w.kind IS DISTINCT FROM 'end' OR l.licence_no IS NOT NULL)
     GROUP BY a.application_no
  ) AS h ON h.application_no = a.application_no
 CROSS JOIN LATERAL (
    SELECT e.edition IS NULL OR p.code IS NULL OR NOT d.found OR z.low = 'prohibited' AND z.high = 'prohibited' AND z.inside
           OR m.work_area <= m.home_area AND m.work_area > most.area
           OR a.employees > e.max_employees OR a.people > e.max_people AND a.people > coalesce(a.employees, 0)
           OR p.takes_children AND a.children > e.max_children
           OR a.built_on > a.judged_on OR p.jordanians_only AND n.kind = 'resident'
           OR x.refused OR h.same > 0 OR s.bad && k.due AS not_met,
           p.category IS NULL OR z.inside IS NOT TRUE OR z.low IS NULL
           OR (m.work_area <= m.home_area) IS NOT TRUE OR a.employees IS NULL OR (a.people > coalesce(a.employees, 0)) IS NOT TRUE
           OR p.takes_children AND a.children IS NULL OR a.built_on IS NULL OR p.jordanians_only AND n.kind = 'business'
           OR a.tenant IS NULL OR a.home IS NULL AND num_nulls(a.village, a.basin, a.parcel) > 0
           OR h.unknown OR i.outcome = 'passed' AND (k.due <@ s.seen) IS NOT TRUE AS not_proven,
           z.low = 'refer' OR z.low <> z.high OR m.work_area + h.area > most.area AS refer
  ) AS v
  LEFT JOIN LATERAL (
    SELECT greatest(r.amount - r.amount * least(1, coalesce(j.off, 0)) + r.amount * coalesce(j.more, 0)
               - coalesce(round(h.paid * b.share, 3), 0), 0) AS fee
      FROM licence_home.fee_schedule AS s
      JOIN licence_home.fee_rule AS r ON r.schedule = s.schedule AND r.category = p.category AND r.withdrawn_at IS NULL AND r.valid @> a.judged_on
       AND r.area_m2 @> CASE WHEN i.outcome = 'passed' AND NOT EXISTS (
               SELECT FROM licence_home.inspection AS o WHERE o.application_no = a.application_no
                  AND o.inspection_id > i.inspection_id AND o.outcome <> 'cancelled') THEN m.work_area ELSE a.work_area_m2 END
     CROSS JOIN LATERAL (
        SELECT sum(j.share) FILTER (WHERE j.kind <> 'surcharge') AS off, sum(j.share) FILTER (WHERE j.kind = 'surcharge') AS more
          FROM licence_home.fee_adjustment AS j
         WHERE j.withdrawn_at IS NULL AND j.valid @> a.judged_on AND j.kind <> 'paid_before') AS j
      LEFT JOIN licence_home.fee_adjustment AS b ON b.kind = 'paid_before' AND b.withdrawn_at IS NULL AND b.valid @> a.judged_on
     WHERE s.withdrawn_at IS NULL AND s.valid @> a.judged_on
  ) AS f ON true
 WHERE a.submitted_at IS NOT NULL;
