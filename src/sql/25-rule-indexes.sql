-- ---------------------------------------------------------------------
-- Indexes by which one case finds its rules, and a home its neighbours.
-- ---------------------------------------------------------------------

CREATE INDEX district_by_place ON licence_home.district USING gist (geom);
CREATE INDEX zone_by_place ON licence_home.zone USING gist (geom);
CREATE INDEX zone_ruling_by_class ON licence_home.zone_ruling (class);
CREATE INDEX profession_by_code ON licence_home.profession (code);
CREATE INDEX criterion_by_name ON licence_home.criterion (criterion);
