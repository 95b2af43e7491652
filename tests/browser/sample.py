"""A board as a small company might have it."""

import datetime
import hashlib
from typing import Any

from page_server import PageServer


def ago(**time: float) -> str:
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%SZ")


def commit(seed: str) -> str:
    return hashlib.sha1(seed.encode()).hexdigest()


def app(name: str, environment: str = "default", phase: str = "live", subject: str = "", **more: Any) -> dict:
    digest = hashlib.sha256(f"{environment}/{name}".encode()).hexdigest()
    source = commit(name + subject)
    image = f"localhost:5000/{environment}/{name}:{source}@sha256:{digest}"
    desired = more.get("desired", 2)
    started = more.get("since", ago(hours=3))
    ready = phase == "live"
    result = {"name": name, "environment": environment, "phase": phase, "image": image, "desired": desired, "running": desired,
              "since": started, "revision": commit("revision 0"), "nodes": ["helsinki-1", "helsinki-2"], "build": f"{name}-{source[:8]}",
              "reason": f"update service: image {commit('old' + name)[:4]}… → {digest[:4]}… (source main {source[:8]} \"{subject}\")"}
    if subject:
        result |= {"commit": source, "source": f'main {source[:8]} "{subject}"'}
    result |= more
    moving = phase in ("rolling_out", "building", "waiting", "pending", "applying", "pushing")
    result["conditions"] = [
        {"type": "Ready", "status": ready, "reason": "Live" if ready else "NotLive", "message": f"{result['running']} of {desired} tasks run and are healthy", "since": started},
        {"type": "Reconciling", "status": moving, "reason": phase, "message": result["reason"] if moving else "", "since": started},
        {"type": "Stalled", "status": not ready and not moving, "reason": phase, "message": "" if ready or moving else result["reason"], "since": started}]
    result["history"] = [
        {"at": started, "what": "deploy", "revision": commit("revision 0"), "image": image, "message": result["reason"]},
        {"at": ago(days=1, hours=2), "what": "drift", "revision": commit("revision 2"), "image": image, "message": f"replicas 5 → {desired}: somebody scaled it by hand"},
        {"at": ago(days=2), "what": "deploy", "revision": commit("revision 2"), "image": image, "message": "create service: new app"}]
    return result


APPS = [
    app("api", subject="Page the list of orders", desired=4, since=ago(hours=5), url="https://api.example.org"),
    app("blog", subject="Fix header on small screens", url="https://blog.example.org", since=ago(minutes=12)),
    app("mailer", phase="rolled_back", sync="out of sync", health="healthy", subject="Send by the new provider", since=ago(minutes=41),
        reason="rolled back to a1b2c3d4: task exited with 1 within the monitor period: missing variable SMTP_URL; tried again in 8 min"),
    app("postgres", desired=1, since=ago(days=9), image="postgres:16.4@sha256:" + hashlib.sha256(b"pg").hexdigest(), build="",
        reason="create service: new app"),
    app("search", phase="rolling_out", sync="synced", health="progressing", subject="Index titles first", desired=3, running=2, since=ago(seconds=40)),
    app("shop", subject="Show prices with tax", desired=3, since=ago(hours=26), url="https://shop.example.org"),
    app("worker", phase="degraded", health="degraded", subject="Retry failed payments", desired=4, running=3, since=ago(minutes=3),
        reason="3 of 4 tasks run: helsinki-3 is out of memory (limit 256 MiB)"),
    app("api", "staging", phase="building", health="progressing", sync="out of sync", subject="Cache sessions in memory", since=ago(seconds=9),
        reason="building c0ffee12: step 4 of 7"),
    app("blog", "staging", subject="Try a new typeface", desired=1, since=ago(hours=2)),
    app("reports", "staging", phase="failed", sync="out of sync", health="missing", subject="Monthly export", desired=1, running=0, since=ago(hours=1),
        reason="build failed: requirements.txt: no matching version of pandas==9.9; nothing is running, it was never live"),
    app("shop", "staging", phase="suspended", sync="out of sync", health="healthy", desired=1, since=ago(days=4), subject="Show prices with tax", reason="suspend: true in apps/staging/shop.yaml"),
    app("vault", "staging", phase="waiting", sync="out of sync", health="progressing", desired=1, running=0, since=ago(seconds=25), subject="Rotate keys", reason="waits for staging/api to be live (dependsOn)"),
]

REVISIONS = [
    ("Give workers 256 MiB", "Grace Hopper", 1.2, "degraded"),
    ("Move search to its own service", "Ada Lovelace", 26, "converged"),
    ("Scale the API to 4", "Linus T.", 49, "converged"),
    ("Add monthly reports to staging", "Ada Lovelace", 52, "failed"),
]

NOTE = """result: degraded
instance: production
settled: 2026-11-21T09:41:12Z
took: 14s
apps:
  - app: default/worker
    phase: degraded
    reason: "update service: memory limit 512 MiB → 256 MiB"
unchanged: 11
"""


def fill(server: PageServer) -> None:
    server.tell(set={"instance": "production", "target": "swarm", "repository": "https://git.example.org/platform/config.git", "branch": "main", "ready": True})
    for index, (subject, author, hours, result) in reversed(list(enumerate(REVISIONS))):
        server.tell(revision={"id": commit(f"revision {index}"), "subject": subject, "author": author, "committed": ago(hours=hours),
                              "settled": ago(hours=hours - 0.01), "result": result, "note": NOTE})
    for one in APPS:
        server.tell(app=one)
