#!/bin/bash
# Serving one page of about 11.5 KB from the cache, beside nginx with sendfile, open_file_cache and gzip_static, in one run.
#
# The server has core 0, wrk core 1, both servers write access logs. Rounds alternate, so that a busy machine slows both.
# Printed for each form: requests a second, and requests for each second of CPU that the server used; medians of all rounds.
#
#   bench/serve.sh [ROUNDS] [SECONDS]        needs nginx, wrk, curl, taskset; CHANCERY=path uses a binary that is there
set -euo pipefail

rounds=${1:-5}
seconds=${2:-5}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
ours=127.0.0.1:18080
theirs=127.0.0.1:18081
pids=()

finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

for tool in nginx wrk curl taskset; do
    command -v "$tool" >/dev/null || { echo "error: $tool is not installed" >&2; exit 2; }
done
if [[ -z ${CHANCERY:-} ]]; then
    (cd "$here" && cargo build --release -q -p chancery)
    CHANCERY=${CARGO_TARGET_DIR:-$here/target}/release/chancery
fi

# The example ministry, and of its pages the one closest to 11,500 bytes.
"$CHANCERY" demo "$work/demo" --no-serve 2>/dev/null
taskset -c 0 "$CHANCERY" serve "$work/demo" --listen "$ours" --access-log "$work/ours.log" 2>"$work/ours.err" &
our_pid=$!
pids+=("$our_pid")
for _ in $(seq 100); do curl -sf "http://$ours/healthz" >/dev/null && break; sleep 0.1; done

closest() {
    local maps=(hq songmay qingyu valombre) map url size
    for map in "${maps[@]}"; do
        curl -sf "http://$ours/$map/sitemap.xml" | grep -o '<loc>[^<]*</loc>' | sed 's/<[^>]*>//g' || true
    done | head -60 | while read -r url; do
        size=$(curl -so /dev/null -w '%{size_download}' "$url")
        echo "$((size > 11500 ? size - 11500 : 11500 - size)) $url"
    done | sort -n | head -1 | cut -d' ' -f2
}
page=$(closest)
path=${page#http://*/}

# nginx has the same bytes in both forms, as files, and sends fewer headers.
mkdir -p "$work/root" "$work/nginx"
curl -sf "$page" -o "$work/root/page.html"
curl -sf -H 'Accept-Encoding: gzip' "$page" -o "$work/root/page.html.gz"
touch "$work/root/page.html" "$work/root/page.html.gz"
cat >"$work/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $work/nginx/pid;
error_log $work/nginx/error.log;
events { worker_connections 4096; }
http {
    types { text/html html; }
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    open_file_cache max=1000 inactive=60s;
    open_file_cache_valid 60s;
    gzip_static on;
    gzip_vary on;
    keepalive_timeout 65;
    keepalive_requests 1000000000;
    access_log $work/theirs.log combined buffer=64k flush=1s;
    client_body_temp_path $work/nginx/1; proxy_temp_path $work/nginx/2; fastcgi_temp_path $work/nginx/3;
    uwsgi_temp_path $work/nginx/4; scgi_temp_path $work/nginx/5;
    server { listen $theirs reuseport; root $work/root; }
}
CONF
chmod -R a+rX "$work"
taskset -c 0 nginx -c "$work/nginx.conf" -p "$work/nginx" 2>/dev/null &
pids+=("$!")
for _ in $(seq 100); do curl -sf "http://$theirs/page.html" >/dev/null && break; sleep 0.1; done
their_pid=$(pgrep -P "$!" | head -1)

# Seconds of CPU that a process has used so far.
cpu() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"; }

# measure NAME PID URL ENCODING
measure() {
    local before after rate
    before=$(cpu "$2")
    rate=$(taskset -c 1 wrk -t1 -c32 -d"${seconds}s" -H "Accept-Encoding: $4" "$3" >"$work/wrk" && cat "$work/wrk")
    after=$(cpu "$2")
    if grep -q 'Non-2xx\|Socket errors' "$work/wrk"; then echo "error: $1: $rate" >&2; exit 1; fi
    awk -v name="$1" -v used="$(awk "BEGIN { print $after - $before }")" '
        /requests in/ { total = $1 }
        /Requests\/sec/ { rate = $2 }
        END { printf "%s %.0f %.0f\n", name, rate, total / used }' "$work/wrk" >>"$work/results"
}

median() { awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$work/results" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

measure warm "$our_pid" "http://$ours/$path" gzip
measure warm "$their_pid" "http://$theirs/page.html" gzip
for ((round = 0; round < rounds; round++)); do
    measure nginx-plain "$their_pid" "http://$theirs/page.html" identity
    measure chancery-plain "$our_pid" "http://$ours/$path" identity
    measure nginx-gzip "$their_pid" "http://$theirs/page.html" gzip
    measure chancery-gzip "$our_pid" "http://$ours/$path" gzip
done

echo "/$path: $(stat -c %s "$work/root/page.html") bytes, gzip $(stat -c %s "$work/root/page.html.gz"); $rounds rounds of $seconds s, 32 connections"
nginx -v 2>&1
echo "lines logged: chancery $(wc -l <"$work/ours.log"), nginx $(wc -l <"$work/theirs.log")"
for form in plain gzip; do
    for column in 2 3; do
        unit=$([[ $column == 2 ]] && echo "requests/s      " || echo "requests/CPU-s  ")
        theirs_is=$(median "nginx-$form" $column)
        ours_is=$(median "chancery-$form" $column)
        echo "$form $unit nginx $theirs_is  chancery $ours_is  ratio $(awk "BEGIN { printf \"%.2f\", $ours_is / $theirs_is }")"
    done
done
