-- ---------------------------------------------------------------------
-- Indexes by which one case finds its rules, and a home its neighbours.
-- ---------------------------------------------------------------------

CREATE INDEX district_by_place ON licence_home.district USING gist (geom);
-- with its days, so that former maps cost nothing where nobody asks for them
CREATE INDEX zone_by_place ON licence_home.zone USING gist (geom, valid) WHERE withdrawn_at IS NULL;
CREATE INDEX zone_ruling_by_class ON licence_home.zone_ruling (class);
CREATE INDEX profession_by_code ON licence_home.profession (code);
CREATE INDEX criterion_by_name ON licence_home.criterion (criterion);
