"""In the place of the photo-duplicate service: its paths, port and cache, some work for each image, no model."""

import base64
import hashlib
import os
from pathlib import Path

import uvicorn
from fastapi import Body, FastAPI, HTTPException

app = FastAPI()
weights = Path("/home/appuser/.cache/weights")


def embed(image: bytes) -> list[float]:
    """512 numbers that equal images share; about 50 ms of a processor, so that load is load."""
    data = hashlib.pbkdf2_hmac("sha256", image, weights.read_bytes(), 100_000, dklen=512)
    return [byte / 255 for byte in data]


@app.get("/health")
@app.get("/healthz")
def health():
    return {"status": "ok"}


@app.get("/model-info")
def model_info():
    return {"model_name": os.environ["MODEL_NAME"], "pretrained": os.environ["MODEL_PRETRAINED"], "dimensions": 512}


@app.post("/embed/base64")
def embed_base64(images: list[str] = Body(embed=True)):
    try:
        return {"embeddings": [embed(base64.b64decode(image, validate=True)) for image in images]}
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


weights.write_bytes(b"weights")  # where the service keeps what it downloads
# uvicorn takes an empty host for all addresses.
uvicorn.run(app, host=os.environ["HOST"], port=int(os.environ["PORT"]), log_level=os.environ["LOG_LEVEL"])
