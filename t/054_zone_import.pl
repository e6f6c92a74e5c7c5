# A planner's map comes by ogr2ogr, from each of the formats that planners
# have, in the reference system that they use, and becomes the map in force.

use strict;
use warnings;

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'ogr2ogr is not installed'
  unless eval { IPC::Run::run([ 'ogr2ogr', '--version' ], '>', \my $version) };

my $node = PostgreSQL::Test::Cluster->new('map');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION licence_home CASCADE;' . "SELECT licence_home.load_rules('amman')");
my $dir = PostgreSQL::Test::Utils::tempdir;

sub sql { return $node->safe_psql('postgres', @_) }

# The map: six squares in two rows, and a class each, written as planners do.
my @classes  = ('سكن (أ)', 'السكن ب', 'RES-C', 'صناعات خفيفة', 'سكن أخضر ب بأحكام خاصة', 'تجاري');
my $features = join ",\n", map {
	my ($x, $y) = (35.90 + 0.01 * ($_ % 3), 31.90 + 0.01 * int($_ / 3));
	my $ring = join ',', map { sprintf '[%.4f,%.4f]', $x + $_->[0], $y + $_->[1] }[ 0, 0 ], [ 0.01, 0 ],
	  [ 0.01, 0.01 ], [ 0, 0.01 ], [ 0, 0 ];
	qq({"type":"Feature","properties":{"landuse":"$classes[$_]"},)
	  . qq("geometry":{"type":"Polygon","coordinates":[[$ring]]}})
} 0 .. $#classes;

sub write_json
{
	my ($name, $text) = @_;
	open my $file, '>', "$dir/$name" or die $!;
	print $file qq({"type":"FeatureCollection","features":[\n$text\n]}\n);
	close $file;
	return "$dir/$name";
}

# Run ogr2ogr.
sub ogr2ogr
{
	my $said = '';
	IPC::Run::run([ 'ogr2ogr', @_ ], '>', \$said, '2>', \$said) or diag $said;
	return;
}

# Load a file into a staging table.
sub load
{
	my ($file, $table) = @_;
	ogr2ogr('-f', 'PostgreSQL', 'PG:' . $node->connstr('postgres'),
		$file, '-nln', $table, '-nlt', 'PROMOTE_TO_MULTI', '-lco', 'GEOMETRY_NAME=geom', '-lco', 'SCHEMA=public');
	return;
}

my $json = write_json('map.geojson', $features);
ogr2ogr('-f', 'GPKG', '-t_srs', 'EPSG:28191', "$dir/map.gpkg", $json);
ogr2ogr('-f', 'ESRI Shapefile', '-t_srs', 'EPSG:32636', '-lco', 'ENCODING=UTF-8', "$dir/map.shp", $json);

my $day = '2030-01-01';
for my $try ([ GeoJSON => 'map.geojson', 4326 ], [ GeoPackage => 'map.gpkg', 28191 ], [ Shapefile => 'map.shp', 32636 ])
{
	my ($format, $file, $srid) = @$try;
	my $table = "map_" . lc $format;
	load("$dir/$file", $table);
	is(sql("SELECT count(*), min(ST_SRID(geom)) FROM $table"), "6|$srid", "$format: six features in SRID $srid");
	is( sql("SELECT * FROM licence_home.import_zones('$table', 'landuse', '$day', '$format', dry_run => true, max_lost_m2 => NULL)"
		),
		'',
		"$format: a dry run finds nothing to say");
	is(sql("SELECT count(*) FROM licence_home.zone WHERE source = '$format'"), 0, "$format: ... and changes nothing");
	sql("SELECT * FROM licence_home.import_zones('$table', 'landuse', '$day', '$format', max_lost_m2 => NULL)");
	is( sql(    "SELECT string_agg(class || coalesce(' (' || provisions || ')', ''), ', ' ORDER BY zone_id) "
			  . "FROM licence_home.zone WHERE source = '$format'"),
		'residential_a, residential_b, residential_c, industry_light, '
		  . 'residential_green (سكن أخضر ب بأحكام خاصة), commercial_ordinary',
		"$format: the classes");
	is( sql("SELECT string_agg(licence_home.zone_ruling('knitting', ST_SetSRID(ST_MakePoint(35.905 + x, 31.905 + y), 4326), "
			  . "'$day'), ', ' ORDER BY y, x) FROM unnest('{0,0.01,0.02}'::float8[]) AS x, unnest('{0,0.01}'::float8[]) AS y"
		),
		'permitted, permitted, permitted, prohibited, permitted, refer',
		"$format: the rulings");
	is(sql("SELECT count(*) FROM licence_home.zone WHERE withdrawn_at IS NULL AND valid @> '$day'::date"),
		6, "$format: the map before it has ended");
	$day = sql("SELECT date '$day' + 365");
}

# A file with a spelling that nobody knows, twice the same ground, and a
# crossed outline is refused as a whole, by its features.
my $bad = $features;
$bad =~ s/RES-C/zone 51/;
$bad .=
	qq(,\n{"type":"Feature","properties":{"landuse":"سكن د"},"geometry":{"type":"Polygon","coordinates":)
  . '[[[35.905,31.905],[35.915,31.905],[35.915,31.908],[35.905,31.908],[35.905,31.905]]]}}'
  . qq(,\n{"type":"Feature","properties":{"landuse":"سكن د"},"geometry":{"type":"Polygon","coordinates":)
  . '[[[35.95,31.905],[35.96,31.91],[35.96,31.905],[35.95,31.91],[35.95,31.905]]]}}';
load(write_json('bad.geojson', $bad), 'map_bad');
is( sql(    "SELECT defect, string_agg(coalesce(feature, '-'), ',' ORDER BY feature) "
		  . "FROM licence_home.import_zones('map_bad', 'landuse', '$day', 'bad', true) GROUP BY defect ORDER BY defect"
	),
	"overlap|1,2\nself_intersection|8\nunknown_class|3",
	'a bad map: its features');
my ($code, $out, $err) = $node->psql('postgres',
	"\\set VERBOSITY verbose\n" . "SELECT * FROM licence_home.import_zones('map_bad', 'landuse', '$day', 'bad')");
like($err, qr/LH021: .*has 4 defects.*"zone 51" is no class in force/s, '... and it is refused');
is(sql("SELECT count(*) FROM licence_home.zone WHERE source = 'bad'"), 0, '... as a whole');

$node->stop;
done_testing();
