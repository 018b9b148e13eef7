"""python follow_events.py amqps://USER:PASSWORD@HOST/ outside.SUBSCRIBER.COMPANY   tells what happens in a company."""

import asyncio
import json
import sys

import aio_pika


async def follow(address: str, queue_name: str) -> None:
    handled: dict[tuple[str, str], str] = {}  # keep it where your effects are, written in the same transaction
    connection = await aio_pika.connect_robust(address)  # connects anew when the connection is lost
    async with connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=100)
        queue = await channel.get_queue(queue_name, ensure=False)
        async with queue.iterator() as messages:
            async for message in messages:
                event = json.loads(message.body)
                place = event["source"], event["subject"]
                if event["sequence"] > handled.get(place, ""):  # else it came before: at least once is not just once
                    print(event["time"], event["type"], event["subject"], json.dumps(event["data"]), flush=True)
                    handled[place] = event["sequence"]
                await message.ack()  # not before it is handled


asyncio.run(follow(*sys.argv[1:]))
