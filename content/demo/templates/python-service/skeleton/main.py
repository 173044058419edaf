"""${{ values.description }}"""

import skerry_telemetry as telemetry
from aiohttp import web


async def healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")


def app() -> web.Application:
    a = web.Application()
    a.router.add_get("/healthz", healthz)
    return a


if __name__ == "__main__":
    telemetry.start(service="${{ values.name }}")
    web.run_app(app(), port=8080)
