# shellcheck shell=bash
# What tools/check, tools/lint, tools/demo and .ci/run share.  To be sourced by bash:
#
#   . "$(dirname "$0")/lib.sh"
#
# Everything happens in a work folder of its own below /tmp, which belongs to
# the user postgres:
#
#   $work/usr           a private copy of the server, to install into
#   $work/src           a copy of the sources, to build in
#   $work/data          the cluster; its log is $work/postgres.log
#   $work/sock          its Unix socket, and the only way to it
#   $work/kannel        Kannel's configuration, spool and logs
#
# Neither the checkout nor the system's PostgreSQL is written to.

set -euo pipefail
export LC_ALL=C.UTF-8

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=     # the server's major version
work=        # the work folder
pg_bin=      # the private server's programs
checking_server=    # where a server with assertions is, if that is to run
checking_program=postgres
modules=    # a folder of npm's (npm_modules)
server_environment=()    # of the private server
passed=0     # tests
failed=0

# ---------------------------------------------------------------------------
# Running and ending
# ---------------------------------------------------------------------------

exit_actions=()
exit_status=0
attended=

# Say how far we are.
say() {
    printf '%s\n' "$*" >&2
}

# Say what went wrong, and end.
die() {
    say "$(basename "$0"): $*"
    exit 1
}

# Have a command run when the script ends, however it ends; the last one
# registered is the first to run.
at_exit() {
    exit_actions+=("$(printf '%q ' "$@")")
}

# Run what at_exit collected.
run_exit_actions() {
    exit_status=$?
    trap '' INT TERM HUP
    end_attended
    while ((${#exit_actions[@]})); do
        local action=${exit_actions[-1]}
        unset 'exit_actions[-1]'
        eval "$action" || true
    done
    exit "$exit_status"
}

trap run_exit_actions EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Run a command that may take long, in a process group of its own, so that a
# signal ends it and all its children at once.
attend() {
    local status=0

    set -m
    "$@" </dev/null &
    attended=$!
    set +m
    wait "$attended" || status=$?
    attended=
    return "$status"
}

# The same, with what it says in a file. Every ten seconds the last line of that
# is shown, so that nobody waits without a word.
#
#   narrated LOG COMMAND...
narrated() {
    local log=$1 status=0 halves=0 line shown=
    shift

    set -m
    "$@" </dev/null >"$log" 2>&1 &
    attended=$!
    set +m
    while kill -0 "$attended" 2>/dev/null; do
        sleep 0.5
        ((++halves % 20 == 0)) || continue
        line=$(tr '\r' '\n' <"$log" | grep -v '^ *$' | tail -n 1 |
            sed -E 's/^(Get|Hit|Ign|Err):([0-9]+) [^ ]+ [^ ]+ ([^ ]+ )?/\1 \2: /; s/^I: //') || true
        [ "$line" = "$shown" ] || say "  ... ${line:0:100}"
        shown=$line
    done
    wait "$attended" || status=$?
    attended=
    return "$status"
}

# End what a signal interrupted.
end_attended() {
    [ -n "$attended" ] || return 0
    kill -TERM -- "-$attended" 2>/dev/null || return 0
    local tries=0
    while kill -0 -- "-$attended" 2>/dev/null && ((tries++ < 100)); do
        sleep 0.1
    done
    kill -KILL -- "-$attended" 2>/dev/null || true
}

# Make sure that we may install packages and become the user postgres.
need_root() {
    [ "$(id -u)" = 0 ] || die "run this as root"
}

# ---------------------------------------------------------------------------
# Debian and its packages
# ---------------------------------------------------------------------------

# The Debian release that has a version of PostgreSQL.
release_with() {
    case $1 in
        15) echo bookworm ;;
        17) echo trixie ;;
        18) echo forky ;;
        *) die "no Debian release is known to have PostgreSQL $1" ;;
    esac
}

# The version of PostgreSQL that the running Debian has.
native_version() {
    local candidate codename
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    for candidate in 15 17 18; do
        [ "$(release_with "$candidate")" != "$codename" ] || echo "$candidate"
    done
}

# The packages that building, testing and the demo need, for a version of
# PostgreSQL.  (The server's headers: see need_headers.)
packages_for() {
    echo gcc libc6-dev make perl pkgconf \
        libcurl4-openssl-dev libssl-dev openssl libipc-run-perl kannel kannel-extras gdal-bin python3-icalendar \
        "postgresql-$1" \
        "postgresql-$1-cron" "postgresql-$1-postgis-3" "postgresql-$1-pgaudit"
}

# The packages that tools/lint needs.
packages_for_lint() {
    echo pg-bsd-indent perltidy cppcheck clang-tidy shellcheck
}

# The packages that the client programs of the tests need (doc/clients).
packages_for_clients() {
    echo libpq-dev python3-psycopg2 python3-psycopg python3-sqlalchemy python3-django \
        php-cli php-pgsql libpostgresql-jdbc-java default-jdk-headless nodejs
    # nodejs may come from elsewhere and bring it
    command -v npm >/dev/null || echo npm
}

# Install what the client programs need: packages of Debian, and from npm what
# their lock file names. They go into a folder that is kept for the next run.
need_clients() {
    need_packages $(packages_for_clients)
    npm_modules doc/clients npm
    export LICENCE_HOME_NODE_MODULES=$modules/node_modules
    npm_modules t/duckdb duckdb
    export LICENCE_HOME_DUCKDB=$modules/node_modules
}

# Have what a folder's lock file names from npm, below a name; its folder is $modules.
npm_modules() {
    local lock_file=$source_dir/$1/package-lock.json sum log
    sum=$(sha256sum <"$lock_file")
    modules=/var/cache/licence_home/$2-${sum:0:16}
    if [ ! -d "$modules" ]; then
        need_root
        say "Installing what $1 needs from npm"
        log=$(mktemp)
        rm -rf "$modules.partial"
        mkdir -p "$modules.partial"
        cp "${lock_file%-lock.json}.json" "$lock_file" "$modules.partial"
        narrated "$log" npm ci --prefix "$modules.partial" --ignore-scripts --no-audit --no-fund ||
            die "npm ci failed: $(tail -n 20 "$log")"
        rm -f "$log"
        chmod -R a+rX "$modules.partial"
        mv "$modules.partial" "$modules"
    fi
}

# Install the packages that are missing, without starting a service and
# without creating a cluster of the system's.
need_packages() {
    local package missing=()

    for package; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    need_root
    say "Missing: ${missing[*]}"
    forbid_services
    update_packages
    say_size "${missing[@]}"
    case " ${missing[*]} " in
        *" postgresql-"*)
            apt_get install postgresql-common
            forbid_main_cluster
            ;;
    esac
    apt_get install "${missing[@]}"
    allow_main_cluster
    allow_services
}

# Bring the lists of packages up to date.  A failure is shown at once, and is
# none yet: it may be of an archive that we do not need.
update_packages() {
    local log
    log=$(mktemp)
    say "Reading the lists of packages"
    narrated "$log" apt-get -y -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
        -o Acquire::https::Timeout=20 -o APT::Update::Error-Mode=any update ||
        grep -E '^(E|W|Err)' "$log" >&2 || true
    rm -f "$log"
}

# Say what an installation means; end at once if a package is not to be had.
say_size() {
    local log
    log=$(mktemp)
    apt-get -qq -y --no-install-recommends --print-uris install "$@" >"$log" 2>&1 ||
        die "$(grep '^E' "$log" || cat "$log")" "- is there a network, and a Debian archive in /etc/apt?"
    awk '/^'"'"'/ { n++; size += $3 }
        END { printf "Installing %d packages, %d MB to fetch\n", n, size / 1e6 + 0.5 }' "$log" >&2
    rm -f "$log"
}

# Install packages; all that apt-get said is shown only if it fails.
apt_get() {
    local log
    log=$(mktemp)
    if ! narrated "$log" env DEBIAN_FRONTEND=noninteractive apt-get -y \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
        "$1" --no-install-recommends "${@:2}"; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        die "apt-get $* failed"
    fi
    rm -f "$log"
}

# Make sure that there are the headers of the server that is installed for a
# version of PostgreSQL, and set headers to their folder. Their package depends
# on clang and LLVM, 80 MB that we do not use. So where it is not installed, it
# is unpacked into a folder of our own, for this run and the next. They must be
# of the server's own minor version: a newer header may call what an older
# server lacks.
need_headers() {
    local package=postgresql-server-dev-$1 server
    headers=/usr/include/postgresql/$1
    server=$(dpkg-query -W -f '${Version}' "postgresql-$1")
    [ "$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$package" 2>/dev/null)" != "installed $server" ] ||
        return 0
    headers=/var/cache/licence_home/include-$server
    [ ! -d "$headers/server" ] || return 0

    need_root
    if ! fetch_headers "$1" "$server"; then
        # the archive has gone on to another minor version: follow it
        apt_get install "postgresql-$1"
        server=$(dpkg-query -W -f '${Version}' "postgresql-$1")
        headers=/var/cache/licence_home/include-$server
        fetch_headers "$1" "$server" || die "no package $package of version $server"
    fi
}

# Unpack the headers of a version of PostgreSQL, of that package version, to the
# folder that need_headers set.
fetch_headers() {
    local incoming status=0

    [ ! -d "$headers/server" ] || return 0
    say "Fetching the headers of PostgreSQL $2"
    incoming=$(mktemp -d)
    chmod 777 "$incoming"
    if (cd "$incoming" && apt-get -qq download "postgresql-server-dev-$1=$2") &&
        dpkg -x "$incoming"/*.deb "$incoming/unpacked"; then
        mkdir -p "${headers%/*}"
        rm -rf "$headers"
        mv "$incoming/unpacked/usr/include/postgresql/$1" "$headers"
    else
        status=1
    fi
    rm -rf "$incoming"
    return "$status"
}

# Make sure that there is a server with assertions, built from Debian's source
# package of the server that is installed, and set checking_server to its
# folder.  It is kept for the next run, and has:
#
#   postgres             with --enable-cassert
#   postgres-malloc      the same, with a malloc of its own for each palloc, so
#                        that AddressSanitizer sees where each one ends
#   plpgsql.so           as plpgsql is another part with assertions
#
# All else (tools, contrib, PostGIS, pg_cron) stays Debian's: the ABI is one.
need_checking_server() {
    local server log
    server=$(dpkg-query -W -f '${Version}' "postgresql-$1")
    checking_server=/var/cache/licence_home/checking-$server
    [ ! -d "$checking_server" ] || return 0

    need_root
    need_packages bzip2 gcc libc6-dev make perl pkgconf bison flex libxml2-dev
    log=$(mktemp)
    say "Building PostgreSQL $server with assertions, once"
    narrated "$log" build_checking_server "$1" "$server" "$checking_server" ||
        die "no server with assertions: $(tail -n 20 "$log")"
    rm -f "$log"
}

# Build what need_checking_server tells of.  (Debian's patches concern where files
# lie, which configure is told.  initdb asks the server for Debian's version.)
build_checking_server() (
    set -e
    version=$1 server=$2 target=$3
    build=$(mktemp -d)
    trap 'rm -rf "$build"' EXIT

    cd "$build"
    fetch_server_source "$version" "$server"
    mkdir source
    tar -xjf *.orig.tar.bz2 -C source --strip-components=1
    cd source
    ./configure --quiet --enable-cassert --with-libxml --without-readline --without-zlib \
        --with-system-tzdata=/usr/share/zoneinfo --with-extra-version=" (Debian $server)" \
        --prefix="/usr/lib/postgresql/$version" \
        --datadir="/usr/share/postgresql/$version" CFLAGS='-O2 -g1'

    # An assertion of PostgreSQL's own that plain SQL breaks (doc/testing.md).
    sed -i '/Assert(HEAP_XMAX_IS_LOCKED_ONLY(infomask_lock_old_tuple));/d' src/backend/access/heap/heapam.c

    make -C src/backend generated-headers
    for part in src/port src/common src/backend src/pl/plpgsql; do
        make -j"$(nproc)" -C "$part"
    done
    mkdir -p "$target.partial"
    cp src/backend/postgres src/pl/plpgsql/src/plpgsql.so "$target.partial"

    # a limit of 0: each chunk is too large to share a block, if it has a byte
    sed -i -e 's/set->allocChunkLimit = ALLOC_CHUNK_LIMIT;/set->allocChunkLimit = 0;/' \
        -e '/if (size > set->allocChunkLimit)/i if (size == 0) size = 1;' \
        src/backend/utils/mmgr/aset.c
    (($(grep -cE 'allocChunkLimit = 0;|if \(size == 0\) size = 1;' src/backend/utils/mmgr/aset.c) == 2))
    make -C src/backend
    cp src/backend/postgres "$target.partial/postgres-malloc"
    mv "$target.partial" "$target"
)

# Fetch the source package of a version of the server into the working folder,
# from the archives that apt-get knows, whether or not it reads their sources.
fetch_server_source() {
    local options=(-o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=-
        -o Dir::State::Lists="$PWD/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
        -o APT::Sandbox::User=root)

    apt-get indextargets --format \
        'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(RELEASE) main' \
        'Created-By: Packages' 'Component: main' 'Origin: Debian' | sort -u >sources.list
    [ -s sources.list ] || { echo "apt-get knows no Debian archive"; return 1; }
    mkdir -p lists/partial
    apt-get "${options[@]}" update
    apt-get "${options[@]}" source --download-only "postgresql-$1=$2"
}

service_policy=/usr/sbin/policy-rc.d
cluster_policy=/etc/postgresql-common/createcluster.conf

# Keep packages from starting services (Debian Policy 9.3.3.1).
forbid_services() {
    at_exit allow_services
    if [ -e "$service_policy" ] && [ ! -e "$service_policy.licence_home" ]; then
        mv "$service_policy" "$service_policy.licence_home"
    fi
    printf '#!/bin/sh\n# by licence_home\nexit 101\n' >"$service_policy"
    chmod +x "$service_policy"
}

# Undo forbid_services; does nothing a second time.
allow_services() {
    if [ -e "$service_policy.licence_home" ]; then
        mv "$service_policy.licence_home" "$service_policy"
    elif grep -qs '^# by licence_home' "$service_policy"; then
        rm "$service_policy"
    fi
}

# Keep the server's package from creating the cluster "main".
forbid_main_cluster() {
    at_exit allow_main_cluster
    [ -e "$cluster_policy.licence_home" ] ||
        cp -a "$cluster_policy" "$cluster_policy.licence_home"
    echo 'create_main_cluster = false' >>"$cluster_policy"
}

# Undo forbid_main_cluster; does nothing a second time.
allow_main_cluster() {
    [ ! -e "$cluster_policy.licence_home" ] ||
        mv "$cluster_policy.licence_home" "$cluster_policy"
}

# ---------------------------------------------------------------------------
# The work folder: server, sources, build
# ---------------------------------------------------------------------------

# Make the work folder for a version of PostgreSQL; it goes when the script
# ends, with all that runs in it.  In /tmp, since postgres must reach it and
# the path of a socket has to be short.
make_work() {
    version=$1
    work=$(mktemp -d /tmp/licence_home.XXXXXX)
    at_exit remove_work
    chown postgres: "$work"
    pg_bin=$work/usr/lib/postgresql/$version/bin
    export PGHOST=$work/sock PGPORT=5432 PGUSER=postgres
}

# Remove the work folder, ending what still runs in it.
remove_work() {
    [ -n "$work" ] || return 0
    end_processes_in "$work"
    rm -rf "$work"
}

# Process ids of what has its working directory in a folder: servers, boxes
# and builds all have.
processes_in() {
    local process
    for process in /proc/[0-9]*; do
        case $(readlink "$process/cwd" 2>/dev/null) in
            "$1" | "$1"/*) echo "${process#/proc/}" ;;
        esac
    done
}

# End the processes that run in a folder.
end_processes_in() {
    local signal tries running

    for signal in INT KILL; do
        running=$(processes_in "$1")
        [ -n "$running" ] || return 0
        kill -"$signal" $running 2>/dev/null || true
        for ((tries = 0; tries < 50; tries++)); do
            [ -n "$(processes_in "$1")" ] || return 0
            sleep 0.1
        done
    done
}

# Run a command as the user postgres, in the work folder.
as_postgres() {
    (cd "$work" && exec runuser -u postgres -- env HOME="$work" TMPDIR="$work" "$@")
}

# Make the private copy of the server. PostgreSQL finds its files relative to
# its programs, so these are copied, and links do for the rest. What is
# installed later replaces links and never writes through them.
make_prefix() {
    local part

    need_headers "$version"
    for part in "lib/postgresql/$version" "share/postgresql/$version"; do
        as_postgres mkdir -p "$work/usr/${part%/*}"
        as_postgres cp -rs "/usr/$part" "$work/usr/$part"
    done
    as_postgres mkdir -p "$work/usr/include/postgresql"
    as_postgres cp -rs "$headers" "$work/usr/include/postgresql/$version"
    rm -r "$pg_bin"
    as_postgres cp -r --preserve=mode "/usr/lib/postgresql/$version/bin" "$pg_bin"
    if [ -n "$checking_server" ]; then
        rm "$pg_bin/postgres" "${pg_bin%/bin}/lib/plpgsql.so"
        as_postgres cp "$checking_server/$checking_program" "$pg_bin/postgres"
        as_postgres cp "$checking_server/plpgsql.so" "${pg_bin%/bin}/lib/plpgsql.so"
    fi
    # a copy that was installed there, whatever its version and its bitcode
    find "$work/usr" -name 'licence_home*' -prune -exec rm -rf {} +
}

# Copy the sources to a folder: what git tracks or would track, or everything
# if this is no checkout.
copy_source() {
    local file

    mkdir -p "$1"
    (
        cd "$source_dir"
        if [ -e .git ]; then
            git -c safe.directory='*' ls-files -z --cached --others --exclude-standard
        else
            find . -type f -print0
        fi | while IFS= read -r -d '' file; do
            [ ! -e "$file" ] || printf '%s\0' "$file"
        done | tar -c --null --verbatim-files-from --no-recursion -T -
    ) | tar -x --no-same-owner -C "$1"
}

# Run make in the copied sources; arguments are make's.
make_source() {
    as_postgres make -C "$work/src" --no-print-directory \
        PG_CONFIG="$pg_bin/pg_config" with_llvm=no "$@"
}

# Build the extension and install it into the private server; arguments are
# make's.
build_install() {
    say "Building for PostgreSQL $version"
    copy_source "$work/src"
    chown -R postgres: "$work/src"
    attend make_source -s -j"$(nproc)" all "$@"
    attend make_source -s install "$@"
}

# Pack the private server, with what is installed in it, into a folder that runs
# in any Debian. Its programs are started by this Debian's own loader, with its
# libraries. For pg_upgrade, which needs two servers at once.
#
#   pack_server FOLDER     afterwards FOLDER/usr/lib/postgresql/VERSION/bin has
#                          the programs
pack_server() {
    local home=$1 bin=$1/usr/lib/postgresql/$version/bin program name

    mkdir -p "$home/libs" "$home/programs" "$home/usr/share/postgresql" "$bin"
    cp -rL "$work/usr/lib/postgresql/$version/lib" "${bin%/*}/lib"
    rm -rf "${bin%/*}/lib/bitcode" "${bin%/*}"/lib/llvmjit* "${bin%/*}"/lib/*raster*
    # (PostGIS has a script from each of a hundred versions, 900 MB)
    (cd "$work/usr/share/postgresql" && find "$version" ! -type d \
        ! -name 'postgis*--*--*' ! -name 'address_*--*--*' ! -path '*/contrib/*' -print0 |
        tar -ch --null -T -) | tar -xC "$home/usr/share/postgresql"
    cp -rL /usr/share/proj "$home/proj"
    for program in "$pg_bin"/*; do
        name=${program##*/}
        cp -L "$program" "$home/programs/$name"
        cat >"$bin/$name" <<'END'
#!/bin/sh
home=${0%/usr/lib/postgresql/*}
export PROJ_LIB="$home/proj" PROJ_DATA="$home/proj"
exec "$home/libs/loader" --library-path "$home/libs" --argv0 "$0" "$home/programs/${0##*/}" "$@"
END
        chmod +x "$bin/$name"
    done
    for program in "$home"/programs/* "${bin%/*}"/lib/*.so; do
        { ldd "$program" 2>/dev/null || true; } | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p'
    done | sort -u | xargs cp -Lt "$home/libs"
    cp -L "$(ldd "$home/programs/postgres" | sed -n 's/^[[:space:]]*\(\/[^ ]*ld-linux[^ ]*\) .*/\1/p')" "$home/libs/loader"
    chmod -R a+rX "$home"
}

# Build for a version of PostgreSQL that this Debian has, and pack that server;
# to be run by a bash of its own.
pack_version() {
    need_packages $(packages_for "$1")
    make_work "$1"
    make_prefix
    build_install
    pack_server "$2"
}

# ---------------------------------------------------------------------------
# The cluster
# ---------------------------------------------------------------------------

# Create and start the private cluster; each argument is a line for
# postgresql.conf.  Afterwards PGHOST, PGPORT and PGUSER lead there.
start_cluster() {
    as_postgres mkdir -m 700 "$PGHOST"
    as_postgres "$pg_bin/initdb" -D "$work/data" -U postgres -A trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$work/initdb.log" ||
        die "initdb failed: $(cat "$work/initdb.log")"

    {
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$PGHOST'"
        echo "port = $PGPORT"
        echo "max_worker_processes = 20"
        echo "cron.use_background_workers = on"
        printf '%s\n' "$@"
    } >>"$work/data/postgresql.conf"

    at_exit stop_cluster
    as_postgres env "${server_environment[@]}" \
        "$pg_bin/pg_ctl" -D "$work/data" -l "$work/postgres.log" -s -w start ||
        die "the server did not start: $(tail -n 20 "$work/postgres.log")"
}

# Stop the private cluster, if it runs.
stop_cluster() {
    [ ! -e "$work/data/postmaster.pid" ] ||
        as_postgres "$pg_bin/pg_ctl" -D "$work/data" -s -m fast stop
}

# ---------------------------------------------------------------------------
# Kannel
# ---------------------------------------------------------------------------

# Start Kannel and the simulated operator.  Afterwards kannel_url,
# kannel_user and kannel_password say where its sendsms answers, and
# kannel_box_port where it gives delivery reports.
start_kannel() {
    at_exit stop_kannel
    IFS=$'\t' read -r kannel_url kannel_user kannel_password kannel_box_port < <(
        as_postgres "$work/src/tools/kannel" start "$work/kannel"
    ) || die "Kannel did not start"
}

# What the far side received until now: a line each of receiver and text, as
# tools/kannel says.
received_messages() {
    as_postgres "$work/src/tools/kannel" messages "$work/kannel"
}

# Stop Kannel, if it was started.
stop_kannel() {
    [ ! -d "$work/kannel" ] ||
        as_postgres "$work/src/tools/kannel" stop "$work/kannel"
}

# ---------------------------------------------------------------------------
# All of it, for the demo
# ---------------------------------------------------------------------------

# From a bare Debian to a running cluster that has the extension installed
# (not yet created in a database), and a running Kannel.  Arguments are lines
# for postgresql.conf, as for start_cluster.
start_everything() {
    local native
    need_root
    native=$(native_version)
    [ -n "$native" ] || die "this Debian has no PostgreSQL that is supported"
    need_packages $(packages_for "$native")
    make_work "$native"
    make_prefix
    build_install
    start_cluster "$@"
    start_kannel
}

# Leave everything running when the script ends; stop_kept ends it.
keep_running() {
    echo "$version" >"$work/kept"
    exit_actions=()
}

# Stop what keep_running left in a work folder, and remove it.
stop_kept() {
    need_root
    [ -n "${1:-}" ] && [ -f "$1/kept" ] || die "nothing was left running in '${1:-}'"
    work=$(realpath "$1")
    version=$(cat "$work/kept")
    pg_bin=$work/usr/lib/postgresql/$version/bin
    stop_kannel
    stop_cluster
    remove_work
}

# ---------------------------------------------------------------------------
# Other Debian releases
# ---------------------------------------------------------------------------

# Make sure that there is a tree of a Debian release with the packages for a
# version of PostgreSQL, and set tree to it.  Trees are kept for the next run;
# to renew one, delete it.
need_tree() {
    local cache=${LICENCE_HOME_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/licence_home}
    local release lock
    release=$(release_with "$1")
    tree=$cache/$release

    mkdir -p "$cache"
    exec {lock}>"$tree.lock"
    flock "$lock"
    if [ ! -d "$tree" ]; then
        need_packages debootstrap
        rm -rf --one-file-system "$tree.partial"
        say "Making a tree of Debian $release in $tree"
        narrated "$work/tree.log" make_tree "$release" "$tree.partial" ||
            die "no tree of Debian $release: $(tail -n 20 "$work/tree.log")"
        attend in_tree "$tree.partial" bash -c \
            '. /tmp/src/tools/lib.sh; need_packages $(packages_for "$1"); need_headers "$1"; apt-get clean' \
            bash "$1"
        mv "$tree.partial" "$tree"
    fi
    exec {lock}>&-
}

# Make a bare tree of a Debian release, from the archive that this machine
# uses and with its settings for reaching it.
make_tree() {
    local release=$1 tree=$2 mirror script include=()

    mirror=$(apt-get indextargets --format '$(REPO_URI)' \
        'Created-By: Packages' 'Label: Debian' 'Component: main' | head -n 1)
    [ -n "$mirror" ] || { say "apt-get knows no Debian archive"; return 1; }
    case $mirror in https:*) include=(--include=ca-certificates) ;; esac

    # An older debootstrap does not know the newest release; all since 2021
    # are made like sid.
    script=/usr/share/debootstrap/scripts/$release
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid

    in_namespace debootstrap --variant=minbase "${include[@]}" \
        "$release" "$tree" "$mirror" "$script" || return
    apt-config dump |
        grep -E '^Acquire::(Check-|Retries|https?::)' >"$tree/etc/apt/apt.conf.d/50host" || true
    echo force-unsafe-io >"$tree/etc/dpkg/dpkg.cfg.d/50fast"
}

# Run a command with mounts and processes of its own: both are gone when it
# ends, even if it gets killed.  (In a chroot, / is no mount whose propagation
# could be set.)
in_namespace() {
    unshare --mount --propagation unchanged --pid --ipc --fork --kill-child \
        sh -c 'mount --make-rprivate / 2>/dev/null; exec "$@"' sh "$@"
}

# Run a command in a tree, with $work as its /tmp.
in_tree() {
    local tree=$1
    shift
    in_namespace bash -euc '
        tree=$1
        mount -t proc proc "$tree/proc"
        mount -t tmpfs -o mode=1777 tmpfs "$tree/dev/shm"
        mount --bind "$2" "$tree/tmp"
        cp -L /etc/resolv.conf "$tree/etc/resolv.conf"
        shift 2
        exec chroot "$tree" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            ${http_proxy:+http_proxy="$http_proxy"} \
            ${https_proxy:+https_proxy="$https_proxy"} \
            ${no_proxy:+no_proxy="$no_proxy"} \
            "$@"
    ' bash "$tree" "$work" "$@"
}

# ---------------------------------------------------------------------------
# Counting tests
# ---------------------------------------------------------------------------

# End the script with "N passed, N failed" as its last line, and with failure
# if a test failed, none ran, or something else went wrong.
count_tests() {
    exec 2>&1    # one stream, in order
    need_root
    at_exit close_count
}

# The last line.
close_count() {
    ((exit_status == 0 || failed > 0)) || failed=1
    ((failed == 0 && passed > 0)) || ((exit_status)) || exit_status=1
    echo "$passed passed, $failed failed"
}

# Run a command that ends with such a line, add its numbers to ours, and show
# the rest of what it says.
count_also() {
    local numbers status=0 more_passed=0 more_failed=0

    numbers=$(mktemp)
    attend without_count "$numbers" "$@" || status=$?
    read -r more_passed _ more_failed _ <"$numbers" || true
    rm -f "$numbers"
    ((status == 0 || more_failed > 0)) || more_failed=1
    passed=$((passed + more_passed))
    failed=$((failed + more_failed))
}

lanes=()    # process ids
lane_counts=

# Start a lane: a function that counts tests, beside us and the other lanes.
# Each line that it says begins with the lane's name.
#
#   start_lane NAME FUNCTION
start_lane() {
    if [ -z "$lane_counts" ]; then
        lane_counts=$(mktemp -d)
        at_exit end_lanes
    fi
    run_lane "$@" > >(sed -u "s/^/[$1] /") 2>&1 &
    lanes+=($!)
}

# The lane itself, in a shell of its own.
run_lane() {
    exit_actions=() passed=0 failed=0
    trap run_exit_actions EXIT
    trap 'exit 143' TERM
    "$2"
    echo "$passed $failed" >"$lane_counts/$1"
}

# Wait for the lanes, and add their numbers to ours; one that broke off failed.
count_lanes() {
    local lane lane_passed lane_failed
    for lane in "${lanes[@]}"; do
        wait "$lane" || failed=$((failed + 1))
    done
    for lane in "$lane_counts"/*; do
        read -r lane_passed lane_failed <"$lane" || continue
        passed=$((passed + lane_passed))
        failed=$((failed + lane_failed))
    done
    lanes=()
}

# End the lanes that still run.
end_lanes() {
    local lane
    for lane in "${lanes[@]}"; do
        kill -TERM "$lane" 2>/dev/null || true
    done
    wait || true
    rm -rf "$lane_counts"
}

# Run a command; its closing line goes to a file, the rest is shown.
without_count() {
    local numbers=$1
    shift
    "$@" 2>&1 | awk -v numbers="$numbers" '
        /^[0-9]+ passed, [0-9]+ failed$/ { print > numbers; next }
        { print; fflush() }'
}
