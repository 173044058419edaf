from main import app


async def test_healthz(aiohttp_client):
    client = await aiohttp_client(app())
    assert (await client.get("/healthz")).status == 200
