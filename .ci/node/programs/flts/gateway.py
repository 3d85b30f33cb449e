"""In the place of the S3 gateway: keeps and returns objects, and brings a dataset of its own."""

import math
import os

import boto3
from botocore.exceptions import ClientError
from fastapi import FastAPI, HTTPException, Request, Response

app = FastAPI()
store = boto3.client(
    "s3",
    endpoint_url=f"http://{os.environ['MINIO_ENDPOINT']}",
    aws_access_key_id=os.environ["MINIO_ROOT_USER"],
    aws_secret_access_key=os.environ["MINIO_ROOT_PASSWORD"],
    region_name="us-east-1",
)


@app.get("/healthz")
def healthz():
    return {"status": "ok"}


@app.get("/download/{bucket}/{key:path}")
def download(bucket: str, key: str):
    try:
        return Response(store.get_object(Bucket=bucket, Key=key)["Body"].read(), media_type="application/octet-stream")
    except ClientError as error:
        raise HTTPException(404 if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket") else 502) from error


@app.post("/upload/{bucket}/{key:path}")
async def upload(bucket: str, key: str, request: Request):
    store.put_object(Bucket=bucket, Key=key, Body=await request.body())
    return {"bucket": bucket, "object": key}


@app.on_event("startup")
def bring_dataset():
    bucket = os.environ["MINIO_DEFAULT_BUCKET"]
    try:
        store.create_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    for name in ("PobleSec.csv", "PobleSec_test.csv"):
        rows = [f"2026-01-01 {row // 60:02}:{row % 60:02},{5e6 * (1 + math.sin(row / 4) / 2):.0f}" for row in range(200)]
        store.put_object(Bucket=bucket, Key=name, Body="\n".join(["time,down", *rows]).encode())
