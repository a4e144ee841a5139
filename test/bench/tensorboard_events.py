"""Writes the loss of each step of all runs of a Resbench database as TensorBoard reads it: `DATABASE FOLDER`."""

import os
import sqlite3
import sys

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

database, folder = sys.argv[1:]
connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
for (run,) in connection.execute("SELECT id FROM runs ORDER BY id").fetchall():
    run_folder = os.path.join(folder, f"run-{run:03}")
    os.makedirs(run_folder)
    with open(os.path.join(run_folder, "events.out.tfevents.0.bench"), "wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(wall_time=0, file_version="brain.Event:2").SerializeToString())
        for step, loss, seconds in connection.execute(
            "SELECT step, loss, seconds FROM steps WHERE run_id = ? ORDER BY step", (run,)
        ):
            summary = Summary(value=[Summary.Value(tag="loss", simple_value=loss)])
            writer.write(Event(wall_time=seconds, step=step, summary=summary).SerializeToString())
        writer.flush()
